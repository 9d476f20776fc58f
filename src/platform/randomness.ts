import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { currentWorkspace } from './workspace/workspace.context.ts';

/** One more than the greatest number of six bytes. */
const SIX_BYTES = 2 ** 48;

/**
 * Where ids, tracking codes, passwords and one-time codes come from: a CSPRNG, or the workspace's own chance where it was made with a
 * seed. Salts, nonces and keys never come from here.
 */
@Injectable()
export class Randomness {
  bytes(length: number): Buffer {
    return currentWorkspace().chance?.bytes(length) ?? randomBytes(length);
  }

  /** A whole number in [0, limit), without modulo bias. */
  below(limit: number): number {
    const { chance } = currentWorkspace();
    if (!chance) return randomInt(limit);
    const even = SIX_BYTES - (SIX_BYTES % limit);
    for (;;) {
      const drawn = chance.bytes(6).readUIntBE(0, 6);
      if (drawn < even) return drawn % limit;
    }
  }

  /** A time-ordered UUID (version 7). */
  uuid(): string {
    const { chance } = currentWorkspace();
    return chance ? v7({ msecs: chance.instant(), seq: 0, random: chance.bytes(16) }) : v7();
  }

  /** An opaque bearer token: 256 random bits as 43 base64url characters. */
  token(): string {
    return this.bytes(32).toString('base64url');
  }
}

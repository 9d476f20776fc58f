import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';

/**
 * Where ids, tracking codes, passwords and one-time codes come from: a CSPRNG. A port of its own, so that a workspace made
 * with a seed can be given a repeatable source. Salts, nonces and keys never come from here.
 */
@Injectable()
export class Randomness {
  bytes(length: number): Buffer {
    return randomBytes(length);
  }

  /** A whole number in [0, limit), without modulo bias. */
  below(limit: number): number {
    return randomInt(limit);
  }

  /** A time-ordered UUID (version 7). */
  uuid(): string {
    return v7();
  }

  /** An opaque bearer token: 256 random bits as 43 base64url characters. */
  token(): string {
    return this.bytes(32).toString('base64url');
  }
}

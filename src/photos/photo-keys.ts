import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type PurposeKey } from '../platform/keyring.ts';
import { currentWorkspace } from '../platform/workspace/workspace.context.ts';
import { KeyStore } from './key-store.ts';
import { KEY_ID_BYTES, SealedFile } from '../platform/sealed-file.ts';

const KEY_BYTES = 32;

/**
 * One key for the photos of each declaration, from a CSPRNG. It rests wrapped: a sealed file with the magic `BHXK`, version 1, under the
 * key that the master key yields for this, bound to its declaration; within, the key's id (8 bytes) and the key (32). Whoever removes that
 * file has shredded the photos, wherever copies of them lie.
 */
@Injectable()
export class PhotoKeys {
  private readonly wrapping: SealedFile;
  /** Three photos of one declaration come at once, and want one key. */
  private readonly inTheMaking = new Map<string, Promise<PurposeKey>>();

  constructor(
    private readonly store: KeyStore,
    keyring: Keyring,
  ) {
    this.wrapping = new SealedFile('BHXK\x01', () => keyring.keysFor('photo-keys'));
  }

  /** Undefined when there is none, or when no master key that is known opens it. */
  async find(declarationId: string): Promise<PurposeKey | undefined> {
    const wrapped = await this.store.find(declarationId);
    return wrapped && this.unwrap(declarationId, wrapped);
  }

  /** The declaration's key, made where it is missing; it survives a power cut. @throws Refusal `service-unavailable` */
  async getOrMake(declarationId: string): Promise<PurposeKey> {
    const whose = `${currentWorkspace().name}/${declarationId}`;
    const making = this.inTheMaking.get(whose) ?? this.make(declarationId);
    this.inTheMaking.set(whose, making);
    try {
      return await making;
    } finally {
      this.inTheMaking.delete(whose);
    }
  }

  /**
   * Wraps a key by the newest master key, if it is not already.
   * @returns whether it had to be done; `unreadable` when no master key that is known opens it
   */
  async rewrap(declarationId: string): Promise<boolean | 'unreadable'> {
    const wrapped = await this.store.find(declarationId);
    if (!wrapped || this.wrapping.isNewest(wrapped)) return false;
    const key = this.unwrap(declarationId, wrapped);
    if (!key) return 'unreadable';
    await this.store.replace(declarationId, this.wrap(declarationId, key));
    return true;
  }

  private async make(declarationId: string): Promise<PurposeKey> {
    const key = { id: randomBytes(KEY_ID_BYTES), key: randomBytes(KEY_BYTES) };
    for (;;) {
      if (await this.store.add(declarationId, this.wrap(declarationId, key))) return key;
      const wrapped = await this.store.find(declarationId);
      // One that was there and is not any more has just been shredded.
      if (!wrapped) continue;
      const known = this.unwrap(declarationId, wrapped);
      if (!known) throw new Error(`the key of declaration ${declarationId} opens under no master key that is known`);
      return known;
    }
  }

  private wrap(declarationId: string, { id, key }: PurposeKey): Buffer {
    return this.wrapping.seal(Buffer.concat([id, key]), declarationId);
  }

  private unwrap(declarationId: string, wrapped: Buffer): PurposeKey | undefined {
    const opened = this.wrapping.open(wrapped, declarationId);
    if (typeof opened === 'string') return undefined;
    return { id: opened.subarray(0, KEY_ID_BYTES), key: opened.subarray(KEY_ID_BYTES) };
  }
}

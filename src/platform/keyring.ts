import { createHash, createHmac, hkdfSync } from 'node:crypto';

export interface PurposeKey {
  /** Which master key it comes from: 8 bytes that may be stored beside what the key protects. */
  readonly id: Buffer;
  /** 32 bytes. */
  readonly key: Buffer;
}

/**
 * The process's secrets. One master key (and those before it) yields a separate key per purpose by HKDF-SHA-256, so that a
 * photo's key opens no message and a rotation of the master rotates all of them.
 */
export class Keyring {
  private readonly derived = new Map<string, readonly PurposeKey[]>();
  private readonly retired: (PurposeKey & { readonly purpose: string })[] = [];

  /** @param masters master keys of 32 bytes, newest first */
  constructor(private readonly masters: readonly Buffer[]) {
    if (masters.length === 0 || masters.some((master) => master.length !== 32)) throw new Error('a master key has 32 bytes');
  }

  /** The purpose's keys, newest first: the first one encrypts, all of them decrypt. */
  keysFor(purpose: string): readonly PurposeKey[] {
    const known = this.derived.get(purpose);
    if (known) return known;
    const keys = this.masters.map((master) => ({
      id: createHash('sha256').update('key-id').update(master).digest().subarray(0, 8),
      key: Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `bhxh-intake/${purpose}`, 32)),
    }));
    this.derived.set(purpose, keys);
    return keys;
  }

  /** From here on hashes are looked up by these keys too, whose master keys are gone. They seal nothing, open nothing and store nothing. */
  alsoLookUpBy(keys: readonly (PurposeKey & { readonly purpose: string })[]): void {
    this.retired.push(...keys);
  }

  /** Keyed hashes of a secret under every key, newest first: store the first, look up by all. */
  keyedHashes(purpose: string, secret: string): Buffer[] {
    const living = this.keysFor(purpose);
    const retired = this.retired.filter((key) => key.purpose === purpose && !living.some(({ id }) => id.equals(key.id)));
    return [...living, ...retired].map(({ key }) => createHmac('sha256', key).update(secret).digest());
  }
}

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAbsent, writeDurably } from './files.ts';
import type { Keyring, PurposeKey } from './keyring.ts';
import { SealedFile } from './sealed-file.ts';

/** By whose keys something is hashed that is not kept itself: it cannot be hashed anew, and lasts as long as a dossier. */
const HASHING = ['tracking-codes'];

/** In PHOTO_KEYS. */
export const RETIRED_KEYS_FILE = '.retired-hash-keys';

/** A key that only compares any more. */
export interface RetiredKey extends PurposeKey {
  readonly purpose: string;
}

/**
 * Keys of master keys that are to be dropped, and by which hashes are still looked up: sealed under the newest master key, beside the wrapped
 * keys. They open nothing; whoever has one can only tell whether a guessed code is the one of a hash.
 * @throws Error when no master key that is known opens the file: one was dropped too early
 */
export async function readRetiredKeys(folder: string, keyring: Keyring): Promise<RetiredKey[]> {
  const sealed = await unlessAbsent(readFile(join(folder, RETIRED_KEYS_FILE)));
  if (!sealed) return [];
  const opened = fileUnder(keyring).open(sealed, RETIRED_KEYS_FILE);
  if (typeof opened === 'string') {
    throw new Error(
      `${join(folder, RETIRED_KEYS_FILE)} opens under no master key that is set (${opened}): put the one before it into PHOTO_KEY_PREVIOUS and run npm run keys:rotate`,
    );
  }
  const kept = JSON.parse(opened.toString('utf8')) as { purpose: string; id: string; key: string }[];
  return kept.map(({ purpose, id, key }) => ({ purpose, id: Buffer.from(id, 'hex'), key: Buffer.from(key, 'hex') }));
}

/** Keeps the hashing keys of all master keys but the newest, beside those that are kept already. Safe to repeat. */
export async function retireHashKeys(folder: string, keyring: Keyring): Promise<void> {
  const known = await readRetiredKeys(folder, keyring);
  const older = HASHING.flatMap((purpose) =>
    keyring
      .keysFor(purpose)
      .slice(1)
      .map((key) => ({ ...key, purpose })),
  );
  const all = [...known, ...older.filter((key) => !known.some(({ purpose, id }) => purpose === key.purpose && id.equals(key.id)))];
  if (all.length === 0) return;
  const text = JSON.stringify(all.map(({ purpose, id, key }) => ({ purpose, id: id.toString('hex'), key: key.toString('hex') })));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(join(folder, RETIRED_KEYS_FILE), fileUnder(keyring).seal(Buffer.from(text), RETIRED_KEYS_FILE));
}

function fileUnder(keyring: Keyring): SealedFile {
  return new SealedFile('BHXR\x01', () => keyring.keysFor('retired-keys'));
}

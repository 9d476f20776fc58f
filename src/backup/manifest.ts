import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeDurably } from './durable-files.ts';

const FORMAT = 1;
const FILE = 'manifest.json';

/** A table as it was written down. */
export interface TableRecord {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of its file, in hex. */
  readonly sha256: string;
}

/** What a backup says about itself; written last, so that a backup without it is none. */
export interface Manifest {
  readonly format: typeof FORMAT;
  /** The database's time of the moment that the backup shows, RFC 3339. */
  readonly takenAt: string;
  /** Those that had made the schema, by name, in their order. */
  readonly migrations: readonly string[];
  /** In an order in which each can be filled: what it refers to comes before it. */
  readonly tables: readonly TableRecord[];
  /** The next value of each sequence, by name. */
  readonly sequences: Readonly<Record<string, string>>;
  readonly photos: number;
  /** Photos that were removed while the backup was being made: their rows go with the restore. */
  readonly photosGone: readonly string[];
  /** Uploads that came to an end while the backup was being made: their pieces are gone, so they are begun anew. */
  readonly uploadsGone: readonly string[];
  /** Stands in every ledger that is newer than the backup; not in backups of earlier releases. */
  readonly ledgerMark?: string;
  /** Whether the master key is in it, or is to come from PHOTO_KEY. */
  readonly masterKey: 'inside' | 'configured';
}

export class NotABackup extends Error {
  override readonly name = 'NotABackup';
}

export const tableFile = (directory: string, table: string): string => join(directory, 'database', `${table}.copy`);

export function makeManifest(facts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...facts };
}

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeDurably(join(directory, FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws NotABackup when it is none, is of a format that is not known, or is not as it was written */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) throw new NotABackup(`${directory} holds no whole backup: there is no ${FILE} in it`);
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== FORMAT)
    throw new NotABackup(`${directory} is a backup of format ${String(manifest.format)}, which this release does not know`);
  for (const { name, sha256 } of manifest.tables) {
    if ((await sha256Of(tableFile(directory, name))) !== sha256)
      throw new NotABackup(`the table ${name} in ${directory} is not as it was written`);
  }
  return manifest;
}

async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

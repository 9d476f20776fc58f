import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { connectionTo } from '../platform/database/connections.ts';
import type { Environment } from '../platform/env.ts';
import { RETIRED_KEYS_FILE } from '../platform/retired-keys.ts';
import { MASTER_KEY_FILE } from '../platform/secrets.ts';
import { copyDurably, copyTree, exists, syncFolder } from './durable-files.ts';
import { keepLedger } from './ledgers.ts';
import { makeManifest, writeManifest, type Manifest } from './manifest.ts';
import { shelvesOf } from './shelves.ts';
import { readSequences, writeTables } from './table-files.ts';

export interface BackupWish {
  /** Of the role that owns the tables. */
  readonly ownerUrl: string;
  readonly environment: Pick<Environment, 'dataDir' | 'photoStore' | 'photoKeys' | 'shredLedger' | 'masterKeys'>;
  /** Is made; must not be there. */
  readonly to: string;
}

/** The backup cannot be made; one sentence says why. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed';
}

/**
 * Writes down what the service knows: the database as one snapshot shows it, every photo that the snapshot names, and the keys. The shred
 * ledger gets a line that names the backup, and so is known for newer by a restore. The service goes on meanwhile. What is in `to` is a whole backup: until it is one, it has another name.
 * @throws BackupFailed when a photo that is named is not there
 */
export async function makeBackup({ ownerUrl, environment, to }: BackupWish): Promise<Manifest> {
  if (await exists(to)) throw new BackupFailed(`${to} is there already: choose another name`);
  const draft = `${to}.unfinished`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'database'), { recursive: true, mode: 0o700 });
  const database = connectionTo(ownerUrl, { application_name: 'bhxh-intake backup' });
  await database.connect();
  try {
    const manifest = await write(database, environment, draft);
    await writeManifest(draft, manifest);
    await rename(draft, to);
    await syncFolder(dirname(to));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await database.end();
  }
}

async function write(database: pg.Client, environment: BackupWish['environment'], draft: string): Promise<Manifest> {
  const shelves = shelvesOf(environment);
  const copyShelves = async () => {
    for (const { name, path } of shelves) await copyTree(path, join(draft, name));
  };
  // Most of it before the snapshot, which keeps PostgreSQL from tidying up as long as it is held.
  await copyShelves();
  await database.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows: moments } = await database.query<{ at: Date }>('SELECT now() AS at');
  // Whatever the snapshot names was durable before it was named.
  await copyShelves();
  const tables = await writeTables(database, draft);
  const sequences = await readSequences(database);
  const { rows: migrations } = await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  const { rows: photos } = await database.query<{ id: string }>('SELECT id FROM photos');
  const { rows: uploads } = await database.query<{ id: string; parts: string[] }>(`SELECT id, parts FROM uploads WHERE parts <> '{}'`);
  const copied = new Set<string>();
  for (const { name, named } of shelves) {
    const { rows: files } = await database.query<{ name: string }>(named);
    for (const kept of await keepOnly(join(draft, name), new Set(files.map((file) => file.name)))) copied.add(kept);
  }
  await database.query('COMMIT');
  const ledgerMark = await keepLedger(environment, draft);
  await copyDurably(join(environment.photoKeys, RETIRED_KEYS_FILE), join(draft, 'photo-keys', RETIRED_KEYS_FILE));
  const photosGone = await mustHaveGone(
    database,
    photos.map(({ id }) => id).filter((id) => !copied.has(id)),
  );
  return makeManifest({
    takenAt: moments[0]!.at.toISOString(),
    migrations: migrations.map(({ name }) => name),
    tables,
    sequences,
    photos: photos.length - photosGone.length,
    photosGone,
    uploadsGone: uploads.filter(({ parts }) => !parts.every((part) => copied.has(partFile(part)))).map(({ id }) => id),
    ledgerMark,
    masterKey: await keepMasterKey(environment, draft),
  });
}

const partFile = (id: string) => `${id}.part`;

/** What was erased a moment before the snapshot must not live on in a backup. @returns the names of what is kept */
async function keepOnly(folder: string, names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const { name, parentPath } of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
    if (names.has(name)) kept.add(name);
    else await rm(join(parentPath, name));
  }
  return kept;
}

/** A photo without a file was removed since the snapshot, its row first. @throws BackupFailed when its row is still there */
async function mustHaveGone(database: pg.Client, ids: string[]): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>('SELECT id FROM photos WHERE id = ANY($1::uuid[])', [ids]);
  if (rows.length > 0)
    throw new BackupFailed(`${rows.length} photos are not in the store, the first is ${rows[0]!.id}: this is no state to keep`);
  return ids;
}

/** A key that the configuration brings is the configuration's to keep. */
async function keepMasterKey({ masterKeys, dataDir }: BackupWish['environment'], draft: string): Promise<Manifest['masterKey']> {
  if (masterKeys.length > 0) return 'configured';
  await mkdir(join(draft, 'keys'), { mode: 0o700 });
  if (!(await copyDurably(join(dataDir, MASTER_KEY_FILE), join(draft, 'keys', MASTER_KEY_FILE))))
    throw new BackupFailed(`there is no key in ${dataDir}`);
  return 'inside';
}

import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionTo } from '../platform/database/connections.ts';
import type { Environment } from '../platform/env.ts';
import { RETIRED_KEYS_FILE } from '../platform/retired-keys.ts';
import { MASTER_KEY_FILE } from '../platform/secrets.ts';
import { DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';
import { copyDurably, copyTree, exists, isEmptyFolder, syncFolder } from './durable-files.ts';
import { bringLedgers, collectLedgers, type Ledgers } from './ledgers.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { shelvesOf } from './shelves.ts';
import { fillTables } from './table-files.ts';

export interface RestoreWish {
  readonly ownerUrl: string;
  readonly environment: Pick<Environment, 'dataDir' | 'photoStore' | 'photoKeys' | 'shredLedger' | 'masterKeys'>;
  readonly from: string;
  /** The newest copy of the shred ledger that there is, as a file; the one in place counts without being named. */
  readonly ledger?: string | undefined;
  /** Whoever restores knows that no newer ledger is left, and that what was shredded since then comes back. */
  readonly withoutNewerLedger?: boolean | undefined;
  /** Makes the schema by these migrations, with the rights of the request role. @throws when one of them is not known */
  readonly buildSchema: (migrations: readonly string[]) => Promise<void>;
}

/** The backup cannot be restored here; one sentence says why. */
export class RestoreFailed extends Error {
  override readonly name = 'RestoreFailed';
}

/**
 * Brings a backup back, where nothing is yet: files and keys first, the rows that name them last and at once. A restore that broke off is
 * begun again in another empty place.
 * @throws RestoreFailed, NotABackup
 */
export async function restoreBackup({ ownerUrl, environment, from, buildSchema, ...wish }: RestoreWish): Promise<Manifest> {
  const manifest = await readManifest(from);
  const ledgers = await newestLedgers(manifest, environment, from, wish);
  if (manifest.masterKey === 'configured' && environment.masterKeys.length === 0)
    throw new RestoreFailed('this backup was made with a key of the configuration: set PHOTO_KEY to it');
  const shelves = shelvesOf(environment);
  for (const { path } of shelves)
    if (!(await isEmptyFolder(path))) throw new RestoreFailed(`${path} is not empty: a restore goes where nothing is yet`);
  const database = connectionTo(ownerUrl, { application_name: 'bhxh-intake restore' });
  await database.connect();
  try {
    const { rows } = await database.query<{ tables: number }>(
      `SELECT count(*)::int AS tables FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    if (rows[0]!.tables > 0) throw new RestoreFailed('the database is not empty: a restore goes where nothing is yet');
    await bringMasterKey(manifest, environment, from);
    for (const { name, path } of shelves) await copyTree(join(from, name), path);
    await bringRetiredKeys(environment);
    await bringLedgers(environment, ledgers);
    await buildSchema(manifest.migrations);
    await fillTables(database, from, manifest);
    return manifest;
  } finally {
    await database.end();
  }
}

/** @throws RestoreFailed when nobody can tell what was shredded since the backup, and that was not said */
async function newestLedgers(
  { ledgerMark, takenAt }: Manifest,
  environment: RestoreWish['environment'],
  from: string,
  { ledger, withoutNewerLedger }: Pick<RestoreWish, 'ledger' | 'withoutNewerLedger'>,
): Promise<Ledgers> {
  const ledgers = await collectLedgers(environment, from, ledgerMark, ledger);
  if (!ledgers.isNewer && !withoutNewerLedger)
    throw new RestoreFailed(
      `no shred ledger is newer than this backup of ${takenAt}, so photos that were shredded since then would come back: name the newest ` +
        `copy of the ledger with --ledger FILE, or put it in ${environment.shredLedger}; only where none is left, say --without-newer-ledger`,
    );
  return ledgers;
}

async function bringRetiredKeys({ photoKeys }: RestoreWish['environment']): Promise<void> {
  const retired = join(photoKeys, DEFAULT_WORKSPACE.name, RETIRED_KEYS_FILE);
  if (await exists(retired)) await rename(retired, join(photoKeys, RETIRED_KEYS_FILE));
}

/** The service never opens under another key than the backup's. */
async function bringMasterKey({ masterKey }: Manifest, { masterKeys, dataDir }: RestoreWish['environment'], from: string): Promise<void> {
  if (masterKey === 'configured') return;
  const key = join(from, 'keys', MASTER_KEY_FILE);
  if (masterKeys.length > 0) {
    const inside = Buffer.from((await readFile(key, 'utf8')).trim(), 'hex');
    if (!masterKeys.some((configured) => configured.equals(inside)))
      throw new RestoreFailed('PHOTO_KEY is not the key of this backup: name that one in PHOTO_KEY_PREVIOUS, or unset both');
    return;
  }
  const place = join(dataDir, MASTER_KEY_FILE);
  if (await exists(place)) throw new RestoreFailed(`there is a key in ${dataDir} already: a restore goes where nothing is yet`);
  await mkdir(dataDir, { recursive: true });
  await copyDurably(key, place);
  await syncFolder(dataDir);
}

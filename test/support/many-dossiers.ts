import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import pg from 'pg';
import { clusterUrls, passwordsOf } from '../../src/platform/database/embedded-cluster.ts';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { rowsOf } from './dossier-rows.ts';

export { BUSY_OFFICE } from './dossier-rows.ts';

/** Tables that are filled at once: as many as the small machine has cores. */
const ABREAST = 2;

/** The schema on an empty database, by the built application's own command. */
export async function makeSchema({ ownerUrl, requestUrl }: EmbeddedPostgres): Promise<void> {
  await promisify(execFile)(process.execPath, [join(packageRoot(), 'dist', 'src', 'migrate.command.js')], {
    env: { ...process.env, DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: requestUrl, SIMULATOR_DESK: 'on' },
  });
}

/** The one whom no right is kept from. The service never is it. */
export async function superuserUrlOf({ port }: Pick<EmbeddedPostgres, 'port'>, dataDir: string): Promise<string> {
  const passwords = await passwordsOf({ directory: join(dataDir, 'postgres') });
  if (!passwords) throw new Error(`${dataDir} holds no embedded PostgreSQL`);
  return clusterUrls(passwords, port).superuserUrl;
}

/**
 * Fills the tables of an embedded database with so many invented dossiers and all that belongs to them, as fast as it can be done: no
 * triggers, and every index built when its table is full. What triggers would have written is in the rows. Nothing else may use the
 * database meanwhile.
 */
export async function makeDossiers(postgres: EmbeddedPostgres, dataDir: string, count: number): Promise<void> {
  const superuserUrl = await superuserUrlOf(postgres, dataDir);
  const abreast = pLimit(ABREAST);
  const filled = Object.entries(rowsOf(count)).map(([table, rows]) => abreast(() => fill(superuserUrl, table, rows)));
  await Promise.all(filled);
}

async function fill(superuserUrl: string, table: string, rows: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    // As a replica takes changes in: without triggers and without looking up what foreign keys point to.
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET maintenance_work_mem = '768MB'`);
    await client.query('BEGIN');
    await client.query(`UPDATE pg_index SET indisready = false WHERE indrelid = $1::regclass`, [table]);
    await client.query(rows);
    await client.query('COMMIT');
    // Makes every index ready again, constraints included.
    await client.query(`REINDEX TABLE ${table}`);
    await client.query(`VACUUM ANALYZE ${table}`);
  } finally {
    await client.end();
  }
}

import { randomBytes } from 'node:crypto';
import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { livingOwner } from '../../src/platform/database/embedded-owner.ts';
import { stopServer } from '../../src/platform/database/embedded-server.ts';

/** A database of its own for one test file: migrated, and empty but for what the migrations put in. */
export interface TestDatabase {
  name: string;
  /** As the role that owns it. */
  ownerUrl: string;
  /** As the role that requests run as, which owns nothing. */
  requestUrl: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

export const TEMPLATE = 'tpl';
/** Begins the name of every test cluster's data directory in the system's directory for temporary files. */
export const CLUSTER_PREFIX = 'bhxh-intake-test-';

const YOUNG_MS = 10_000;

/** A copy of the migrated template, with the rights of a real installation. */
export function cloneDatabase(name?: string): Promise<TestDatabase> {
  return makeDatabase(TEMPLATE, name);
}

/** A database with nothing in it, not even a schema. */
export function emptyDatabase(): Promise<TestDatabase> {
  return makeDatabase('template1');
}

async function makeDatabase(template: string, name = `test_${randomBytes(8).toString('hex')}`): Promise<TestDatabase> {
  const quoted = pg.escapeIdentifier(name);
  await asOwner(
    `CREATE DATABASE ${quoted} TEMPLATE ${template} STRATEGY FILE_COPY`,
    `REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${quoted} TO intake_request`,
  );
  return {
    name,
    ownerUrl: withDatabase(clusterFact('TEST_CLUSTER_OWNER_URL'), name),
    requestUrl: withDatabase(clusterFact('TEST_CLUSTER_REQUEST_URL'), name),
    drop: () => asOwner(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`),
  };
}

/** The same server and role, another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}

export async function runStatements(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Removes the clusters of earlier Jest runs that were killed, and ends the servers they left behind. */
export async function sweepAbandonedClusters(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(CLUSTER_PREFIX));
  for (const dataDir of names.map((name) => join(tmpdir(), name))) {
    const found = await lstat(dataDir).catch(() => undefined);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    // A run that has only just begun has not yet signed for its cluster.
    if (Date.now() - found.mtimeMs < YOUNG_MS || (await livingOwner(join(dataDir, 'postgres')))) continue;
    await removeCluster(dataDir);
  }
}

/** Ends the server of a data directory, if one still runs, and removes the directory. */
export async function removeCluster(dataDir: string): Promise<void> {
  await stopServer(join(await realpath(dataDir), 'postgres', 'cluster'));
  await rm(dataDir, { recursive: true, force: true });
}

function clusterFact(name: 'TEST_CLUSTER_OWNER_URL' | 'TEST_CLUSTER_REQUEST_URL'): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run the tests through the project's Jest configuration, which starts the cluster`);
  return value;
}

async function asOwner(...statements: string[]): Promise<void> {
  await runStatements(clusterFact('TEST_CLUSTER_OWNER_URL'), statements);
}

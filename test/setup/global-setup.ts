import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterUrls, passwordsOf } from '../../src/platform/database/embedded-cluster.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { CLUSTER_PREFIX, removeCluster, runStatements, sweepAbandonedClusters, TEMPLATE, withDatabase } from '../support/cluster.ts';
import { SharedServers } from './shared-servers.ts';

/** What the teardown needs; Jest's way from one to the other is the global object. */
export interface TestCluster {
  server: EmbeddedPostgres;
  dataDir: string;
  sharedServers: SharedServers;
}

/** One PostgreSQL for the whole run, with a migrated template to clone, and a door to the servers that spec files share. */
export default async function globalSetup(): Promise<void> {
  await sweepAbandonedClusters();
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), CLUSTER_PREFIX)));
  const server = await startEmbeddedPostgres({ dataDir, durable: false, maxConnections: 150, log: () => undefined });
  try {
    await prepareTemplate(server, dataDir);
  } catch (fault) {
    await server.stop();
    await removeCluster(dataDir);
    throw fault;
  }
  process.env['TEST_CLUSTER_OWNER_URL'] = server.ownerUrl;
  process.env['TEST_CLUSTER_REQUEST_URL'] = server.requestUrl;
  const sharedServers = await SharedServers.open();
  process.env['SHARED_SERVERS_URL'] = sharedServers.url;
  (globalThis as { testCluster?: TestCluster }).testCluster = { server, dataDir, sharedServers };
}

async function prepareTemplate(server: EmbeddedPostgres, dataDir: string): Promise<void> {
  const passwords = await passwordsOf({ directory: join(dataDir, 'postgres') });
  if (!passwords) throw new Error('the test cluster has no passwords');
  const { superuserUrl } = clusterUrls(passwords, server.port);
  await runStatements(superuserUrl, [
    // Only here: the owner of a real installation makes no databases and ends nobody's session.
    'ALTER ROLE intake_owner CREATEDB',
    'GRANT pg_signal_backend TO intake_owner',
    `CREATE DATABASE ${TEMPLATE} OWNER intake_owner IS_TEMPLATE true`,
    `REVOKE ALL ON DATABASE ${TEMPLATE} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${TEMPLATE} TO intake_request`,
  ]);
  await migrate(withDatabase(server.ownerUrl, TEMPLATE), withDatabase(server.requestUrl, TEMPLATE));
  // A database with anybody in it cannot be cloned.
  await runStatements(superuserUrl, [`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`]);
}

/** By the built application's own command, as an installation would. */
async function migrate(ownerUrl: string, requestUrl: string): Promise<void> {
  const command = join(packageRoot(), 'dist', 'src', 'migrate.command.js');
  if (!existsSync(command)) throw new Error('build first: npm test does');
  await promisify(execFile)(process.execPath, [command], {
    cwd: packageRoot(),
    env: { ...process.env, DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: requestUrl, SIMULATOR_DESK: 'on' },
  });
}

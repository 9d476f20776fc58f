import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterUrls, passwordsOf } from '../../src/platform/database/embedded-cluster.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { CLUSTER_PREFIX, removeCluster } from './cluster.ts';

/** A PostgreSQL of its own that waits for the disk as an installation's does, which production insists on. Nothing is in it yet. */
export interface DurableDatabase {
  /** What makes a service use it. */
  readonly environment: Readonly<Record<'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DURABLE_DATABASE', string>>;
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  stop(): Promise<void>;
}

export async function startDurableDatabase(): Promise<DurableDatabase> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), CLUSTER_PREFIX)));
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const passwords = await passwordsOf({ directory: join(dataDir, 'postgres') });
  const { superuserUrl } = clusterUrls(passwords!, server.port);
  return {
    environment: { DATABASE_URL: server.requestUrl, DATABASE_OWNER_URL: server.ownerUrl, DURABLE_DATABASE: 'on' },
    superuserUrl,
    ownerUrl: server.ownerUrl,
    stop: async () => {
      await server.stop();
      await removeCluster(dataDir);
    },
  };
}

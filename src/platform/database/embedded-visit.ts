import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterUrls, passwordsOf } from './embedded-cluster.ts';
import { livingOwner } from './embedded-owner.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

export type Visit = Pick<EmbeddedPostgres, 'ownerUrl' | 'requestUrl'> & {
  /** Ends the visit, and the server where the visit had started it. */
  readonly end: () => Promise<void>;
};

/** The embedded PostgreSQL of a data directory: the one that a running service keeps there, or else one of this process. */
export async function visitEmbeddedPostgres(dataDir: string, log: (message: string) => void): Promise<Visit> {
  const running = await runningIn(dataDir);
  if (running) return { ...running, end: async () => undefined };
  const own = await startEmbeddedPostgres({ dataDir, log });
  return { ownerUrl: own.ownerUrl, requestUrl: own.requestUrl, end: () => own.stop() };
}

async function runningIn(dataDir: string): Promise<Pick<Visit, 'ownerUrl' | 'requestUrl'> | undefined> {
  const directory = join(await realpath(dataDir).catch(() => dataDir), 'postgres');
  const owner = await livingOwner(directory).catch(() => undefined);
  const passwords = owner && (await passwordsOf({ directory }));
  if (!passwords) return undefined;
  // The postmaster's own account of itself: its port is in the fourth line.
  const port = Number((await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[3]);
  return port > 0 ? clusterUrls(passwords, port) : undefined;
}

import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterUrls, passwordsOf } from '../../src/platform/database/embedded-cluster.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { serverProcesses } from '../../src/platform/database/embedded-processes.ts';
import { stopServer } from '../../src/platform/database/embedded-server.ts';
import { POOL_SIZE } from '../../src/data-source.ts';

/** The PostgreSQL under test, durable as an installation's: whoever started it. */
export interface DatabaseServer {
  /** What a copy of the service needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** As the role that owns everything; the port may change with every start. */
  ownerUrl(): Promise<string>;
  /** The process that all others of the server descend from; undefined while there is none. */
  postmaster(): Promise<number | undefined>;
  /** Everything but the postmaster. */
  backends(): Promise<number[]>;
  /** PostgreSQL's own log. */
  readonly log: string;
  stop(): Promise<void>;
}

/** The service's own, started and found again by the one copy that there is. */
export async function databaseOfService(dataDir: string): Promise<DatabaseServer> {
  const directory = join(await realpath(dataDir), 'postgres');
  const cluster = join(directory, 'cluster');
  return {
    ...processesOf(cluster),
    environment: {},
    log: join(directory, 'server.log'),
    ownerUrl: async () => {
      const passwords = await passwordsOf({ directory });
      if (!passwords) throw new Error('the service has made no database');
      return clusterUrls(passwords, Number((await postmasterFile(cluster))[3])).ownerUrl;
    },
    stop: async () => void (await stopServer(cluster)),
  };
}

/** One for several copies, kept alive by this process. */
export async function databaseForCopies(parent: string, copies: number, log: (message: string) => void): Promise<DatabaseServer> {
  const dataDir = join(await realpath(parent), 'database');
  const server = await startEmbeddedPostgres({ dataDir, maxConnections: (POOL_SIZE + 5) * copies + 10, log });
  return {
    ...processesOf(join(dataDir, 'postgres', 'cluster')),
    environment: { DATABASE_URL: server.requestUrl, DATABASE_OWNER_URL: server.ownerUrl },
    log: join(dataDir, 'postgres', 'server.log'),
    ownerUrl: async () => server.ownerUrl,
    stop: () => server.stop(),
  };
}

function processesOf(cluster: string): Pick<DatabaseServer, 'postmaster' | 'backends'> {
  const postmaster = async () => {
    const pid = Number((await postmasterFile(cluster))[0]);
    return (await serverProcesses(cluster)).includes(pid) ? pid : undefined;
  };
  return {
    postmaster,
    backends: async () => {
      const parent = await postmaster();
      return (await serverProcesses(cluster)).filter((pid) => pid !== parent);
    },
  };
}

/** The lines of the file that a postmaster writes about itself: pid first, port fourth. */
async function postmasterFile(cluster: string): Promise<string[]> {
  return (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
}

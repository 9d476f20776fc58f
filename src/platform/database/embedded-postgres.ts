import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectionTo } from './connections.ts';
import { lossySettings } from './durability.ts';
import { serverBinaries } from './embedded-binaries.ts';
import { clusterUrls, prepareCluster } from './embedded-cluster.ts';
import { asStartError, EmbeddedPostgresError } from './embedded-error.ts';
import { handOver, prepareHome, type EmbeddedHome } from './embedded-home.ts';
import { takeOwnership } from './embedded-owner.ts';
import { signal } from './embedded-processes.ts';
import { freePort, ServerStartFailure, startServer, stopServer, type RunningServer, type ServerSetup } from './embedded-server.ts';

/** A PostgreSQL server of this process's own. While it runs, its URLs and its port stay the same, even when PostgreSQL itself dies. */
export interface EmbeddedPostgres {
  /** Database `intake` as the role that owns it: migrates, creates schemas. */
  ownerUrl: string;
  /** Database `intake` as the role that owns nothing. */
  requestUrl: string;
  port: number;
  /** Ends all connections, shuts the server down and gives the data directory free. May be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** The cluster lives in its subdirectory `postgres`. Made (0700) if missing. */
  dataDir: string;
  /** false only for data nobody will miss: they outlive a killed PostgreSQL but not a crash of the machine. Default true. */
  durable?: boolean;
  /** Gets one plain sentence per event; never a password. */
  log: (message: string) => void;
  /** Default 100. */
  maxConnections?: number;
}

const PORT_ATTEMPTS = 10;
const BACK_OFF_MS = [0, 100, 250, 500, 1_000, 2_000];
/** A server that lived this long had not died of its start. */
const STEADY_MS = 1_000;

/** @throws EmbeddedPostgresError with one sentence for a person when it cannot be started. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    const home = await prepareHome(dataDir);
    const ownership = await takeOwnership(home);
    try {
      return await startOwned(home, options, () => ownership.release());
    } catch (fault) {
      await ownership.release();
      throw fault;
    }
  } catch (fault) {
    throw asStartError(fault, dataDir);
  }
}

async function startOwned(home: EmbeddedHome, options: EmbeddedPostgresOptions, release: () => Promise<void>): Promise<EmbeddedPostgres> {
  const { durable = true, maxConnections = 100, log } = options;
  const binaries = await serverBinaries(home);
  if ((await stopServer(home.cluster)) > 0) log('stopped the PostgreSQL that a killed process had left behind');
  await beginLog(home);
  const passwords = await prepareCluster(home, binaries, { durable, log });

  const halt = new AbortController();
  const setup: ServerSetup = { home, binaries, durable, maxConnections };
  const { port, server } = await startOnFreePort(setup, halt.signal);
  const urls = clusterUrls(passwords, port);
  try {
    if (durable) for (const url of [urls.ownerUrl, urls.requestUrl]) await assertDurable(url);
  } catch (fault) {
    await stopServer(home.cluster);
    throw fault;
  }

  const supervision = supervise(setup, port, server, halt.signal, log);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    halt.abort();
    await stopServer(home.cluster);
    await supervision;
    await release();
  };
  return { ownerUrl: urls.ownerUrl, requestUrl: urls.requestUrl, port, stop: () => (stopped ??= stop()) };
}

/** The log is bounded by beginning anew at each start; PostgreSQL's own restarts are added to it. */
async function beginLog(home: EmbeddedHome): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  await writeFile(home.log, '', { mode: 0o600, flag: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW });
  await handOver(home.log, home.keeper);
}

async function startOnFreePort(setup: ServerSetup, halt: AbortSignal): Promise<{ port: number; server: RunningServer }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, server: await startServer(setup, port, halt) };
    } catch (fault) {
      if (!(fault instanceof ServerStartFailure)) throw fault;
      // Another program may take the port between our look and PostgreSQL's.
      if (fault.portTaken && attempt < PORT_ATTEMPTS) continue;
      throw new EmbeddedPostgresError(`PostgreSQL did not start (${fault.message}); its log is ${setup.home.log}.`, { cause: fault });
    }
  }
}

/** Keeps a server on the port until `halt`, and ends with the last one. */
async function supervise(
  setup: ServerSetup,
  port: number,
  first: RunningServer,
  halt: AbortSignal,
  log: (message: string) => void,
): Promise<void> {
  let server: RunningServer | undefined = first;
  // A process that ends in a hurry (an uncaught error, process.exit) can at least ask PostgreSQL to follow it.
  const follow = () => server && signal(server.pid, 'SIGINT');
  process.once('exit', follow);
  let failures = 0;
  while (server) {
    const since = Date.now();
    const { pid, ended }: RunningServer = server;
    const end = await ended;
    server = undefined;
    if (halt.aborted) break;
    log(`PostgreSQL (process ${pid}) ended unexpectedly (${end}); starting it again`);
    failures = Date.now() - since < STEADY_MS ? failures + 1 : 0;
    server = await startAgain(setup, port, failures, halt, log);
    if (server) log(`PostgreSQL is back on port ${port} (process ${server.pid})`);
  }
  process.removeListener('exit', follow);
}

async function startAgain(
  setup: ServerSetup,
  port: number,
  failures: number,
  halt: AbortSignal,
  log: (message: string) => void,
): Promise<RunningServer | undefined> {
  for (let attempt = failures; !halt.aborted; attempt++) {
    await pause(BACK_OFF_MS[attempt] ?? BACK_OFF_MS.at(-1), undefined, { signal: halt }).catch(() => undefined);
    if (halt.aborted) break;
    try {
      return await startServer(setup, port, halt);
    } catch (fault) {
      if (!halt.aborted) log(`PostgreSQL did not start again: ${(fault as Error).message}`);
    }
  }
  return undefined;
}

async function assertDurable(url: string): Promise<void> {
  const client = connectionTo(url);
  await client.connect().catch((cause: Error) => {
    throw new EmbeddedPostgresError(`PostgreSQL started but lets nobody in (${cause.message}).`, { cause });
  });
  try {
    // As each role sees them: a setting of a role or of the database would override the server's.
    const lossy = await lossySettings(client);
    if (lossy.length > 0) {
      throw new EmbeddedPostgresError(
        `The database would lose acknowledged data in a power failure (${lossy.join(', ')}): set it on again, or start anew.`,
      );
    }
  } finally {
    await client.end();
  }
}

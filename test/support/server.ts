import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot, serviceProgram } from '../../src/platform/package-root.ts';
import { cloneDatabase, type TestDatabase } from './cluster.ts';

/** The built application as a process of its own, with a database and a data directory of its own. */
export interface TestServer {
  readonly url: string;
  readonly database: TestDatabase;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Ends the process and waits for it. @returns exit code, or the signal's name */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
  /** `stop`, and takes database and files away. */
  dispose(): Promise<void>;
}

export interface ServerWish {
  environment?: NodeJS.ProcessEnv;
  /** Another server's database and files, to be a second copy of it or its next life. */
  beside?: Pick<TestServer, 'database' | 'dataDir'>;
}

const STARTED = /^bhxh-intake \S+ · (http:\/\/\S+)/m;

/** Starts the application. It disposes of nothing by itself: `afterAll(() => server.dispose())`. */
export async function startServer({ environment = {}, beside }: ServerWish = {}): Promise<TestServer> {
  const database = beside?.database ?? (await cloneDatabase());
  const dataDir = beside?.dataDir ?? (await mkdtemp(join(tmpdir(), 'bhxh-intake-app-')));
  const child = spawn(process.execPath, [serviceProgram()], {
    cwd: packageRoot(),
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: database.requestUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      // The run's PostgreSQL waits for no disk.
      DURABLE_DATABASE: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const removeWorld = async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  child.stderr.on('data', (part: Buffer) => (printed += part.toString()));
  const exit = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = STARTED.exec(printed);
      if (found) resolve(found[1]!);
    });
    void exit.then((how) => reject(new Error(`the server ended (${how}) before it listened:\n${printed}`)));
  }).catch(async (error: unknown) => {
    if (!beside) await removeWorld();
    throw error;
  });
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return exit;
  };
  return {
    url,
    database,
    dataDir,
    process: child,
    output: () => printed,
    stop,
    dispose: async () => {
      await stop('SIGKILL');
      if (!beside) await removeWorld();
    },
  };
}

/** Starts the application where it is expected to refuse. @returns what it printed, and how it ended */
export async function startRefused(environment: NodeJS.ProcessEnv): Promise<{ output: string; code: number | string }> {
  return startServer({ environment }).then(
    async (server) => {
      await server.dispose();
      throw new Error('the server started');
    },
    (error: Error) => ({ output: error.message, code: /ended \((.*)\) before/.exec(error.message)?.[1] ?? '' }),
  );
}

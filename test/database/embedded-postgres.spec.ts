import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { clusterUrls, passwordsOf } from '../../src/platform/database/embedded-cluster.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/platform/database/embedded-postgres.ts';
import { serverProcesses } from '../../src/platform/database/embedded-processes.ts';
import { cloneDatabase, CLUSTER_PREFIX, sweepAbandonedClusters } from '../support/cluster.ts';
import {
  clusterOf,
  copyInstallation,
  killEmbeddedApps,
  launchEmbeddedApp as launch,
  librariesOf,
  postmasterOf,
  removeLibraryLinks,
} from '../support/embedded-app.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

/** 0700: where the tests run as root nobody else can walk into it, so each of them also shows that PostgreSQL lives with that. */
let place: string;
let directories = 0;
const temporaries: string[] = [];
const started: EmbeddedPostgres[] = [];

beforeAll(async () => {
  place = await temporary('bhxh-intake-embedded-');
  await (await start(seed())).stop();
});

afterAll(async () => {
  for (const database of started) await database.stop();
  await killEmbeddedApps();
  for (const directory of temporaries) await rm(directory, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('keeps Vietnamese letters whole when LANG is not set', async () => {
    const app = await launch(newDataDir(), { environment: { LANG: undefined, LC_ALL: undefined } });
    const { rows } = await query(
      app.database.ownerUrl,
      `SELECT length('Huỳnh'), upper('đằng'), current_setting('server_encoding') AS encoding`,
    );
    expect(rows).toEqual([{ length: 5, upper: 'ĐẰNG', encoding: 'UTF8' }]);
    await app.ends('SIGTERM');
  });

  it('lets its owner make schemas and the request role nothing at all', async () => {
    const database = await start(await usedDataDir());
    await query(database.ownerUrl, 'CREATE SCHEMA workspace');
    for (const statement of [
      'CREATE SCHEMA other',
      'CREATE TABLE mine ()',
      'CREATE TEMPORARY TABLE mine ()',
      'CREATE TABLE workspace.mine ()',
    ]) {
      await expect(query(database.requestUrl, statement)).rejects.toThrow('permission denied');
    }
    await expect(query(database.ownerUrl.replace(/:[^:@/]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow('password authentication failed');
    await database.stop();
  });

  it('shows its files to nobody else and leaves the directories above as they are', async () => {
    const parent = join(place, 'open');
    await mkdir(parent);
    const dataDir = join(parent, 'made', '.data');
    const database = await start(dataDir);
    expect(await modes(parent, 'made', 'made/.data', 'made/.data/postgres', 'made/.data/postgres/cluster')).toEqual([
      (0o777 & ~process.umask()).toString(8),
      ...['700', '700', '700'],
    ]);
    expect(await modes(join(dataDir, 'postgres'), 'passwords.json', 'server.log', 'owner.1')).toEqual(['600', '600', '600']);
    await database.stop();
  });

  it('says no to a second process and names the one that has it', async () => {
    const dataDir = await usedDataDir();
    const first = await launch(dataDir);
    await expect(launch(dataDir)).rejects.toThrow(
      `The database in ${dataDir} is already run by process ${first.child.pid}: stop that process first, or choose another DATA_DIR.`,
    );
    expect((await query(first.database.ownerUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await first.ends('SIGTERM');
  });

  it('goes to one of six that start at the same instant, also when the last owner was killed', async () => {
    const dataDir = newDataDir();
    for (let round = 0; round < 2; round++) {
      const starts = await Promise.allSettled(Array.from({ length: 6 }, () => launch(dataDir)));
      const winners = starts.filter((each) => each.status === 'fulfilled').map((each) => each.value);
      expect(winners).toHaveLength(1);
      await winners[0]?.ends('SIGKILL');
    }
  });

  it('is taken over from a killed process with every acknowledged row', async () => {
    const dataDir = await usedDataDir();
    const killed = await launch(dataDir, { durable: true });
    await query(killed.database.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS row');
    const orphan = await postmasterOf(dataDir);
    await killed.ends('SIGKILL');
    expect(await serverProcesses(clusterOf(dataDir))).toContain(orphan);

    const database = await start(dataDir, { durable: true });
    expect((await query(database.requestUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect((await query(database.ownerUrl, 'SELECT row FROM kept')).rows).toEqual([{ row: 7 }]);
    expect(await serverProcesses(clusterOf(dataDir))).not.toContain(orphan);
    await database.stop();
  });

  it('comes back by itself on the same port when PostgreSQL is killed, even with a back end at work', async () => {
    const dataDir = await usedDataDir();
    const app = await launch(dataDir);
    await query(app.database.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS row');
    const busy = query(app.database.ownerUrl, 'SELECT count(*) FROM generate_series(1, 1000000000)');
    const cut = expect(busy).rejects.toThrow();
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await app.says('is back on port');
    await cut;
    expect((await query(app.database.ownerUrl, 'SELECT row FROM kept')).rows).toEqual([{ row: 7 }]);
    await app.ends('SIGTERM');
    expect(await serverProcesses(clusterOf(dataDir))).toEqual([]);
  });

  it('starts after both were killed, whoever has their pids now', async () => {
    const dataDir = await usedDataDir();
    const app = await launch(dataDir);
    process.kill(app.child.pid ?? 0, 'SIGSTOP'); // else it would bring PostgreSQL back
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await app.ends('SIGKILL');

    // A zombie of PostgreSQL's own user, which PostgreSQL takes for a living postmaster, and this very process as the owner of another life.
    const { uid, gid } = await lstat(clusterOf(dataDir));
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 600'], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(isRoot ? { uid, gid } : {}),
    });
    const [zombie] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    await writeFile(
      join(clusterOf(dataDir), 'postmaster.pid'),
      `${zombie.trim()}\n${clusterOf(dataDir)}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`,
    );
    await writeFile(await ownerRecord(dataDir), JSON.stringify({ pid: process.pid, startedAt: 'another life' }));

    const database = await start(dataDir);
    expect((await query(database.ownerUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await database.stop();
    parent.kill('SIGKILL');
  });

  it('does not hear the Ctrl-C that its application hears', async () => {
    const app = await launch(await usedDataDir());
    const client = await connect(app.database.ownerUrl);
    process.kill(-(app.child.pid ?? 0), 'SIGINT');
    await app.says('interrupted');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await app.ends('SIGTERM');
  });

  it('leaves no process behind and gives the directory free when it is stopped, however often', async () => {
    const dataDir = await usedDataDir();
    const database = await start(dataDir);
    const open = await connect(database.ownerUrl);
    await Promise.all([database.stop(), database.stop()]);
    await database.stop();
    expect(await serverProcesses(clusterOf(dataDir))).toEqual([]);
    await expect(open.query('SELECT 1')).rejects.toThrow();
    await (await start(dataDir)).stop();
  });

  it('can be stopped while it is coming back', async () => {
    const dataDir = await usedDataDir();
    const messages: string[] = [];
    const database = await start(dataDir, { log: (message) => messages.push(message) });
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await database.stop();
    expect(await serverProcesses(clusterOf(dataDir))).toEqual([]);
    expect(messages.join()).not.toContain('is back');
  });

  it('goes down with an application that ends without stopping it', async () => {
    const dataDir = await usedDataDir();
    const app = await launch(dataDir);
    const client = await connect(app.database.ownerUrl);
    const cut = new Promise((resolve) => client.once('end', resolve));
    expect(await app.ends('SIGHUP')).toEqual([3, null]);
    await cut;
  });

  it('writes no statement and no value into its log', async () => {
    const dataDir = await usedDataDir();
    const database = await start(dataDir);
    const client = await connect(database.ownerUrl);
    await client.query(`CREATE TABLE person (email text PRIMARY KEY); INSERT INTO person VALUES ('mai@example.vn')`);
    await expect(client.query(`INSERT INTO person VALUES ($1)`, ['mai@example.vn'])).rejects.toThrow('duplicate key');
    await expect(client.query(`SELECT 'mai@example.vn'::int`)).rejects.toThrow('mai@example.vn');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const begun = once(client, 'notice');
    const cut = expect(client.query(`DO $$ BEGIN RAISE NOTICE 'begun'; PERFORM 'mai@example.vn', pg_sleep(600); END $$`)).rejects.toThrow();
    await begun;
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await cut;
    await recovered(database);
    await database.stop();
    const log = await readFile(join(dataDir, 'postgres', 'server.log'), 'utf8');
    expect(log).toContain('was terminated by signal 9');
    expect(log).not.toContain('mai@example.vn');
  });

  it('refuses to run unless a commit is on the disk', async () => {
    const dataDir = await usedDataDir();
    const database = await start(dataDir);
    await query(database.ownerUrl, 'ALTER DATABASE intake SET synchronous_commit = off');
    await database.stop();
    await expect(start(dataDir, { durable: true })).rejects.toThrow(
      'would lose acknowledged data in a power failure (synchronous_commit is off)',
    );
    expect(await serverProcesses(clusterOf(dataDir))).toEqual([]);
  });

  it('makes new passwords when their file is lost, and keeps the data', async () => {
    const dataDir = await usedDataDir();
    const before = await start(dataDir);
    await query(before.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS row');
    await before.stop();
    await rm(join(dataDir, 'postgres', 'passwords.json'));
    const after = await start(dataDir);
    expect((await query(after.ownerUrl, 'SELECT row FROM kept')).rows).toEqual([{ row: 7 }]);
    const passwords = await passwordsOf({ directory: join(dataDir, 'postgres') });
    expect(passwords && clusterUrls(passwords, after.port).ownerUrl).toBe(after.ownerUrl);
    await after.stop();
  });

  it('throws away what a first start left behind when it was killed half-way', async () => {
    const dataDir = newDataDir();
    const draft = join(dataDir, 'postgres', 'cluster.new');
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'PG_VERSION'), '18\n');
    await (await start(dataDir)).stop();
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['cluster', 'owner.1', 'passwords.json', 'server.log']);
  });

  it('tells in one sentence why it cannot use a directory', async () => {
    const old = newDataDir();
    await mkdir(join(old, 'postgres', 'cluster'), { recursive: true });
    await writeFile(join(old, 'postgres', 'cluster', 'PG_VERSION'), '17\n');
    await expect(start(old)).rejects.toThrow('holds a database of PostgreSQL 17, but this is PostgreSQL 18');

    const file = newDataDir();
    await writeFile(file, '');
    await expect(start(file)).rejects.toThrow(/^The embedded PostgreSQL cannot use .*: a file stands where a directory is needed/);
  });
});

describe('an installation whose install scripts were not run', () => {
  let checkout: string;

  beforeAll(async () => {
    checkout = await temporary('bhxh-intake-checkout-');
    await copyInstallation(checkout);
  });

  afterAll(async () => {
    await chmod(await librariesOf(checkout), 0o755); // else it cannot be removed
  });

  it('serves an ordinary user who may not write in it', async () => {
    await removeLibraryLinks(checkout);
    await chmod(await librariesOf(checkout), 0o555);
    const home = await temporary('bhxh-intake-home-');
    if (isRoot) {
      await chmod(checkout, 0o755);
      await chown(home, NOBODY.uid, NOBODY.gid);
    }
    const app = await launch(join(home, '.data'), { checkout, account: isRoot ? NOBODY : undefined });
    // PostgreSQL runs only as the owner of its cluster.
    expect((await lstat(clusterOf(app.dataDir))).uid).toBe(isRoot ? NOBODY.uid : process.getuid?.());
    expect((await query(app.database.ownerUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await app.ends('SIGTERM');
  });

  it('serves whoever starts it out of a directory that nobody else can enter, root too, and PostgreSQL itself is never root', async () => {
    await chmod(await librariesOf(checkout), 0o755);
    await removeLibraryLinks(checkout);
    await chmod(checkout, 0o700);
    const app = await launch(newDataDir(), { checkout });
    expect((await lstat(clusterOf(app.dataDir))).uid).not.toBe(0);
    expect((await query(app.database.ownerUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await app.ends('SIGTERM');
    expect(((await lstat(checkout)).mode & 0o777).toString(8)).toBe('700');
  });
});

describe('a cloned database', () => {
  it('has the rights of an installation and goes even while somebody is connected', async () => {
    const clone = await cloneDatabase();
    await query(clone.ownerUrl, 'CREATE SCHEMA workspace');
    await expect(query(clone.requestUrl, 'CREATE TEMPORARY TABLE mine ()')).rejects.toThrow('permission denied');
    const client = await connect(clone.requestUrl);
    const cut = new Promise((resolve) => client.once('end', resolve));
    await clone.drop();
    await cut;
    await expect(connect(clone.ownerUrl)).rejects.toThrow('does not exist');
  });

  it('is had twelve times at once', async () => {
    const clones = await Promise.all(Array.from({ length: 12 }, () => cloneDatabase()));
    expect(new Set(clones.map(({ name }) => name)).size).toBe(12);
    await Promise.all(clones.map((clone) => clone.drop()));
  });
});

describe('the sweep before a test run', () => {
  it('removes the cluster of a killed run and spares that of a living one', async () => {
    const [dead, alive] = [await temporary(CLUSTER_PREFIX), await temporary(CLUSTER_PREFIX)];
    const [killed, living] = await Promise.all([launch(dead), launch(alive)]);
    await killed.ends('SIGKILL');
    for (const dataDir of [dead, alive]) await utimes(dataDir, new Date(0), new Date(0));
    await sweepAbandonedClusters();
    await expect(lstat(dead)).rejects.toThrow('ENOENT');
    expect(await serverProcesses(clusterOf(dead))).toEqual([]);
    expect((await query(living.database.ownerUrl, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await living.ends('SIGTERM');
  });
});

async function start(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataDir, durable: false, log: () => undefined, ...options });
  started.push(database);
  return database;
}

/** A data directory that has been used before, which is quicker to have than a first start. */
async function usedDataDir(): Promise<string> {
  const dataDir = newDataDir();
  // Unlike Node's own copy, `cp -a` keeps the owners.
  await promisify(execFile)('cp', ['-a', seed(), dataDir]);
  return dataDir;
}

function seed(): string {
  return join(place, 'seed');
}

function newDataDir(): string {
  return join(place, `dữ liệu ${++directories}`);
}

async function temporary(prefix: string): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  temporaries.push(directory);
  return directory;
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined); // a connection cut on purpose
  await client.connect();
  return client;
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = await connect(url);
  try {
    return await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ownerRecord(dataDir: string): Promise<string> {
  const [name = 'none'] = (await readdir(join(dataDir, 'postgres'))).filter((each) => each.startsWith('owner.'));
  return join(dataDir, 'postgres', name);
}

/** Asks until PostgreSQL has got over a killed back end. */
async function recovered(database: EmbeddedPostgres): Promise<void> {
  for (;;) {
    const answer = await query(database.ownerUrl, 'SELECT 1').catch(() => undefined);
    if (answer) return;
  }
}

function modes(directory: string, ...paths: string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => ((await lstat(join(directory, path))).mode & 0o777).toString(8)));
}

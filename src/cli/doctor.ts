import { constants } from 'node:fs';
import { access, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { connectionTo } from '../platform/database/connections.ts';
import { serverBinaries } from '../platform/database/embedded-binaries.ts';
import { prepareHome } from '../platform/database/embedded-home.ts';
import { mustBeFit, UnfitDatabase } from '../platform/database/own-server.ts';
import type { Environment } from '../platform/env.ts';

/** One thing that the service needs. */
export interface Finding {
  readonly about: string;
  readonly ok: boolean;
  /** What was found or, where it is wrong, what to do. */
  readonly says: string;
}

export interface Patient {
  /** The configuration; where it is wrong, what is wrong with it. */
  readonly environment: Environment | { readonly wrong: string };
  /** The lowest version of Node, such as `20.20.2`. */
  readonly node: string;
  /** The names of all migrations, in their order. */
  readonly migrations: readonly string[];
}

/** A new database takes about 60 MB; photos come on top. */
const LEAST_FREE_BYTES = 500 * 1024 * 1024;

/** Looks at everything that the service needs before it starts; changes nothing. */
export async function examine({ environment, node, migrations }: Patient): Promise<Finding[]> {
  const first = [
    check('Node.js', () => nodeIsNewEnough(node)),
    check('photos (sharp)', photosDecode),
    check('passwords (argon2)', passwordsHash),
  ];
  if ('wrong' in environment) return [...(await Promise.all(first)), { about: 'configuration', ok: false, says: environment.wrong }];
  const { dataDir, databaseUrl, databaseOwnerUrl, host, port } = environment;
  const databases =
    databaseUrl === undefined
      ? [check('embedded PostgreSQL', postgresRuns)]
      : [
          check('database', () =>
            databaseOwnerUrl === undefined
              ? schemaIsCurrent('DATABASE_URL', databaseUrl, migrations)
              : schemaIsCurrent('DATABASE_OWNER_URL', databaseOwnerUrl, migrations),
          ),
          check('role of requests', () => requestRoleIsFit(databaseUrl, environment)),
        ];
  return Promise.all([
    ...first,
    ...databases,
    check('data directory', () => isWritable(dataDir)),
    check('disk space', () => hasSpace(dataDir)),
    check('port', () => portIsFree(host, port)),
  ]);
}

/** @param look resolves to what was found, and rejects with what to do */
async function check(about: string, look: () => Promise<string>): Promise<Finding> {
  return look().then(
    (says) => ({ about, ok: true, says }),
    (fault: unknown) => ({ about, ok: false, says: fault instanceof Error ? fault.message : String(fault) }),
  );
}

async function nodeIsNewEnough(least: string): Promise<string> {
  const [ours, theirs] = [process.versions.node, least].map((version) => version.split('.').map(Number));
  const at = ours!.findIndex((number, index) => number !== theirs![index]);
  if (at >= 0 && ours![at]! < theirs![at]!) throw new Error(`${process.versions.node} is too old: install ${least} or newer`);
  return process.versions.node;
}

async function photosDecode(): Promise<string> {
  const { default: sharp } = await import('sharp').catch(() => {
    throw new Error('sharp does not load on this system: install again, without --omit=optional');
  });
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  return `libvips ${sharp.versions.vips}`;
}

async function passwordsHash(): Promise<string> {
  const { hash } = await import('@node-rs/argon2').catch(() => {
    throw new Error('@node-rs/argon2 does not load on this system: install again, without --omit=optional');
  });
  await hash('doctor');
  return 'hashes';
}

/** In a directory of its own: the programs may have to be run by another account, which must be able to reach them. */
async function postgresRuns(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'bhxh-intake-doctor-'));
  try {
    const { major } = await serverBinaries(await prepareHome(place));
    return `PostgreSQL ${major}; its schema is brought up to date at each start`;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function schemaIsCurrent(variable: string, url: string, migrations: readonly string[]): Promise<string> {
  const client = connectionTo(url, { connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const done = new Set(rows.map(({ name }) => name));
    const missing = migrations.filter((name) => !done.has(name));
    return missing.length === 0
      ? `schema current at ${migrations.at(-1)}`
      : `${missing.length} migrations to do, which the next start does`;
  } catch (fault) {
    if ((fault as { code?: string }).code === '42P01') return 'empty; the next start makes the schema';
    throw unusable(variable, fault as Error);
  } finally {
    await client.end();
  }
}

/** As a start asks before it writes anything. */
async function requestRoleIsFit(databaseUrl: string, { databaseOwnerUrl, durableDatabase, nodeEnv }: Environment): Promise<string> {
  try {
    await mustBeFit(databaseUrl, databaseOwnerUrl ?? databaseUrl, { durable: durableDatabase, apart: nodeEnv === 'production' });
  } catch (fault) {
    throw fault instanceof UnfitDatabase ? fault : unusable('DATABASE_URL', fault as Error);
  }
  return 'may log in, and the server is fit';
}

function unusable(variable: string, fault: Error & { code?: string }): Error {
  const said = `${variable} cannot be used (${fault.code ?? fault.message}): is the server up, and may this role log in?`;
  return new Error(said, { cause: fault });
}

async function isWritable(dataDir: string): Promise<string> {
  const place = await nearestExisting(dataDir);
  if (!(await stat(place)).isDirectory()) throw new Error(`${place} is no directory: set DATA_DIR to one`);
  await access(place, constants.W_OK | constants.X_OK).catch(() => {
    throw new Error(`${place} is not writable: set DATA_DIR to a directory that is`);
  });
  return place === dataDir ? dataDir : `${dataDir}, to be made`;
}

async function hasSpace(dataDir: string): Promise<string> {
  const { bavail, bsize } = await statfs(await nearestExisting(dataDir));
  const free = `${Math.floor((bavail * bsize) / 1024 / 1024)} MB free`;
  if (bavail * bsize < LEAST_FREE_BYTES) throw new Error(`${free}: make room, or set DATA_DIR to another disk`);
  return free;
}

async function portIsFree(host: string, port: number): Promise<string> {
  if (port === 0) return 'any free one';
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (fault: NodeJS.ErrnoException) =>
      reject(new Error(`${host}:${port} cannot be listened on (${fault.code}): stop what has it, or choose another by --port or PORT`)),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
  return `${host}:${port} is free`;
}

async function nearestExisting(path: string): Promise<string> {
  const whole = resolve(path);
  return stat(whole).then(
    () => whole,
    () => nearestExisting(dirname(whole)),
  );
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { packageRoot } from '../../src/platform/package-root.ts';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { MeasuredProcess } from '../harness/measured-process.ts';
import type { Town } from '../harness/town.ts';

/** The last one that runs on the Node of this project. */
const VERSION = '11.3.5';
const MOST_INSTALL_MS = 40 * 60_000;
const TOKEN = 'a-token-of-the-bench-and-of-nothing-else';
const COLLECTION = 'declarations';

/** It cannot be had here, and why. */
export class NoPeer extends Error {}

/** Directus as a team would begin with it: a collection of declarations with three files each, over the same PostgreSQL, in a schema of its own. */
export class Directus {
  private constructor(
    readonly process: MeasuredProcess,
    readonly token: string,
  ) {}

  /** @throws NoPeer where it cannot be installed */
  static async in(town: Town): Promise<Directus> {
    const program = await install();
    await town.owner.query('CREATE SCHEMA peer');
    const port = await freePort();
    const environment = await environmentOf(town, port);
    await promisify(execFile)(process.execPath, [program, 'bootstrap'], { env: environment, maxBuffer: 1e8 });
    const running = await MeasuredProcess.start({
      program,
      args: ['start'],
      environment,
      logFile: join(town.directory, 'directus.log'),
      listening: /Server started at (http:\/\/[^\s"]+)/,
    });
    town.onClose(() => running.stop());
    const directus = new Directus(running, TOKEN);
    await directus.makeCollection();
    return directus;
  }

  get itemsPath(): string {
    return `/items/${COLLECTION}`;
  }

  async asks<Answer>(method: string, path: string, body?: object | FormData): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(this.process.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  /** The fields of our form, and three files. */
  private async makeCollection(): Promise<void> {
    const texts = [
      'insurance_number',
      'full_name',
      'id_number',
      'phone',
      'province_code',
      'district_code',
      'ward_code',
      'street',
      'office_code',
    ];
    const field = (name: string, type: string) => ({ field: name, type, schema: {}, meta: {} });
    await this.asks('POST', '/collections', {
      collection: COLLECTION,
      schema: {},
      meta: {},
      fields: [
        { field: 'id', type: 'uuid', schema: { is_primary_key: true }, meta: { special: ['uuid'] } },
        ...texts.map((name) => field(name, 'string')),
        field('status', 'string'),
        { field: 'date_created', type: 'timestamp', schema: {}, meta: { special: ['date-created'] } },
        ...['portrait', 'id_front', 'id_back'].map((name) => field(name, 'uuid')),
      ],
    });
    for (const name of ['portrait', 'id_front', 'id_back'])
      await this.asks('POST', '/relations', { collection: COLLECTION, field: name, related_collection: 'directus_files' });
  }
}

async function environmentOf(town: Town, port: number): Promise<NodeJS.ProcessEnv> {
  const { hostname, port: databasePort, pathname, username, password } = new URL(town.ownerUrl);
  const storage = join(town.directory, 'directus');
  await mkdir(storage, { recursive: true });
  return {
    PATH: process.env.PATH,
    HOME: town.directory,
    ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ DB_CLIENT: 'pg', DB_HOST: hostname, DB_PORT: databasePort, DB_DATABASE: pathname.slice(1) },
    ...{ DB_USER: username, DB_PASSWORD: decodeURIComponent(password), DB_SEARCH_PATH: 'array:peer' },
    ...{
      KEY: 'bench',
      SECRET: 'a secret of the bench',
      ADMIN_EMAIL: 'admin@example.com',
      ADMIN_PASSWORD: 'a-password-of-the-bench',
      ADMIN_TOKEN: TOKEN,
    },
    ...{ STORAGE_LOCATIONS: 'local', STORAGE_LOCAL_ROOT: storage, EXTENSIONS_PATH: join(storage, 'extensions') },
    ...{ LOG_STYLE: 'raw', TELEMETRY: 'false', NODE_ENV: 'production' },
  };
}

/** Outside of this project's packages: nobody else needs it. @returns its program */
async function install(): Promise<string> {
  const folder = join(packageRoot(), '.data', 'peers', `directus-${VERSION}`);
  const program = join(folder, 'node_modules', 'directus', 'cli.js');
  const isWhole = join(folder, 'installed');
  if (!existsSync(isWhole)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
    process.stdout.write(`  installing directus ${VERSION}, once: it takes a while\n`);
    try {
      await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', `directus@${VERSION}`], {
        ...{ cwd: folder, timeout: MOST_INSTALL_MS, maxBuffer: 1e8 },
      });
    } catch (error) {
      throw new NoPeer(
        `directus ${VERSION} cannot be installed here: ${lastLineOf(String((error as { stderr?: string }).stderr ?? error))}`,
      );
    }
    await writeFile(isWhole, '');
  }
  if (!existsSync(program)) throw new NoPeer(`directus ${VERSION} has no ${program}`);
  return program;
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The rows as a table of ours would have them: so many, in the peer's collection. */
export async function fillPeer(owner: pg.Pool, count: number): Promise<void> {
  await owner.query(
    `INSERT INTO peer.declarations (id, insurance_number, full_name, id_number, phone, office_code, status, date_created)
     SELECT gen_random_uuid(), lpad(serial::text, 10, '0'), 'Nguyễn Văn Người Lạ', '0790' || lpad(serial::text, 8, '0'), '+84352000000',
       '03102', CASE WHEN serial % 10 = 0 THEN 'SUBMITTED' ELSE 'APPROVED' END, now() - serial * interval '1 second'
     FROM generate_series(1, $1::int) AS serial`,
    [count],
  );
  await owner.query('ANALYZE peer.declarations');
}

export async function directusLog(town: Town): Promise<string> {
  return readFile(join(town.directory, 'directus.log'), 'utf8');
}

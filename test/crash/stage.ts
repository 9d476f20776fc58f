import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { ApiCopy, type ApiCopyPlace, type SupervisorsJournal } from './api-copy.ts';
import { citizensLine } from './bad-lines.ts';
import { databaseForCopies, databaseOfService, type DatabaseServer } from './database-server.ts';
import { allReady } from './settle.ts';

/** The processes under test and the directories they work in. */
export interface Stage {
  readonly copies: readonly ApiCopy[];
  readonly database: DatabaseServer;
  /** A way to each copy that is bad in a different way with every connection. */
  readonly badUrls: readonly string[];
  /** Between each copy and PostgreSQL; none where the one copy starts its own. */
  readonly databaseLines: readonly TcpProxy[];
  readonly dataDir: string;
  readonly photoStore: string;
  readonly spool: string;
  readonly logs: readonly string[];
  /** Ends everything without order. */
  clear(): Promise<void>;
}

/** Years are Vietnamese wherever a server stands. */
const TIME_ZONES = ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'];

/** What an experiment asks of its stage. */
export interface StageWish {
  readonly directory: string;
  readonly copies: number;
  readonly seed: string;
  /** For the service, on top of what every copy is given. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function setStage(
  { directory, copies: count, seed, environment = {} }: StageWish,
  journal: SupervisorsJournal,
  say: (line: string) => void,
): Promise<Stage> {
  const dataDir = join(directory, 'data');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database = count === 1 ? await databaseOfService(dataDir) : await databaseForCopies(directory, count, say);
  const databaseLines: TcpProxy[] = [];
  const settled: ApiCopyPlace[] = [];
  for (let index = 0; index < count; index++) {
    const urls = { ...database.environment };
    const anyUrl = urls['DATABASE_URL'];
    if (anyUrl !== undefined) {
      const line = await TcpProxy.before(anyUrl);
      databaseLines.push(line);
      for (const [name, url] of Object.entries(urls)) urls[name] = line.urlOf(url);
    }
    settled.push({
      name: `copy ${index + 1}`,
      port: await freePort(),
      environment: { ...urls, DATA_DIR: dataDir, TZ: TIME_ZONES[index % TIME_ZONES.length]!, ...environment },
      log: join(directory, `copy-${index + 1}.log`),
    });
  }
  const copies = settled.map((place) => new ApiCopy(place, journal));
  const ways = await Promise.all(copies.map(({ url }) => TcpProxy.before(url)));
  ways.forEach((way, index) => way.each((place) => citizensLine(seed, index, place)));
  return {
    copies,
    database,
    badUrls: ways.map((way, index) => way.urlOf(copies[index]!.url).replace(/\/$/, '')),
    databaseLines,
    dataDir,
    photoStore: join(dataDir, 'photos'),
    spool: join(dataDir, 'spool'),
    logs: [...settled.map(({ log }) => log), database.log],
    clear: async () => {
      await Promise.all(copies.map((copy) => copy.abandon()));
      await Promise.all([...ways, ...databaseLines].map((line) => line.close()));
      await database.stop();
    },
  };
}

/** All at once, so that they also race for the migrations and for whatever is made at the first start. */
export async function startCopies({ copies }: Stage): Promise<void> {
  for (const copy of copies) copy.start();
  await allReady(copies);
}

export async function stopCopies({ copies }: Stage): Promise<void> {
  await Promise.all(copies.map((copy) => copy.stop()));
}

/** Looks into the database as the role that owns it. */
export async function inDatabase<Result>({ database }: Stage, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: await database.ownerUrl() });
  // Whoever asks hears of it when the server dies; between two questions nobody does, and that is no reason for the test to die too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

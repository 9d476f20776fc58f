import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { ApiCopy } from './api-copy.ts';
import { databaseForCopies, databaseOfService, type DatabaseServer } from './database-server.ts';
import type { Journal } from './journal.ts';
import { allReady } from './settle.ts';

/** The processes under test and the directories they work in. */
export interface Stage {
  readonly copies: readonly ApiCopy[];
  readonly database: DatabaseServer;
  readonly photoStore: string;
  readonly spool: string;
  readonly logs: readonly string[];
  /** Ends everything without order. */
  clear(): Promise<void>;
}

/** Years are Vietnamese wherever a server stands. */
const TIME_ZONES = ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'];

export async function setStage(directory: string, count: number, journal: Journal, say: (line: string) => void): Promise<Stage> {
  const dataDir = join(directory, 'data');
  await mkdir(dataDir, { mode: 0o700 });
  const database = count === 1 ? await databaseOfService(dataDir) : await databaseForCopies(directory, count, say);
  const places = Array.from({ length: count }, async (_, index) => ({
    name: `copy ${index + 1}`,
    port: await freePort(),
    environment: { ...database.environment, DATA_DIR: dataDir, TZ: TIME_ZONES[index % TIME_ZONES.length]! },
    log: join(directory, `copy-${index + 1}.log`),
  }));
  const settled = await Promise.all(places);
  const copies = settled.map((place) => new ApiCopy(place, journal));
  return {
    copies,
    database,
    photoStore: join(dataDir, 'photos'),
    spool: join(dataDir, 'spool'),
    logs: [...settled.map(({ log }) => log), database.log],
    clear: async () => {
      await Promise.all(copies.map((copy) => copy.abandon()));
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
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

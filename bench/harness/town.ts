import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { makeDossiers, makeSchema } from '../../test/support/many-dossiers.ts';
import { startService } from './local-service.ts';
import { median } from './bench-line.ts';
import { familyCpuMs, familyOf, MeasuredProcess } from './measured-process.ts';

interface ServiceWish {
  /** Of its log. */
  readonly log?: string;
  /** Where it leaves its profile. */
  readonly profile?: string | undefined;
}

export interface TownWish {
  /** So many invented dossiers are there from the beginning. */
  readonly dossiers?: number;
}

/** A disk, a PostgreSQL that is as careful as in production, and whatever is started on them; all of it goes with `close`. */
export class Town {
  private readonly closing: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly directory: string,
    readonly database: EmbeddedPostgres,
    readonly owner: pg.Pool,
    private readonly postmaster: number,
  ) {}

  get ownerUrl(): string {
    return this.database.ownerUrl;
  }

  get requestUrl(): string {
    return this.database.requestUrl;
  }

  static async open({ dossiers }: TownWish = {}): Promise<Town> {
    const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
    if (dossiers !== undefined) await fill(directory, dossiers);
    const database = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, maxConnections: 200 });
    const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
    const postmaster = Number((await readFile(join(directory, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    const town = new Town(directory, database, owner, postmaster);
    town.closing.push(
      () => rm(directory, { recursive: true, force: true }),
      () => database.stop(),
      () => owner.end(),
    );
    return town;
  }

  /** Does the work in a town of its own. */
  static async with<T>(work: (town: Town) => Promise<T>, wish: TownWish = {}): Promise<T> {
    const town = await Town.open(wish);
    try {
      return await work(town);
    } finally {
      await town.close();
    }
  }

  /** The service as it runs beyond a desk, with a line of log for each request, unless the environment says otherwise. */
  async service(environment: NodeJS.ProcessEnv = {}, { log = 'service', profile }: ServiceWish = {}): Promise<MeasuredProcess> {
    const service = await startService(
      join(this.directory, 'service'),
      {
        DATABASE_URL: this.requestUrl,
        DATABASE_OWNER_URL: this.ownerUrl,
        SIMULATOR_DESK: 'off',
        PHOTO_STORE: join(this.directory, 'photos'),
        ...environment,
      },
      { log, flags: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile] },
    );
    this.closing.push(() => service.stop());
    return service;
  }

  /** A program of `bench/baseline`, in the schema `bare`. */
  async baseline(program: `${string}.baseline`, environment: NodeJS.ProcessEnv = {}): Promise<MeasuredProcess> {
    const baseline = await MeasuredProcess.start({
      program: fileURLToPath(import.meta.resolve(`../baseline/${program}.js`)),
      environment: { DATABASE_URL: this.ownerUrl, DIRECTORY: join(this.directory, 'bare'), ...environment },
      logFile: join(this.directory, `${program}.log`),
      listening: /^listening on (\S+)/m,
    });
    this.closing.push(() => baseline.stop());
    return baseline;
  }

  databaseCpuMs(): Promise<number> {
    return familyCpuMs(this.postmaster);
  }

  databasePids(): Promise<number[]> {
    return familyOf(this.postmaster);
  }

  /** What one commit must wait for at least: the median time of making eight kilobytes durable, in milliseconds. */
  async fsyncMs(): Promise<number> {
    const file = await open(join(this.directory, 'fsync'), 'w');
    const block = Buffer.alloc(8192, 1);
    const taken: number[] = [];
    try {
      for (let time = 0; time < 100; time++) {
        await file.write(block, 0, block.length, 0);
        const begun = performance.now();
        await file.datasync();
        taken.push(performance.now() - begun);
      }
      return median(taken);
    } finally {
      await file.close();
    }
  }

  /** Runs when the town is closed, before what was there earlier goes. */
  onClose(work: () => Promise<unknown>): void {
    this.closing.push(work);
  }

  async close(): Promise<void> {
    for (const end of this.closing.toReversed()) await end();
  }
}

/** By a server that waits for no disk: what it leaves is complete when it has stopped. */
async function fill(directory: string, dossiers: number): Promise<void> {
  const database = await startEmbeddedPostgres({ dataDir: directory, durable: false, log: () => undefined });
  try {
    await makeSchema(database);
    await makeDossiers(database, directory, dossiers);
  } finally {
    await database.stop();
  }
}

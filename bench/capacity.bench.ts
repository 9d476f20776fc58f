import { stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { sharp } from '../src/platform/safe-sharp.ts';
import { Drafts, holdWhatFollows } from './harness/drafts.ts';
import { LoadGenerator, type Met } from './harness/load.ts';
import type { MeasuredProcess } from './harness/measured-process.ts';
import type { Section } from './harness/section.ts';
import { Town } from './harness/town.ts';

const SIZES = {
  quick: { small: 12, large: 6, drafts: 60, commitSeconds: 0.5 },
  whole: { small: 240, large: 60, drafts: 1_500, commitSeconds: 3 },
};
const CLIENTS = 8;
const DRAFT_CLIENTS = 16;
/** As phones take them: one that a messenger has made small, and one as it comes from the camera. */
const PHOTOS = [
  { name: '500 KB', bytes: 500_000, width: 1_920, height: 1_440 },
  { name: '3 MB', bytes: 3_000_000, width: 4_032, height: 3_024 },
] as const;

/** What one submission costs, of everything that can run out. Processor time in milliseconds. */
export interface Cost {
  readonly photos: string;
  readonly perSecond: number;
  readonly serviceCpuMs: number;
  readonly databaseCpuMs: number;
  /** What the store keeps of its three photos. */
  readonly storedBytes: number;
  /** What came in over the network. */
  readonly sentBytes: number;
  readonly megabytes: number;
}

/** All that the arithmetic of docs/capacity.md begins with. */
export interface CapacityFigures {
  readonly cores: number;
  readonly costs: readonly Cost[];
  /** Without photos: a draft whose photos are up is sent. */
  readonly draft: { readonly serviceCpuMs: number; readonly databaseCpuMs: number; readonly walBytes: number };
  readonly oneOfficePerSecond: number;
  readonly fiftyOfficesPerSecond: number;
  readonly fsyncMs: number;
  /** Of the smallest transaction there is, from so many connections as the service has. */
  readonly commitsPerSecond: number;
  readonly commitsPerSubmission: number;
}

/** What one machine carries, and what its parts would carry by themselves. */
export const capacitySection: Section = {
  name: 'capacity',
  title: 'what one submission costs, of everything that can run out',
  run: ({ quick }) =>
    Town.with(async (town) => {
      const wish = quick ? SIZES.quick : SIZES.whole;
      const service = await town.service({ TRUST_PROXY: 'loopback' });
      const drafts = await Drafts.in(town, service.url);
      await holdWhatFollows(town.owner);
      const costs: Cost[] = [];
      for (const [at, photo] of PHOTOS.entries()) {
        const path = join(town.directory, `photo-${at}.jpg`);
        await writeFile(path, await photoOf(photo));
        costs.push(
          await costWith(town, service, { name: photo.name, path, from: at * 100_000 }, photo.bytes > 1e6 ? wish.large : wish.small),
        );
      }
      const figures: CapacityFigures = {
        cores: availableParallelism(),
        costs,
        ...(await costOfDrafts(town, service, drafts, wish.drafts)),
        fsyncMs: await town.fsyncMs(),
        commitsPerSecond: await commitsPerSecond(town.ownerUrl, wish.commitSeconds),
      };
      return { lines: linesOf(figures), notes: { capacity: figures } };
    }),
};

async function costWith(
  town: Town,
  service: MeasuredProcess,
  photo: { name: string; path: string; from: number },
  requests: number,
): Promise<Cost> {
  const generator = await LoadGenerator.with({
    module: import.meta.resolve('./shots/one-shot-of-size.shots.js'),
    args: { photo: photo.path, from: photo.from },
  });
  try {
    const warm = await generator.fire({ urls: [service.url], clients: CLIENTS, requests: Math.ceil(requests / 6), from: 0 });
    await service.mostMegabytes();
    const before = { service: await service.cpuMs(), database: await town.databaseCpuMs() };
    const met = await generator.fire({ urls: [service.url], clients: CLIENTS, requests, from: warm.next });
    mustHaveTaken(met);
    const { rows } = await town.owner.query<{ bytes: number }>(
      `SELECT avg(bytes)::float AS bytes FROM (SELECT sum(stored_bytes) AS bytes FROM photos JOIN declarations ON declarations.id = declaration_id
         WHERE status <> 'DRAFT' AND insurance_number >= $1 AND insurance_number < $2 GROUP BY declaration_id) each`,
      [String(6_500_000_000 + photo.from), String(6_500_100_000 + photo.from)],
    );
    return {
      photos: photo.name,
      perSecond: met.requests / met.seconds,
      serviceCpuMs: ((await service.cpuMs()) - before.service) / requests,
      databaseCpuMs: ((await town.databaseCpuMs()) - before.database) / requests,
      storedBytes: rows[0]!.bytes,
      sentBytes: 3 * (await stat(photo.path)).size,
      megabytes: await service.mostMegabytes(),
    };
  } finally {
    await generator.stop();
  }
}

/** The office's counter is the one row that all who send to it wait for. */
async function costOfDrafts(town: Town, service: MeasuredProcess, drafts: Drafts, requests: number) {
  const fire = async (offices: number, count: number) => {
    const from = await drafts.make(count, offices);
    const generator = await LoadGenerator.with({ module: import.meta.resolve('./shots/submit-draft.shots.js'), args: { from } });
    try {
      const met = await generator.fire({ urls: [service.url], clients: DRAFT_CLIENTS, requests: count, from: 0 });
      mustHaveTaken(met);
      return met.requests / met.seconds;
    } finally {
      await generator.stop();
    }
  };
  await fire(50, Math.ceil(requests / 4));
  const oneOfficePerSecond = await fire(1, requests);
  const before = { service: await service.cpuMs(), database: await town.databaseCpuMs(), ...(await written(town.owner)) };
  const fiftyOfficesPerSecond = await fire(50, requests);
  const after = await written(town.owner);
  return {
    draft: {
      serviceCpuMs: ((await service.cpuMs()) - before.service) / requests,
      databaseCpuMs: ((await town.databaseCpuMs()) - before.database) / requests,
      walBytes: (after.wal - before.wal) / requests,
    },
    commitsPerSubmission: (after.commits - before.commits) / requests,
    oneOfficePerSecond,
    fiftyOfficesPerSecond,
  };
}

async function written(owner: pg.Pool): Promise<{ commits: number; wal: number }> {
  const { rows } = await owner.query<{ commits: number; wal: number }>(
    `SELECT xact_commit::float AS commits, (pg_current_wal_lsn() - '0/0')::float AS wal FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0]!;
}

async function commitsPerSecond(url: string, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: DRAFT_CLIENTS });
  try {
    await pool.query('CREATE TABLE bench_commits (id bigint GENERATED ALWAYS AS IDENTITY)');
    const until = performance.now() + seconds * 1000;
    const client = async () => {
      let commits = 0;
      for (; performance.now() < until; commits++) await pool.query({ name: 'commit', text: 'INSERT INTO bench_commits DEFAULT VALUES' });
      return commits;
    };
    const each = await Promise.all(Array.from({ length: DRAFT_CLIENTS }, client));
    return each.reduce((sum, commits) => sum + commits, 0) / seconds;
  } finally {
    await pool.end();
  }
}

function mustHaveTaken({ statuses, samples, requests }: Met): void {
  if (statuses['201'] !== requests) throw new Error(`answered ${JSON.stringify(statuses)}: ${JSON.stringify(samples)}`);
}

/** A picture with a sensor's grain, of about so many bytes as a JPEG. */
async function photoOf({ bytes, width, height }: (typeof PHOTOS)[number]): Promise<Buffer> {
  const pixels = await sharp({
    create: { width, height, channels: 3, background: '#7a8a99', noise: { type: 'gaussian', mean: 128, sigma: 18 } },
  })
    .raw()
    .toBuffer();
  let [low, high] = [5, 98];
  for (;;) {
    const quality = Math.round((low + high) / 2);
    const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    if (high - low <= 2) return jpeg;
    if (jpeg.length > bytes) high = quality;
    else low = quality;
  }
}

function linesOf({ costs, draft, oneOfficePerSecond, fiftyOfficesPerSecond, fsyncMs, commitsPerSecond: commits }: CapacityFigures) {
  return [
    ...costs.flatMap(({ photos, perSecond, serviceCpuMs, databaseCpuMs, storedBytes, megabytes }) => [
      { name: `three photos of ${photos}`, value: perSecond * 3600, unit: '/h' },
      { name: '… processor time of the service', value: serviceCpuMs, unit: 'ms' },
      { name: '… of PostgreSQL', value: databaseCpuMs, unit: 'ms' },
      { name: '… kept in the store', value: storedBytes / 1e3, unit: 'kB' },
      { name: '… memory at most', value: megabytes, unit: 'MB' },
    ]),
    { name: 'a draft sent, processor time of the service', value: draft.serviceCpuMs, unit: 'ms' },
    { name: '… of PostgreSQL', value: draft.databaseCpuMs, unit: 'ms' },
    { name: '… written ahead', value: draft.walBytes / 1e3, unit: 'kB' },
    { name: 'drafts sent to one office', value: oneOfficePerSecond, unit: '/s' },
    { name: '… to fifty', value: fiftyOfficesPerSecond, unit: '/s' },
    { name: 'smallest commits of PostgreSQL', value: commits, unit: '/s' },
    { name: 'fsync', value: fsyncMs, unit: 'ms' },
  ];
}

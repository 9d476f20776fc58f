import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.ts';
import { median, type BenchLine } from './harness/bench-line.ts';
import { startService } from './harness/local-service.ts';
import { BUSY_OFFICE, makeDossiers } from './many-dossiers.ts';

const ROUNDS = 15;
/** Until the services' code is compiled as it will be. */
const WARM_UP = 5;
/** What a million is compared with. */
const SMALL_DATABASE = 10_000;

const PAGES = [
  'queue=new',
  'queue=overdue&sort=due',
  'queue=transferred',
  'queue=duplicates',
  'queue=failed-messages',
  'queue=all',
  'queue=all&sort=-due',
];

/** A clerk who is logged in to a service with so many dossiers. */
class Clerk {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(url: string): Promise<Clerk> {
    const body = JSON.stringify({ role: 'clerk', officeCode: BUSY_OFFICE });
    const response = await fetch(`${url}/_sim/tokens`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return new Clerk(url, ((await response.json()) as { accessToken: string }).accessToken);
  }

  async asks<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}/v1/staff${path}`, {
      headers: { Authorization: `Bearer ${this.token}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}

interface Taken {
  name: string;
  few: number;
  many: number;
}

/** A clerk's day in a large database beside the same in a small one: pages with counts, searches, single dossiers. */
export async function queuesBench({ dossiers }: { dossiers: number }): Promise<BenchLine[]> {
  const opened = await Promise.allSettled([Math.min(SMALL_DATABASE, dossiers / 10), dossiers].map((count) => Town.with(count)));
  const towns = opened.flatMap((town) => (town.status === 'fulfilled' ? [town.value] : []));
  try {
    for (const town of opened) if (town.status === 'rejected') throw town.reason;
    const [inFew, inMany] = towns.map(({ clerk }) => clerk);
    return await measure(inFew!, inMany!, dossiers);
  } finally {
    await Promise.all(towns.map((town) => town.close()));
  }
}

/** A service with a PostgreSQL of its own that has so many dossiers. */
class Town {
  private constructor(
    readonly clerk: Clerk,
    readonly close: () => Promise<void>,
  ) {}

  static async with(dossiers: number): Promise<Town> {
    const closing: (() => Promise<unknown>)[] = [];
    const close = async () => {
      for (const end of closing.toReversed()) await end();
    };
    try {
      const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
      closing.push(() => rm(directory, { recursive: true, force: true }));
      const postgres = await startEmbeddedPostgres({ dataDir: directory, durable: false, log: () => undefined });
      closing.push(() => postgres.stop());
      const environment = { DATABASE_URL: postgres.requestUrl, DATABASE_OWNER_URL: postgres.ownerUrl };
      const service = await startService(join(directory, 'data'), environment);
      closing.push(() => service.stop());
      await makeDossiers(postgres.ownerUrl, dossiers);
      return new Town(await Clerk.of(service.url), close);
    } catch (error) {
      await close();
      throw error;
    }
  }
}

async function measure(inFew: Clerk, inMany: Clerk, dossiers: number): Promise<BenchLine[]> {
  const ids = new Map(await Promise.all([inFew, inMany].map(async (clerk) => [clerk, await someDossiers(clerk)] as const)));
  const dossier = await inTurn('one dossier', (clerk, round) => clerk.asks(`/declarations/${ids.get(clerk)![round % 50]!}`), inFew, inMany);
  const pages: Taken[] = [];
  for (const query of PAGES) {
    const work = async (clerk: Clerk) => {
      await clerk.asks(`/declarations?${query}`);
      await clerk.asks('/queues');
    };
    pages.push(await inTurn(query, work, inFew, inMany));
  }
  const searches: Taken[] = [];
  for (const [by, q] of Object.entries(SEARCHES)) {
    searches.push(await inTurn(by, (clerk) => clerk.asks('/declarations/search', { q }), inFew, inMany));
  }
  const page = slowest(pages);
  const search = slowest(searches);
  return [
    { name: `one dossier of ${dossiers.toLocaleString('en')}`, value: dossier.many, unit: 'ms' },
    { name: `50 and counts, ${page.name}`, value: page.many, unit: 'ms' },
    { name: '… most, against few dossiers', value: Math.max(...pages.map(({ few, many }) => many / few)), unit: '×', limit: 1.3 },
    { name: '… against one dossier', value: page.many / dossier.many, unit: '×', limit: 3 },
    { name: `search, ${search.name}`, value: search.many, unit: 'ms' },
    { name: '… against one dossier', value: search.many / dossier.many, unit: '×', limit: 10 },
  ];
}

/** Of a dossier that both databases have, and of words that many names share or nearly none. */
const SERIAL = 10;
const SEARCHES: Readonly<Record<string, string>> = {
  'insurance number': String(SERIAL).padStart(10, '0'),
  'ID number': `0310${String(SERIAL).padStart(8, '0')}`,
  phone: `035 ${String(SERIAL).padStart(7, '0')}`,
  'common words': 'nguyen thi',
  'one word begun': 'th',
  'three words': 'nguyen thi minh',
  'a rarer name begun': 'dang bao qu',
  'nobody’s name': 'zebedaeus',
};

async function someDossiers(clerk: Clerk): Promise<string[]> {
  const { items } = await clerk.asks<{ items: { id: string }[] }>('/declarations?limit=50');
  return items.map(({ id }) => id);
}

/** Both in turn, so that whatever else the machine does slows them alike. */
async function inTurn(name: string, work: (clerk: Clerk, round: number) => Promise<unknown>, inFew: Clerk, inMany: Clerk): Promise<Taken> {
  const taken = { few: [] as number[], many: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [size, clerk] of [
      ['few', inFew],
      ['many', inMany],
    ] as const) {
      const begun = performance.now();
      await work(clerk, round + WARM_UP);
      if (round >= 0) taken[size].push(performance.now() - begun);
    }
  }
  return { name, few: median(taken.few), many: median(taken.many) };
}

function slowest(all: readonly Taken[]): Taken {
  return all.reduce((slow, taken) => (taken.many > slow.many ? taken : slow));
}

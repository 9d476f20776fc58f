import { BUSY_OFFICE } from '../test/support/dossier-rows.ts';
import { cursorAfter } from '../src/verification/queue-page.query.ts';
import { Clerk } from './harness/clerk.ts';
import { inTurn } from './harness/in-turn.ts';
import type { BenchLine } from './harness/bench-line.ts';
import type { Section } from './harness/section.ts';
import { Town } from './harness/town.ts';
import { tablesReadWhole } from './harness/tables-read-whole.ts';

const ROUNDS = 15;
/** What a million is compared with. */
const FEW = 10_000;
const PAGE = 50;
const DEEP_PAGES = [1, 100, 10_000];

const QUEUES = [
  'queue=new',
  'queue=overdue&sort=due',
  'queue=transferred',
  'queue=duplicates',
  'queue=failed-messages',
  'queue=all',
  'queue=all&sort=-due',
];

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

/** A service with so many dossiers, and a clerk of its busy office. */
interface Office {
  readonly town: Town;
  readonly clerk: Clerk;
  readonly dossiers: number;
  /** Dossiers to look at, by id. */
  readonly ids: readonly string[];
}

/** A clerk's day in a large database beside the same in a small one: pages with counts, deep pages, searches, single dossiers. */
export const queuesSection: Section = {
  name: 'queues',
  title: 'a clerk’s day in a large database beside a small one',
  async run({ dossiers }) {
    return await inTown(Math.min(FEW, dossiers / 10), (few) => inTown(dossiers, async (many) => ({ lines: await measure(few, many) })));
  },
};

async function inTown<T>(dossiers: number, work: (office: Office) => Promise<T>): Promise<T> {
  return Town.with(
    async (town) => {
      const service = await town.service({ SIMULATOR_DESK: 'on' });
      const clerk = await Clerk.of(service.url);
      const { items } = await clerk.asks<{ items: { id: string }[] }>(`/declarations?limit=${PAGE}`);
      return await work({ town, clerk, dossiers, ids: items.map(({ id }) => id) });
    },
    { dossiers },
  );
}

async function measure(few: Office, many: Office): Promise<BenchLine[]> {
  const both = [few, many];
  const [, dossier] = await inTurn(both, ROUNDS, ({ clerk, ids }, round) => clerk.asks(`/declarations/${ids[round % ids.length]!}`));
  const pages = await eachOf(QUEUES, both, async ({ clerk }, query) => {
    await clerk.asks(`/declarations?${query}`);
    await clerk.asks('/queues');
  });
  const full = new Set(await Promise.all(QUEUES.map(async (query) => ((await fills(few, query)) ? query : ''))));
  full.delete('');
  const searches = await eachOf(Object.keys(SEARCHES), both, ({ clerk }, by) => clerk.asks('/declarations/search', { q: SEARCHES[by]! }));
  const [page, search] = [slowest(pages), slowest(searches)];
  const numbers = slowest(searches.filter(({ name }) => /number|phone/.test(name)));
  return [
    { name: `one dossier of ${many.dossiers.toLocaleString('en')}`, value: dossier!, unit: 'ms' },
    { name: `${PAGE} and counts, slowest: ${page.name}`, value: page.many, unit: 'ms' },
    { name: '… against one dossier', value: page.many / dossier!, unit: '×', limit: 3 },
    // A queue that is short among few dossiers has less to show, and nothing to be compared with.
    {
      name: `… most, against ${few.dossiers.toLocaleString('en')}`,
      value: most(pages.filter(({ name }) => full.has(name))),
      unit: '×',
      limit: 1.3,
    },
    { name: '… of queues that fill a page in both', value: full.size, unit: '', least: 2 },
    ...(await deepPages(many)),
    { name: `by number, slowest: ${numbers.name}`, value: numbers.many, unit: 'ms' },
    { name: '… against one dossier', value: numbers.many / dossier!, unit: '×', limit: 3 },
    { name: `by name, slowest: ${search.name}`, value: search.many, unit: 'ms' },
    { name: '… against one dossier', value: search.many / dossier!, unit: '×', limit: 10 },
    { name: 'large tables that a clerk’s statement read whole', value: (await tablesReadWhole(many.town, day)).length, unit: '', limit: 0 },
  ];
}

/** The first page beside one far down, both by a cursor as the API hands it out. Another page each time, so that none is met twice. */
async function deepPages({ town, clerk }: Office): Promise<BenchLine[]> {
  const { rows } = await town.owner.query<{ count: number }>(
    `SELECT sum(dossiers)::int AS count FROM queue_tallies WHERE office_code = $1`,
    [BUSY_OFFICE],
  );
  const last = Math.floor(rows[0]!.count / PAGE) - 1;
  const asked = DEEP_PAGES.map((page) => Math.min(page, last));
  const cursors = new Map<string, string>();
  for (const page of asked) {
    for (let round = 0; page > 1 && round < ROUNDS * 2; round++) {
      const before = await town.owner.query<{ id: string; submitted_at: Date; due_on: string }>(
        `SELECT id, submitted_at, due_on::text FROM declarations WHERE office_code = $1 AND status <> 'DRAFT' AND erased_at IS NULL
         ORDER BY submitted_at, id OFFSET $2 LIMIT 1`,
        [BUSY_OFFICE, (page - 1 - (round % Math.min(30, page - 1))) * PAGE - 1],
      );
      cursors.set(`${page} ${round}`, `&cursor=${cursorAfter(before.rows[0]!, 'age')}`);
    }
  }
  const taken = await inTurn(asked, ROUNDS, (page, round) =>
    clerk.asks(`/declarations?queue=all&sort=age&limit=${PAGE}${cursors.get(`${page} ${round}`) ?? ''}`),
  );
  return [
    ...asked.map((page, at) => ({ name: `page ${page.toLocaleString('en')} of ${PAGE}`, value: taken[at]!, unit: 'ms' })),
    { name: '… the deepest against the first', value: taken.at(-1)! / taken[0]!, unit: '×', limit: 1.3 },
  ];
}

/** Everything that is measured, once: whose statements may read no large table from one end to the other. */
async function day(url: string): Promise<void> {
  const clerk = await Clerk.of(url);
  const { items } = await clerk.asks<{ items: { id: string }[] }>('/declarations?limit=1');
  await clerk.asks(`/declarations/${items[0]!.id}`);
  for (const query of QUEUES) await clerk.asks(`/declarations?${query}`);
  for (const q of Object.values(SEARCHES)) await clerk.asks('/declarations/search', { q });
  await clerk.asks('/queues');
}

async function fills({ clerk }: Office, query: string): Promise<boolean> {
  const { items } = await clerk.asks<{ items: unknown[] }>(`/declarations?${query}&limit=${PAGE}`);
  return items.length === PAGE;
}

interface Taken {
  readonly name: string;
  readonly few: number;
  readonly many: number;
}

async function eachOf(
  names: readonly string[],
  both: readonly Office[],
  work: (office: Office, name: string) => Promise<unknown>,
): Promise<Taken[]> {
  const all: Taken[] = [];
  for (const name of names) {
    const [few, many] = await inTurn(both, ROUNDS, (office) => work(office, name));
    all.push({ name, few: few!, many: many! });
  }
  return all;
}

function slowest(all: readonly Taken[]): Taken {
  return all.reduce((slow, taken) => (taken.many > slow.many ? taken : slow));
}

function most(all: readonly Taken[]): number {
  return Math.max(...all.map(({ few, many }) => many / few));
}

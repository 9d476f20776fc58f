import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.ts';
import { medianMs, type BenchLine } from './bench-line.ts';
import { LocalService } from './local-service.ts';
import { BUSY_OFFICE, makeDossiers } from './many-dossiers.ts';

const CALLS = 25;
/** Until the service's code is compiled as it will be: whoever is measured first would seem slow otherwise. */
const WARM_UP = 40;
/** What a million is compared with. */
const SMALL_OFFICE = 10_000;

const PAGES = ['queue=new', 'queue=overdue&sort=due', 'queue=transferred', 'queue=failed-messages', 'queue=all', 'queue=all&sort=-due'];

/** A clerk who is logged in. */
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

interface Measured {
  dossier: number;
  /** The slowest page of 50 with the counts, and which one it was. */
  page: Slowest;
  search: Slowest;
}

interface Slowest {
  ms: number;
  name: string;
}

/** A day of a clerk in a large database: pages with counts, searches, one dossier. */
export async function queuesBench({ dossiers }: { dossiers: number }): Promise<BenchLine[]> {
  const few = dossiers >= 10 * SMALL_OFFICE ? SMALL_OFFICE : dossiers / 10;
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: directory, durable: false, log: () => undefined });
  try {
    const environment = { DATABASE_URL: postgres.requestUrl, DATABASE_OWNER_URL: postgres.ownerUrl };
    const service = await LocalService.start(join(directory, 'data'), environment);
    try {
      await makeDossiers(postgres.ownerUrl, 1, few);
      const clerk = await Clerk.of(service.url);
      await warmUp(clerk);
      const small = await measure(clerk);
      await makeDossiers(postgres.ownerUrl, few + 1, dossiers);
      return linesOf(small, await measure(clerk), few, dossiers);
    } finally {
      await service.stop();
    }
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(clerk: Clerk): Promise<Measured> {
  const { items } = await clerk.asks<{ items: { id: string; dossierNumber: string; fullName: string }[] }>('/declarations?limit=100');
  let turn = 0;
  const dossier = await medianMs(CALLS, () => clerk.asks(`/declarations/${items[turn++ % items.length]!.id}`));
  const [{ dossierNumber, fullName } = { dossierNumber: '', fullName: '' }] = items;
  const serial = Number(dossierNumber.slice(0, dossierNumber.indexOf('.')));
  const searches = {
    'dossier number': dossierNumber,
    'insurance number': String(serial).padStart(10, '0'),
    'ID number': `0310${String(serial).padStart(8, '0')}`,
    phone: `035 ${String(serial).padStart(7, '0')}`,
    'whole name': fullName,
    'common words': 'nguyen thi',
    'one begun word': 'th',
    'a rare name begun': 'dang bao qu',
    'nobody’s name': 'zebedaeus',
  };
  return {
    dossier,
    page: await slowest(PAGES, async (query) => {
      await clerk.asks(`/declarations?${query}`);
      await clerk.asks('/queues');
    }),
    search: await slowest(Object.keys(searches), (by) => clerk.asks('/declarations/search', { q: searches[by as keyof typeof searches] })),
  };
}

async function warmUp(clerk: Clerk): Promise<void> {
  const { items } = await clerk.asks<{ items: { id: string }[] }>('/declarations?limit=100');
  for (let turn = 0; turn < WARM_UP; turn++) {
    await clerk.asks(`/declarations/${items[turn % items.length]!.id}`);
    await clerk.asks(`/declarations?${PAGES[turn % PAGES.length]}`);
    await clerk.asks('/queues');
    await clerk.asks('/declarations/search', { q: 'nguyen thi' });
  }
}

async function slowest(names: readonly string[], work: (name: string) => Promise<unknown>): Promise<Slowest> {
  let found: Slowest = { ms: 0, name: '' };
  for (const name of names) {
    const ms = await medianMs(CALLS, () => work(name));
    if (process.env['BENCH_VERBOSE']) process.stderr.write(`${name} ${ms.toFixed(2)}\n`);
    if (ms > found.ms) found = { ms, name };
  }
  return found;
}

function linesOf(small: Measured, large: Measured, few: number, many: number): BenchLine[] {
  const grouped = (count: number) => count.toLocaleString('en');
  return [
    { name: `one dossier among ${grouped(many)}`, value: large.dossier, unit: 'ms' },
    { name: `page and counts (${large.page.name})`, value: large.page.ms, unit: 'ms' },
    { name: `… against ${grouped(few)} dossiers`, value: large.page.ms / small.page.ms, unit: '×', limit: 1.3 },
    { name: '… against one dossier', value: large.page.ms / large.dossier, unit: '×', limit: 3 },
    { name: `search (${large.search.name})`, value: large.search.ms, unit: 'ms' },
    { name: '… against one dossier', value: large.search.ms / large.dossier, unit: '×', limit: 10 },
  ];
}

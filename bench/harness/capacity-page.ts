import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';
import { CONSTRAINTS_IN_THE_WAY, CROSSINGS } from '../../test/scale/crossings.ts';
import { SHARD_MAP, type Spread } from '../../test/scale/shard-map.ts';
import type { CapacityFigures, Cost } from '../capacity.bench.ts';
import type { Growth } from '../growth.bench.ts';
import { amount } from './bench-line.ts';
import { growthPlot } from './growth-plot.ts';
import { savedResults, type Result } from './results.ts';

const PAGE = join(packageRoot(), 'docs', 'capacity.md');
const PLOT = join(packageRoot(), 'docs', 'growth.svg');

/** Beyond this share of a machine's time, whoever comes waits noticeably for those before. */
const BUSY = 0.7;
/** What a network of one gigabit a second carries, in bytes. */
const GIGABIT = 125e6;

/** Writes the figures and tables of docs/capacity.md, and the plot, from bench/results and the shard map. @returns whether all stood there already */
export async function writeCapacityPage(write: boolean): Promise<boolean> {
  const results = await savedResults();
  const page = await readFile(PAGE, 'utf8');
  let next = page;
  for (const [name, block] of Object.entries(BLOCKS)) next = put(next, name, block(results));
  if (write && next !== page) await writeFile(PAGE, next);
  const growth = noteOf<Growth>(results, 'growth');
  const plot = growth ? growthPlot(growth) : '';
  const plotted = await readFile(PLOT, 'utf8').catch(() => '');
  if (write && plot !== plotted && plot !== '') await writeFile(PLOT, plot);
  return next === page && plot === plotted;
}

const BLOCKS: Readonly<Record<string, (results: readonly Result[]) => string>> = {
  measured: (results) => withCapacity(results, measuredTable),
  'one machine': (results) => withCapacity(results, oneMachine),
  limits: (results) => withCapacity(results, limits),
  growth: (results) => {
    const growth = noteOf<Growth>(results, 'growth');
    return growth ? growthTable(growth) : NOT_MEASURED;
  },
  'shard map': () => shardMap(),
  crossings: () =>
    table(
      ['step', 'why it crosses', 'what it becomes'],
      CROSSINGS.map(({ step, why, way }) => [step, why, way]),
    ),
  constraints: () =>
    table(
      ['constraint', 'what becomes of it'],
      Object.entries(CONSTRAINTS_IN_THE_WAY).map(([name, way]) => [`\`${name}\``, way]),
    ),
};

const NOT_MEASURED = '*Not measured yet: `npm run bench -- capacity growth`.*';

function withCapacity(results: readonly Result[], of: (figures: CapacityFigures, result: Result) => string): string {
  const result = results.find(({ name }) => name === 'capacity');
  const figures = noteOf<CapacityFigures>(results, 'capacity');
  return result && figures ? of(figures, result) : NOT_MEASURED;
}

function noteOf<T>(results: readonly Result[], name: string): T | undefined {
  return results.find((result) => result.name === name)?.notes?.[name] as T | undefined;
}

function measuredTable(figures: CapacityFigures, { circumstances }: Result): string {
  const { draft, costs } = figures;
  const load =
    circumstances.loadBefore > circumstances.cores ? `; others were at work on it, load ${amount(circumstances.loadBefore)}` : '';
  return [
    `Measured ${circumstances.when.slice(0, 10)} at commit ${circumstances.commit} on ${figures.cores} × ${circumstances.processor}${load}.`,
    '',
    table(
      ['of one submission', ...costs.map(({ photos }) => `three photos of ${photos}`), 'without photos (a draft sent)'],
      [
        ['processor time of the service', ...costs.map(({ serviceCpuMs }) => ms(serviceCpuMs)), ms(draft.serviceCpuMs)],
        ['processor time of PostgreSQL', ...costs.map(({ databaseCpuMs }) => ms(databaseCpuMs)), ms(draft.databaseCpuMs)],
        ['comes in over the network', ...costs.map(({ sentBytes }) => mb(sentBytes)), ''],
        ['stays in the photo store', ...costs.map(({ storedBytes }) => mb(storedBytes)), ''],
        ['is written ahead by PostgreSQL', ...costs.map(() => ''), `${amount(draft.walBytes / 1e3)} kB`],
      ],
    ),
  ].join('\n');
}

function oneMachine({ cores, costs }: CapacityFigures): string {
  return table(
    ['photos', 'the arithmetic', 'submissions an hour', 'a day of ten hours'],
    costs.map((cost) => {
      const hourly = hourlyOf(cost, cores);
      return [
        `3 × ${cost.photos}`,
        `${cores} cores × 3,600 s × ${BUSY} ÷ (${amount(cost.serviceCpuMs)} + ${amount(cost.databaseCpuMs)}) ms`,
        `**${count(hourly)}**`,
        count(hourly * 10),
      ];
    }),
  );
}

/** In the order in which they run out when copies of the service are added. */
function limits({ cores, costs, draft, commitsPerSecond, commitsPerSubmission, oneOfficePerSecond }: CapacityFigures): string {
  const [small, large] = [costs[0]!, costs.at(-1)!];
  const copyOf = (cost: Cost) => (cores * 1000 * BUSY) / cost.serviceCpuMs;
  const store = GIGABIT / small.storedBytes;
  const network = GIGABIT / large.sentBytes;
  const database = (cores * 1000 * BUSY) / draft.databaseCpuMs;
  const commits = commitsPerSecond / commitsPerSubmission;
  return table(
    ['what runs out', 'the arithmetic', 'submissions a second', 'is reached with'],
    [
      [
        'the photo work of one copy on its own machine',
        `${cores} × 1,000 ms × ${BUSY} ÷ ${amount(small.serviceCpuMs)} ms (${small.photos}), ÷ ${amount(large.serviceCpuMs)} ms (${large.photos})`,
        `${amount(copyOf(small))}; ${amount(copyOf(large))}`,
        'one copy: add copies, they share nothing but the database and the store',
      ],
      [
        'the network of a gigabit at the door',
        `125 MB ÷ ${mb(large.sentBytes)} (${large.photos})`,
        amount(network),
        copies(network, copyOf(large)),
      ],
      ['the photo store behind a gigabit', `125 MB ÷ ${mb(small.storedBytes)}`, amount(store), copies(store, copyOf(small))],
      [
        `PostgreSQL’s processors (${cores} cores)`,
        `${cores} × 1,000 ms × ${BUSY} ÷ ${amount(draft.databaseCpuMs)} ms`,
        amount(database),
        copies(database, copyOf(small)),
      ],
      [
        'PostgreSQL’s commits on this disk',
        `${count(commitsPerSecond)} a second ÷ ${amount(commitsPerSubmission)} for each submission`,
        amount(commits),
        copies(commits, copyOf(small)),
      ],
      [
        'the counter row of one office',
        `measured: all clients to one office`,
        `${amount(oneOfficePerSecond)} for that office`,
        'one office alone; the next office has a row of its own',
      ],
    ],
  );
}

function growthTable({ dossiers, works }: Growth): string {
  const rows = works.map(({ name, ms: taken }) => [name, ...taken.map(ms), `${(taken.at(-1)! / taken[0]!).toFixed(2)} ×`]);
  return table(['', ...dossiers.map((size) => `${size.toLocaleString('en')} dossiers`), 'most against fewest'], rows);
}

const SPREADS: Readonly<Record<Spread, string>> = {
  office: 'the receiving office',
  person: 'the insurance number',
  key: 'the hash of a key',
  everywhere: 'copied to every machine',
};

function shardMap(): string {
  return table(
    ['spread by', 'table', 'names the machine', 'names the one thing that its rows belong to'],
    Object.entries(SHARD_MAP)
      .toSorted(([, one], [, other]) => Object.keys(SPREADS).indexOf(one.spread) - Object.keys(SPREADS).indexOf(other.spread))
      .map(([name, { spread, by, through = [] }]) => [SPREADS[spread], `\`${name}\``, codes(by), codes(through)]),
  );
}

function hourlyOf({ serviceCpuMs, databaseCpuMs }: Cost, cores: number): number {
  return (cores * 3_600_000 * BUSY) / (serviceCpuMs + databaseCpuMs);
}

function copies(perSecond: number, ofOne: number): string {
  const needed = Math.ceil(perSecond / ofOne);
  return needed <= 1 ? 'one copy' : `about ${needed} copies`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Puts a block where the page has room for it. @throws Error where it has none */
function put(page: string, name: string, block: string): string {
  const [begin, end] = [`<!-- ${name}: npm run bench:capacity -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return `${page.slice(0, from + begin.length)}\n\n${block}\n\n${page.slice(to)}`;
}

const ms = (value: number) => `${amount(value)} ms`;
const mb = (bytes: number) => `${amount(bytes / 1e6)} MB`;
const count = (value: number) => Math.round(Number(value.toPrecision(2))).toLocaleString('en');
const codes = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

import { median, percentile, type BenchLine } from './bench-line.ts';
import { MeasuredProcess } from './measured-process.ts';
import { LoadGenerator, type Ammunition, type Load, type Met } from './load.ts';

/** Something that serves requests and is measured. */
export interface Side {
  readonly name: string;
  readonly urls: readonly string[];
  readonly ammunition: Ammunition;
  /** What its every answer must be, where that is not the plan's. */
  readonly status?: number;
  /** Processor time of all its processes so far, without the database's. */
  cpuMs(): Promise<number>;
  /** The most memory since this was asked for the last time. */
  mostMegabytes(): Promise<number>;
}

/** @param processes one, or copies that share the load */
export function sideOf(name: string, processes: MeasuredProcess | readonly MeasuredProcess[], ammunition: Ammunition): Side {
  const all = processes instanceof MeasuredProcess ? [processes] : processes;
  const sum = async (figures: Promise<number>[]) => (await Promise.all(figures)).reduce((one, other) => one + other, 0);
  return {
    ...{ name, ammunition, urls: all.map(({ url }) => url) },
    cpuMs: () => sum(all.map((process) => process.cpuMs())),
    mostMegabytes: () => sum(all.map((process) => process.mostMegabytes())),
  };
}

export interface Plan {
  readonly path: string;
  readonly clients: number;
  /** How many times each side has its turn. */
  readonly rounds: number;
  /** How long a turn lasts, or how many requests it has. */
  readonly turn: Pick<Load, 'seconds' | 'requests'>;
  /** As many turns of each side are not counted. */
  readonly warmUps?: number;
  /** What every answer must be. */
  readonly status: number;
  /** Processor time of the database so far, which both share. */
  databaseCpuMs?(): Promise<number>;
  /** Called before each turn, with the generator's process: what one side left behind is not to be the other's burden. */
  before?(side: Side, generator: number): Promise<void>;
}

/** One side's turn. Times in milliseconds. */
export interface Turn {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMsPerRequest: number;
  readonly databaseCpuMsPerRequest: number;
  readonly generatorCpuMsPerRequest: number;
}

/** What is kept of a side: medians of its turns, and the turns. */
export interface Measured extends Omit<Turn, 'requests'> {
  readonly name: string;
  readonly mostMegabytes: number;
  readonly turns: readonly Turn[];
}

export interface SideBySide {
  readonly path: string;
  readonly clients: number;
  readonly sides: readonly Measured[];
}

/** Lets the sides have their turns A B A B …, so that whatever else the machine does meets them alike. */
export async function sideBySide(sides: readonly Side[], plan: Plan): Promise<SideBySide> {
  const { clients, rounds, turn, warmUps = 1, status } = plan;
  const at = await Promise.all(sides.map(async (side) => ({ side, generator: await LoadGenerator.with(side.ammunition), next: 0 })));
  const turns = sides.map((): Turn[] => []);
  try {
    for (let round = -warmUps; round < rounds; round++) {
      if (round === 0) for (const side of sides) await side.mostMegabytes();
      // Who comes first changes from round to round: the second finds the disk busy with what the first one wrote.
      const order = [...at.keys()];
      for (const place of round % 2 === 0 ? order : order.toReversed()) {
        const { side, generator, next } = at[place]!;
        await plan.before?.(side, generator.pid);
        const before = [await side.cpuMs(), await (plan.databaseCpuMs?.() ?? NaN)] as const;
        const met = await generator.fire({ urls: side.urls, clients, ...turn, from: next, insists: true });
        const spent = [(await side.cpuMs()) - before[0], (await (plan.databaseCpuMs?.() ?? NaN)) - before[1]] as const;
        at[place]!.next = met.next;
        refuseOthers(side.name, met, side.status ?? status);
        if (round >= 0) turns[place]!.push(turnOf(met, ...spent));
      }
    }
    const measured = sides.map(async (side, place) => measuredOf(side.name, turns[place]!, await side.mostMegabytes()));
    return { path: plan.path, clients, sides: await Promise.all(measured) };
  } finally {
    for (const { generator } of at) await generator.stop();
  }
}

function refuseOthers(name: string, { statuses, samples, requests }: Met, status: number): void {
  if (statuses[status] === requests && requests > 0) return;
  throw new Error(`${name} answered ${JSON.stringify(statuses)} where all should be ${status}: ${JSON.stringify(samples)}`);
}

function turnOf(met: Met, cpuMs: number, databaseCpuMs: number): Turn {
  const { requests, seconds, latencies, generatorCpuMs } = met;
  return {
    requests,
    perSecond: requests / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMsPerRequest: cpuMs / requests,
    databaseCpuMsPerRequest: databaseCpuMs / requests,
    generatorCpuMsPerRequest: generatorCpuMs / requests,
  };
}

function measuredOf(name: string, turns: readonly Turn[], mostMegabytes: number): Measured {
  const of = (figure: keyof Turn) => median(turns.map((turn) => turn[figure]));
  return {
    name,
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    cpuMsPerRequest: of('cpuMsPerRequest'),
    databaseCpuMsPerRequest: of('databaseCpuMsPerRequest'),
    generatorCpuMsPerRequest: of('generatorCpuMsPerRequest'),
    mostMegabytes,
    turns,
  };
}

/** The first side against the second: the median over the rounds of what stood beside each other. */
export function ratioOf({ sides }: SideBySide, figure: keyof Turn): number {
  const [ours, bare] = sides;
  return median(ours!.turns.map((turn, round) => turn[figure] / bare!.turns[round]![figure]));
}

/** What both did, for the reader of the lines. */
export function linesOf({ path, sides }: SideBySide): BenchLine[] {
  return sides.flatMap(({ name, perSecond, p50, p99, cpuMsPerRequest, mostMegabytes }) => [
    { name: `${path}, ${name}`, value: perSecond, unit: '/s' },
    { name: '… p50', value: p50, unit: 'ms' },
    { name: '… p99', value: p99, unit: 'ms' },
    { name: '… processor time per request', value: cpuMsPerRequest, unit: 'ms' },
    { name: '… memory at most', value: mostMegabytes, unit: 'MB' },
  ]);
}

/** One measured value, as the table prints it. */
export interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it must stay below; none where the value is for information. */
  readonly limit?: number | undefined;
  /** What it must reach. */
  readonly least?: number | undefined;
  /** What would be good, beyond what must be. */
  readonly aim?: number | undefined;
}

export function isMissed({ value, limit, least }: BenchLine): boolean {
  return (limit !== undefined && !(value <= limit)) || (least !== undefined && !(value >= least));
}

/** `0.62 ×  at least 0.6 ×  ok`. */
export function row(line: BenchLine): string {
  const { name, value, unit, limit, least, aim } = line;
  const bound = limit !== undefined ? `at most ${amount(limit)} ${unit}` : least !== undefined ? `at least ${amount(least)} ${unit}` : '';
  const wish = aim === undefined ? '' : `, aim ${amount(aim)}`;
  const verdict = bound && `  ${`${bound}${wish}`.padEnd(26)} ${isMissed(line) ? 'MISSED' : 'ok'}`;
  return `${name.padEnd(52)} ${`${amount(value)} ${unit}`.padStart(14)}${verdict}`;
}

export function amount(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** @param share such as 0.99; of few values it is their greatest */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** How long one call takes: the median of so many, in milliseconds, after one that warms up. */
export async function medianMs(times: number, work: () => unknown): Promise<number> {
  await work();
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const begun = performance.now();
    await work();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}

/** As `medianMs`, for what is over sooner than the clock ticks: each measurement is of many calls. In milliseconds for one call. */
export async function medianMsOfShort(work: () => unknown): Promise<number> {
  const CALLS = 200;
  const many = async () => {
    for (let call = 0; call < CALLS; call++) await work();
  };
  return (await medianMs(15, many)) / CALLS;
}

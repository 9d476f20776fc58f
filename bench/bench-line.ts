/** One measured value, as the table prints it. */
export interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it must stay below; none where the value is for information. */
  readonly limit?: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
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

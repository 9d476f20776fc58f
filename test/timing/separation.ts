/** How well two lists of times can be told apart. */
export interface Separation {
  /** The chance that one of the first list is longer than one of the second (Mann–Whitney): 0.5 tells nothing. */
  readonly auc: number;
  /** In which share of the pairs the first one was longer: what slows both of a pair down falls out of it. */
  readonly paired: number;
  /** The middle of the pairs' differences, milliseconds. */
  readonly medianGap: number;
}

/** @param one and @param other in pairs, of the same length */
export function separationOf(one: readonly number[], other: readonly number[]): Separation {
  const gaps = one.map((time, pair) => time - other[pair]!);
  const share = gaps.reduce((sum, gap) => sum + (gap > 0 ? 1 : gap === 0 ? 0.5 : 0), 0) / gaps.length;
  return { auc: aucOf(one, other), paired: share, medianGap: medianOf(gaps) };
}

/** How far from 0.5 chance alone leads once in some two thousand times; never less than the gate's own 0.05. */
export function bandOf(pairs: number): number {
  return Math.max(0.05, 3.5 * Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs)), (3.5 * 0.5) / Math.sqrt(pairs));
}

/** Whether neither figure leads out of the band. */
export function isAlike({ auc, paired }: Separation, band: number): boolean {
  return Math.abs(auc - 0.5) <= band && Math.abs(paired - 0.5) <= band;
}

function aucOf(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((time) => ({ time, isOne: true })), ...other.map((time) => ({ time, isOne: false }))];
  all.sort((a, b) => a.time - b.time);
  let ranks = 0;
  for (let first = 0; first < all.length;) {
    let last = first;
    while (last + 1 < all.length && all[last + 1]!.time === all[first]!.time) last++;
    const rank = (first + last) / 2 + 1;
    for (let at = first; at <= last; at++) if (all[at]!.isOne) ranks += rank;
    first = last + 1;
  }
  return (ranks - (one.length * (one.length + 1)) / 2) / (one.length * other.length);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

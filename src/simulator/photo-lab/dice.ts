const { floor, imul } = Math;

/** Chance that comes out the same for the same seed, on every machine. For pictures only, never for secrets. */
export class Dice {
  private state: number;

  constructor(seed: string) {
    // FNV-1a, then mulberry32: two well-known recipes that need no table and no library.
    this.state = [...seed].reduce((hash, letter) => imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0, 0x811c9dc5);
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number in [low, high]. */
  whole(low: number, high: number): number {
    return floor(this.between(low, high + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[floor(this.next() * choices.length)]!;
  }

  /** About normal, mean 0, deviation 1. */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.732;
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import type { ApiCopy } from './api-copy.ts';
import type { FaultKind } from './nemesis.ts';

interface Struck {
  readonly kind: FaultKind;
  readonly at: number;
  /** Milliseconds until a citizen had success with a request that was sent after the fault. */
  acknowledged?: number;
  /** Milliseconds until every copy said that it was ready. */
  ready?: number;
}

/** Often enough for figures in tenths of a second, and no load of its own on a service that struggles to come back. */
const LOOK_MS = 100;
const GIVE_UP_MS = 180_000;

/** How long the service was away after each fault; what lasts is counted from its beginning. */
export class Recovery {
  private readonly struck: Struck[] = [];
  /** Of those that struck: after which nobody has had success yet. */
  private unanswered: Struck[] = [];
  private unready: Struck[] = [];
  private watching: Promise<void> | undefined;

  constructor(private readonly copies: readonly ApiCopy[]) {}

  /** When the last fault struck. */
  get lastFault(): number {
    return this.struck.at(-1)?.at ?? 0;
  }

  begins(kind: FaultKind): void {
    const fault: Struck = { kind, at: performance.now() };
    this.struck.push(fault);
    this.unanswered.push(fault);
    this.unready.push(fault);
    this.watching ??= this.watchReadiness().finally(() => (this.watching = undefined));
  }

  acknowledged(askedAt: number): void {
    const now = performance.now();
    const [over, open] = [this.unanswered.filter(({ at }) => askedAt > at), this.unanswered.filter(({ at }) => askedAt <= at)];
    for (const fault of over) fault.acknowledged = now - fault.at;
    this.unanswered = open;
  }

  async settled(): Promise<void> {
    await this.watching;
  }

  /** One line per kind of fault, times in seconds. */
  figures(): string[] {
    const kinds = [...new Set(this.struck.map(({ kind }) => kind))].sort();
    return [...kinds, undefined].map((kind) => {
      const faults = this.struck.filter((fault) => kind === undefined || fault.kind === kind);
      const row = (name: string, times: (number | undefined)[]) => `${name} ${spread(times.filter((time) => time !== undefined))}`;
      return [
        `${kind ?? 'all faults'} ×${faults.length}`,
        row(
          'next success after',
          faults.map((fault) => fault.acknowledged),
        ),
        row(
          'all copies ready after',
          faults.map((fault) => fault.ready),
        ),
      ].join(' · ');
    });
  }

  /** One look answers for every fault that came before it. */
  private async watchReadiness(): Promise<void> {
    while (this.unready.length > 0) {
      // The first look must not come before the fault has had its effect.
      await pause(LOOK_MS);
      const before = performance.now() - LOOK_MS;
      if (await this.allReady()) {
        const now = performance.now();
        for (const fault of this.unready) if (fault.at <= before) fault.ready = now - fault.at;
      }
      this.unready = this.unready.filter(({ at, ready }) => ready === undefined && performance.now() - at < GIVE_UP_MS);
    }
  }

  private async allReady(): Promise<boolean> {
    return (await Promise.all(this.copies.map((copy) => copy.isReady()))).every(Boolean);
  }
}

function spread(milliseconds: number[]): string {
  if (milliseconds.length === 0) return 'never';
  const sorted = milliseconds.sort((one, other) => one - other);
  const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
  const of = (part: number) => seconds(sorted[Math.ceil(sorted.length * part) - 1]!);
  return `p50 ${of(0.5)}, p99 ${of(0.99)}, max ${of(1)}`;
}

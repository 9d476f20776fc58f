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

const LOOK_MS = 25;
const GIVE_UP_MS = 180_000;

/** How long the service was away after each fault. */
export class Recovery {
  private readonly struck: Struck[] = [];
  private watching: Promise<unknown>[] = [];

  constructor(private readonly copies: readonly ApiCopy[]) {}

  /** When the last fault struck. */
  get lastFault(): number {
    return this.struck.at(-1)?.at ?? 0;
  }

  begins(kind: FaultKind): void {
    const fault: Struck = { kind, at: performance.now() };
    this.struck.push(fault);
    this.watching.push(this.watchReadiness(fault));
  }

  acknowledged(askedAt: number): void {
    const now = performance.now();
    for (const fault of this.struck) if (fault.acknowledged === undefined && askedAt > fault.at) fault.acknowledged = now - fault.at;
  }

  async settled(): Promise<void> {
    await Promise.all(this.watching);
  }

  /** One line per kind of fault, times in seconds. */
  figures(): string[] {
    const kinds = [...new Set(this.struck.map(({ kind }) => kind))].sort();
    return kinds.map((kind) => {
      const faults = this.struck.filter((fault) => fault.kind === kind);
      const row = (name: string, times: (number | undefined)[]) => `${name} ${spread(times.filter((time) => time !== undefined))}`;
      return [
        `${kind} ×${faults.length}`,
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

  private async watchReadiness(fault: Struck): Promise<void> {
    do {
      // The first look must not come before the fault has had its effect.
      await pause(LOOK_MS);
      if (performance.now() - fault.at > GIVE_UP_MS) return;
    } while (!(await this.allReady()));
    fault.ready = performance.now() - fault.at;
  }

  private async allReady(): Promise<boolean> {
    return (await Promise.all(this.copies.map((copy) => copy.isReady()))).every(Boolean);
  }
}

function spread(milliseconds: number[]): string {
  if (milliseconds.length === 0) return 'never';
  const sorted = milliseconds.sort((one, other) => one - other);
  const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
  return `median ${seconds(sorted[Math.floor(sorted.length / 2)]!)}, max ${seconds(sorted.at(-1)!)}`;
}

import { setTimeout as pause } from 'node:timers/promises';

/** So many may be at work at once; whoever only waits lets another work meanwhile. First come, first served. */
export class Slots {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  async acquire(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  release(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.free++;
  }

  /** Gives the slot away for a while. */
  async rest(milliseconds: number): Promise<void> {
    this.release();
    await pause(milliseconds);
    await this.acquire();
  }
}

import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

export interface Looks {
  readonly count: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** Somebody who only wants to look something up, all the time: how long they wait tells what the others cost. */
export class Bystander {
  private waits: number[] = [];
  private isLooking = true;
  /** How often nobody answered, or with an error of the service's own. */
  failures = 0;
  private readonly looks: Promise<void>;

  constructor(private readonly url: string) {
    this.looks = this.look();
  }

  /** How often somebody looked since it was last asked, and the wait that only one in a hundred was longer than. */
  told(): Looks {
    const sorted = this.waits.sort((one, other) => one - other);
    this.waits = [];
    return { count: sorted.length, p99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0 };
  }

  async stop(): Promise<void> {
    this.isLooking = false;
    await this.looks;
  }

  private async look(): Promise<void> {
    const body = JSON.stringify({ dossierNumber: '00001.GD/2021/03102', trackingCode: '0000-0000-0000-0000' });
    while (this.isLooking) {
      const began = performance.now();
      const response = await fetch(`${this.url}/v1/declarations/tracking`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      }).catch(() => undefined);
      await response?.arrayBuffer();
      if (!response || response.status >= 500) this.failures++;
      else this.waits.push(performance.now() - began);
      await pause(EVERY_MS);
    }
  }
}

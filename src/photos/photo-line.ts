import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Refusal } from '../platform/refusal.ts';

/** Photos decoded at once: the thread pool has four threads, which hashing, files and names need too. */
export const AT_ONCE = 2;
/** Longest wait that is still worth it: a submission's claim on its key lasts 60 s and must outlive it. */
const LONGEST_WAIT_MS = 30_000;
/** What a photo is taken to cost before the first one was measured. */
const FIRST_GUESS_MS = 50;

/**
 * The waiting line for photo work. Whoever is inside holds a photo in memory; whoever waits holds none. The line is as long as
 * can be served within half a minute at the present pace, and says so honestly when it is full.
 */
@Injectable()
export class PhotoLine {
  private readonly limit = pLimit(AT_ONCE);
  private typicalMs = FIRST_GUESS_MS;

  /** @throws Refusal `service-unavailable` with `Retry-After`, at once, when the line is full */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const waitMs = (this.limit.pendingCount * this.typicalMs) / AT_ONCE;
    if (waitMs > LONGEST_WAIT_MS) throw new Refusal('service-unavailable', { retryAfter: Math.ceil(waitMs / 1000) });
    return this.limit(async () => {
      const begun = performance.now();
      try {
        return await work();
      } finally {
        this.typicalMs += (performance.now() - begun - this.typicalMs) / 8;
      }
    });
  }
}

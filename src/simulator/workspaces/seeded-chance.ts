import { createHash } from 'node:crypto';
import type { Chance } from '../../platform/workspace/workspace.context.ts';

/** Between the ids of one request and those of the next: more than a request ever draws. */
const DRAWS_PER_REQUEST = 100_000;

/** 1 January 2021 in Vietnam: where the ids of seeded workspaces begin. They say an order, and no time. */
const FIRST_INSTANT = Date.UTC(2020, 11, 31, 17);

/**
 * What a workspace made with a seed draws from: SHA-256 of the seed, the request's place in the order of requests, and the draw's place
 * within it. The same calls in the same order draw the same, whichever copy of the service answers and however often it was started.
 */
export class SeededChance implements Chance {
  private draws = 0;

  /** @param request 0 for what the workspace is furnished with, then 1, 2, … */
  constructor(
    private readonly seed: string,
    private readonly request: number,
  ) {}

  bytes(length: number): Buffer {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () => this.block());
    return Buffer.concat(blocks).subarray(0, length);
  }

  instant(): number {
    return FIRST_INSTANT + this.request * DRAWS_PER_REQUEST + this.draws++;
  }

  private block(): Buffer {
    return createHash('sha256')
      .update(JSON.stringify([this.seed, this.request, this.draws++]))
      .digest();
  }
}

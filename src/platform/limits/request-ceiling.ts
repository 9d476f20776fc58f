import { Inject, Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { ENV, type Environment } from '../env.ts';
import { Refusal } from '../refusal.ts';
import { currentWorkspace } from '../workspace/workspace.context.ts';
import { addressBlock } from './address-block.ts';
import { REQUESTS_A_MINUTE } from './limits.ts';

const MINUTE_MS = 60_000;
/** More addresses than that in one minute share one count each for their first half, so that memory is bounded. */
const MOST_ADDRESSES = 20_000;
/** No workspace has this name. */
const NOWHERE = '';
/** Read from memory, and the same for everybody. */
const UNCOUNTED = /^\/(?:v1\/(?:places|offices|reasons|consents)|problems|openapi\.json|docs|health|metrics)(?:\/|$)/;

/**
 * The ceiling over everything that has no limit of its own: requests of one address in a minute, per copy and in memory. It keeps a
 * machine gone wild from the database, which counts what is worth counting.
 */
@Injectable()
export class RequestCeiling {
  private readonly counts = new Map<string, number>();
  private endsAt = 0;

  constructor(@Inject(ENV) private readonly env: Pick<Environment, 'rateLimitFactor'>) {}

  readonly use = (request: Request, _response: Response, next: NextFunction): void => {
    if (UNCOUNTED.test(request.path)) return next();
    const { name, rateLimitFactor = this.env.rateLimitFactor } = currentWorkspace();
    next(this.count(name, request, rateLimitFactor));
  };

  /**
   * Counts a request that names a workspace which nobody has met: to look for it costs a question to the database. Whoever is in one is
   * counted there alone.
   * @returns what refuses it, if anything does
   */
  countNewcomer(request: Request): Refusal | undefined {
    return this.count(NOWHERE, request, this.env.rateLimitFactor);
  }

  private count(name: string, request: Request, factor: number): Refusal | undefined {
    const now = performance.now();
    if (now >= this.endsAt) {
      this.counts.clear();
      this.endsAt = now + MINUTE_MS;
    }
    const address = addressBlock(request.ip ?? '');
    const key = `${name} ${this.counts.size < MOST_ADDRESSES ? address : address.slice(0, Math.ceil(address.length / 2))}`;
    const made = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, made);
    return made > REQUESTS_A_MINUTE * factor ? new Refusal('too-many-attempts', { retryAfter: (this.endsAt - now) / 1000 }) : undefined;
  }
}

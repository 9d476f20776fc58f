import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './exchange.ts';

/** What is watched in every run that kills, whatever its clients do. */
export const COMMON_RULES = [
  'no answer is a 5xx but 503, and that one names when to come back',
  'refusals are problem documents',
  'no copy of the service ends by itself',
  'a copy that is told to stop ends in order',
] as const;
export type CommonRule = (typeof COMMON_RULES)[number];

/**
 * What the clients and the nemesis saw, in memory for the checks and in files for whoever looks into a failure: `clients.jsonl`,
 * `nemesis.jsonl`. Every line is written before the run goes on.
 */
export abstract class LogBook<Rule extends string> {
  /** Things that may never happen, each with an example, found while the run was on. */
  readonly breaches: { readonly rule: Rule | CommonRule; readonly example: string }[] = [];
  readonly counts = { requests: 0, unreachable: 0, unknown: 0, unavailable: 0, replayed: 0, failedStarts: 0 };
  /** Processes that were killed. */
  kills = 0;

  private readonly began = performance.now();

  constructor(private readonly directory: string) {}

  /** How many of the things that the run is about have come to an end. */
  abstract get settled(): number;

  struck(fault: { readonly kind: string }): void {
    this.write('nemesis', fault);
    if (isKilling(fault)) this.kills++;
  }

  breach(rule: Rule | CommonRule, example: string): void {
    this.write('clients', { breach: rule, example });
    this.breaches.push({ rule, example });
  }

  /** One request, however it went, of whom `who` names. */
  protected noteRequest(who: object, outcome: Outcome): void {
    this.counts.requests++;
    if (outcome.kind !== 'answer') this.counts[outcome.kind]++;
    else if (outcome.status === 503) this.counts.unavailable++;
    const heard = outcome.kind === 'answer' ? { status: outcome.status, code: outcome.code } : { [outcome.kind]: outcome.why };
    this.write('clients', { ...who, ...heard });
    if (outcome.kind !== 'answer') return;
    const { status, headers } = outcome;
    if (status >= 500 && !(status === 503 && Number(headers.get('retry-after')) > 0))
      this.breach('no answer is a 5xx but 503, and that one names when to come back', `${JSON.stringify(who)}: ${status}`);
    if (status >= 400 && !headers.get('content-type')?.startsWith('application/problem+json'))
      this.breach('refusals are problem documents', `${JSON.stringify(who)}: ${status}`);
  }

  /** @returns when it was written, in seconds since the run began or went on */
  protected write(file: 'clients' | 'nemesis', line: object): number {
    const seconds = Math.round(performance.now() - this.began) / 1000;
    appendFileSync(join(this.directory, `${file}.jsonl`), `${JSON.stringify({ seconds, ...line })}\n`);
    return seconds;
  }
}

export function isKilling({ kind }: { readonly kind: string }): boolean {
  return kind.startsWith('kill');
}

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from './applications.ts';
import type { Outcome } from './exchange.ts';

/** The parts of a receipt that a citizen would come back with. */
export interface Receipt {
  readonly id: string;
  readonly dossierNumber: string;
  readonly insuranceNumber: string;
  readonly submittedAt: string;
  readonly trackingCode: string;
}

/** How an application ended, as its client knows it. `unknown` may or may not be a dossier, but never two. */
export type Ending =
  | { readonly kind: 'acknowledged'; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' };

/**
 * What the clients and the nemesis saw, in memory for the checks and in files for whoever looks into a failure: `clients.jsonl`,
 * `nemesis.jsonl`. Every line is written before the run goes on.
 */
export class Journal {
  readonly endings = new Map<Application, Ending>();
  /** Things that may never happen, each with an example, found while the run was on. */
  readonly breaches: { readonly rule: Rule; readonly example: string }[] = [];
  readonly counts = { requests: 0, unreachable: 0, unknown: 0, unavailable: 0, replayed: 0, failedStarts: 0 };

  private readonly began = performance.now();

  constructor(private readonly directory: string) {}

  get settled(): number {
    return this.endings.size;
  }

  count(kind: Ending['kind']): number {
    return [...this.endings.values()].filter((ending) => ending.kind === kind).length;
  }

  /** One request of one client, however it went. */
  asked({ serial }: Application, outcome: Outcome): void {
    this.counts.requests++;
    if (outcome.kind !== 'answer') this.counts[outcome.kind]++;
    else if (outcome.status === 503) this.counts.unavailable++;
    const heard = outcome.kind === 'answer' ? { status: outcome.status, code: outcome.code } : { [outcome.kind]: outcome.why };
    this.write('clients', { serial, ...heard });
  }

  /** An answer to a submission. A second one must be the first, to the letter. */
  acknowledged(application: Application, receipt: Receipt, replayed: boolean): void {
    this.write('clients', { serial: application.serial, key: application.key, acknowledged: receipt, replayed });
    if (replayed) this.counts.replayed++;
    const before = this.endings.get(application);
    if (before?.kind === 'acknowledged' && JSON.stringify(before.receipt) !== JSON.stringify(receipt)) {
      this.breach(
        'one key, one answer',
        `application ${application.serial} got ${before.receipt.dossierNumber} and ${receipt.dossierNumber}`,
      );
    }
    if (before?.kind === 'refused') this.breach('one key, one answer', `application ${application.serial} was refused and then received`);
    if (before?.kind !== 'acknowledged') this.endings.set(application, { kind: 'acknowledged', receipt });
  }

  refused(application: Application, code: string): void {
    this.write('clients', { serial: application.serial, key: application.key, refused: code });
    if (this.endings.get(application)?.kind === 'acknowledged') {
      this.breach('one key, one answer', `application ${application.serial} was received and then refused: ${code}`);
    } else this.endings.set(application, { kind: 'refused', code });
    const expected = application.hasRival && code === 'declaration-already-open';
    if (!expected) this.breach('refusals are just', `application ${application.serial}: ${code}`);
  }

  leftUnknowing(application: Application): void {
    this.write('clients', { serial: application.serial, key: application.key, unknown: true });
    this.endings.set(application, { kind: 'unknown' });
  }

  struck(fault: object): void {
    this.write('nemesis', fault);
  }

  breach(rule: Rule, example: string): void {
    this.write('clients', { breach: rule, example });
    this.breaches.push({ rule, example });
  }

  private write(file: 'clients' | 'nemesis', line: object): void {
    const seconds = Math.round(performance.now() - this.began) / 1000;
    appendFileSync(join(this.directory, `${file}.jsonl`), `${JSON.stringify({ seconds, ...line })}\n`);
  }
}

/** What is watched while the run is on. */
export const RULES = [
  'one key, one answer',
  'refusals are just',
  'no key is stuck: every retry comes to an end',
  'no answer is a 5xx but 503, and that one names when to come back',
  'refusals are problem documents',
  'no copy of the service ends by itself',
  'a copy that is told to stop ends in order',
] as const;
export type Rule = (typeof RULES)[number];

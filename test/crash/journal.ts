import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Application } from './applications.ts';
import type { Outcome } from './exchange.ts';
import { COMMON_RULES, isKilling, LogBook, type CommonRule } from './log-book.ts';

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

interface JournalLine {
  /** Since the run began, or went on. */
  readonly seconds: number;
  readonly serial?: number;
  readonly acknowledged?: Receipt;
  readonly refused?: string;
  readonly replayed?: boolean;
  /** `true` when a client left; of a single request it is the reason. */
  readonly unknown?: true | string;
  /** What else is known of a single request. */
  readonly status?: number;
  readonly unreachable?: string;
  readonly breach?: Rule | CommonRule;
  readonly example?: string;
}

/** How every application went. */
export class Journal extends LogBook<Rule> {
  readonly endings = new Map<Application, Ending>();
  /** The longest time in which nobody was acknowledged while the run was on, in seconds. */
  longestSilence = 0;
  private lastHeard: number | undefined;

  /** What the journal of an earlier run says. Whoever had no answer yet when it broke off knows nothing. */
  static async reread(directory: string, applications: readonly Application[]): Promise<Journal> {
    const journal = new Journal(directory);
    const asked = new Set<Application>();
    for await (const line of linesOf(join(directory, 'nemesis.jsonl')))
      if (isKilling(JSON.parse(line) as { kind: string })) journal.kills++;
    let before = 0;
    for await (const line of linesOf(join(directory, 'clients.jsonl'))) {
      const told = JSON.parse(line) as JournalLine;
      // Each time that the run went on it began to count anew.
      if (told.seconds < before) journal.lastHeard = undefined;
      before = told.seconds;
      const application = applications[told.serial!];
      if (told.breach !== undefined) journal.breaches.push({ rule: told.breach, example: told.example! });
      else if (!application) throw new Error(`clients.jsonl tells of somebody else: ${line}`);
      else {
        asked.add(application);
        journal.hearsAgain(application, told);
      }
    }
    journal.lastHeard = undefined;
    for (const application of asked) if (!journal.endings.has(application)) journal.endings.set(application, { kind: 'unknown' });
    return journal;
  }

  override get settled(): number {
    return this.endings.size;
  }

  count(kind: Ending['kind']): number {
    return [...this.endings.values()].filter((ending) => ending.kind === kind).length;
  }

  /** One request of one client, however it went. */
  asked({ serial }: Application, outcome: Outcome): void {
    this.noteRequest({ serial }, outcome);
  }

  /** An answer to a submission. A second one must be the first, to the letter. */
  acknowledged(application: Application, receipt: Receipt, replayed: boolean): void {
    this.hears(this.write('clients', { serial: application.serial, key: application.key, acknowledged: receipt, replayed }));
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

  private hears(seconds: number): void {
    if (this.lastHeard !== undefined) this.longestSilence = Math.max(this.longestSilence, seconds - this.lastHeard);
    this.lastHeard = seconds;
  }

  private hearsAgain(application: Application, told: JournalLine): void {
    const { acknowledged, replayed, refused, unknown, unreachable, status } = told;
    const { endings, counts } = this;
    if (acknowledged) {
      this.hears(told.seconds);
      endings.set(application, { kind: 'acknowledged', receipt: acknowledged });
      if (replayed) counts.replayed++;
    } else if (refused !== undefined) {
      if (endings.get(application)?.kind !== 'acknowledged') endings.set(application, { kind: 'refused', code: refused });
    } else if (unknown === true) endings.set(application, { kind: 'unknown' });
    else {
      counts.requests++;
      if (unreachable !== undefined) counts.unreachable++;
      else if (unknown !== undefined) counts.unknown++;
      else if (status === 503) counts.unavailable++;
    }
  }

  leftUnknowing(application: Application): void {
    this.write('clients', { serial: application.serial, key: application.key, unknown: true });
    this.endings.set(application, { kind: 'unknown' });
  }
}

/** None where nobody wrote any: without a nemesis there is no file of its. */
function linesOf(file: string): AsyncIterable<string> {
  return createInterface(existsSync(file) ? createReadStream(file) : Readable.from([]));
}

/** What is watched while the run is on. */
const SUBMISSION_RULES = ['one key, one answer', 'refusals are just', 'no key is stuck: every retry comes to an end'] as const;
export const RULES = [...SUBMISSION_RULES, ...COMMON_RULES];
export type Rule = (typeof SUBMISSION_RULES)[number];

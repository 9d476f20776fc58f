import type { Outcome } from '../crash/exchange.ts';
import { COMMON_RULES, LogBook } from '../crash/log-book.ts';

/** A dossier that waits at its office, and what its approval needs to be given. */
export interface Waiting {
  readonly id: string;
  readonly serial: number;
  readonly officeCode: string;
  readonly idNumber: string;
  readonly insuranceNumber: string;
}

/** What happened in the races, and what the winners were told. */
export class ApprovalJournal extends LogBook<ApprovalRule> {
  /** The SMS that the first answer of each approval named, by dossier. */
  readonly approved = new Map<string, string>();
  readonly refusals = new Map<string, number>();
  private readonly over = new Set<string>();
  private readonly wonAnew = new Set<string>();

  override get settled(): number {
    return this.over.size;
  }

  asked({ serial }: Waiting, clerk: string, outcome: Outcome): void {
    this.noteRequest({ serial, clerk }, outcome);
  }

  /** An answer 200 to an approval. All of a dossier name the same SMS, and all but one of them are replays. */
  told({ id, serial }: Waiting, clerk: string, messageId: string, replayed: boolean): void {
    this.write('clients', { serial, clerk, approved: messageId, replayed });
    if (replayed) this.counts.replayed++;
    const before = this.approved.get(id) ?? messageId;
    if (before !== messageId || (!replayed && this.wonAnew.has(id)))
      this.breach('of all who approve a dossier one wins', `dossier ${serial}: ${before} and ${messageId}`);
    this.approved.set(id, messageId);
    if (!replayed) this.wonAnew.add(id);
  }

  /** Nobody races for it any more. */
  ends({ id }: Waiting): void {
    this.over.add(id);
  }

  /** A refusal of the race: it must be one that tells how the race stands. */
  refused({ serial }: Waiting, clerk: string, code: string, expected: readonly string[]): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    if (!expected.includes(code)) this.breach('who loses is told how the race stands', `dossier ${serial}, ${clerk}: ${code}`);
  }
}

/** What is watched while the run is on. */
const OWN_RULES = [
  'of all who approve a dossier one wins',
  'who loses is told how the race stands',
  'nobody approves without the lease or by an old page',
  'every race comes to an end',
] as const;
export const RULES = [...OWN_RULES, ...COMMON_RULES];
export type ApprovalRule = (typeof OWN_RULES)[number];

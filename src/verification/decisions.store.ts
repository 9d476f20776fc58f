import { Injectable } from '@nestjs/common';
import { openAccounts, type AccountRow } from '../accounts/new-account.ts';
import { entriesJson, insertEntries, type AuditRecord } from '../audit/audit-record.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import type { Status } from '../declarations/status.rule.ts';
import { channelsOf, insertIntents, type IntentRow } from '../messages/outbox.ts';
import { Relay } from '../messages/relay.ts';
import { violatedConstraint, type Transaction } from '../platform/database/database.ts';
import { Refusal, type RefusalDetails } from '../platform/refusal.ts';
import { NO_LEASE } from './no-lease.ts';
import { insertNotes, type NoteRow } from './staff-notes.ts';
import { openVisits, type VisitRow } from './visits.store.ts';

/** All that a decision writes. */
export interface DecisionRows {
  /** The dossier as it was judged: what has changed since then stops the decision. */
  readonly row: DeclarationRow;
  readonly to: Status;
  /** The lease that has to be alive when the decision is written; undefined for what needs none. */
  readonly leaseHash: Buffer | undefined;
  /** What changes beside status and lease: SQL from `$9` on, and its values. */
  readonly sets: string;
  readonly values: readonly (string | null)[];
  readonly entries: readonly AuditRecord[];
  readonly notes: readonly NoteRow[];
  readonly messages: readonly IntentRow[];
  readonly accounts: readonly AccountRow[];
  readonly visits: readonly VisitRow[];
  /** What a refusal tells of the state of things. */
  readonly standing: RefusalDetails;
}

/**
 * The one statement that decides on a dossier. It finds the dossier only as it was judged, with its lease alive, and everything else is
 * written where it was found: so nothing is locked while somebody thinks, and of two who decide at once one decides.
 */
@Injectable()
export class DecisionsStore {
  constructor(private readonly relay: Relay) {}

  /**
   * @returns whether the dossier was still as it had been judged; if not, nothing was written
   * @throws Refusal `already-registered` when the insurance number has an account
   */
  async write(tx: Transaction, rows: DecisionRows): Promise<boolean> {
    const { row, leaseHash, values, entries, notes, messages, accounts, visits } = rows;
    try {
      const [changed] = await tx.rows(statement(rows), [
        row.id,
        row.version,
        leaseHash ?? null,
        entriesJson(entries),
        JSON.stringify(notes),
        JSON.stringify(messages),
        JSON.stringify(accounts),
        JSON.stringify(visits),
        ...values,
      ]);
      if (changed) tx.afterCommit(() => this.relay.wake(channelsOf(messages)));
      return changed !== undefined;
    } catch (error) {
      throw violatedConstraint(error) === 'uq_accounts_insurance_number' ? new Refusal('already-registered', rows.standing) : error;
    }
  }
}

const IF_CHANGED = 'WHERE EXISTS (SELECT FROM changed)';

function statement({ row, to, sets }: DecisionRows): string {
  return `WITH changed AS (
    UPDATE declarations SET status = '${to}', status_since = domain_now(), version = version + 1, ${NO_LEASE}, ${sets}
    WHERE id = $1 AND version = $2 AND status = '${row.status}'
      AND ($3::bytea IS NULL OR (lease_token_hash = $3 AND lease_until > domain_now())) RETURNING id),
  recorded AS (${insertEntries('$4')} ${IF_CHANGED}),
  noted AS (${insertNotes('$5')} ${IF_CHANGED}),
  told AS (${insertIntents('$6')} ${IF_CHANGED}),
  opened AS (${openAccounts('$7')} ${IF_CHANGED}),
  visited AS (${openVisits('$8', 'EXISTS (SELECT FROM changed)')})
  SELECT id FROM changed`;
}

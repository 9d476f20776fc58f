import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.ts';
import type { ActorKind } from './audit-entry.entity.ts';
import { entriesJson, insertEntries, type AuditRecord } from './audit-record.ts';
import type { SealedEntry } from './dossier-file.ts';

/** One step of a dossier's history as staff see it. */
export interface HistoryStep {
  sequence: number;
  at: string;
  action: string;
  from: string | null;
  to: string | null;
  actor: { kind: ActorKind; name: string | null; officeCode: string | null };
  details: Record<string, unknown>;
  hash: string;
}

/** The append-only record of every change and every view, written in the transaction of what it tells of. */
@Injectable()
export class Audit {
  constructor(private readonly database: Database) {}

  /** Adds entries, in one statement however many they are. */
  async record(tx: Pick<Transaction, 'rows'>, ...records: AuditRecord[]): Promise<void> {
    await tx.rows(insertEntries('$1'), [entriesJson(records)]);
  }

  /** Adds the same entry to the histories of very many declarations. */
  async recordInEach(
    tx: Pick<Transaction, 'rows'>,
    declarationIds: readonly string[],
    { actor, action, details }: Omit<AuditRecord, 'subject'>,
  ): Promise<void> {
    await tx.rows(
      `INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, actor_id, actor_office_code, action,
         details, previous_hash, hash)
       SELECT 'declaration', id, 0, domain_now(), $2, $3, $4, $5, $6, '', '' FROM unnest($1::uuid[]) AS id`,
      [declarationIds, actor.kind, actor.id ?? null, actor.officeCode ?? null, action, details ?? {}],
    );
  }

  /** The dossier's chain as it can be checked without this database. */
  async sealed(tx: Pick<Transaction, 'rows'>, subjectId: string): Promise<SealedEntry[]> {
    return tx.rows<SealedEntry>(
      `SELECT audit_entry_text(entry) AS sealed, encode(previous_hash, 'hex') AS "previousHash", encode(hash, 'hex') AS hash
       FROM audit_entries entry WHERE subject_kind = 'declaration' AND subject_id = $1 ORDER BY sequence`,
      [subjectId],
    );
  }

  /** Everything that happened to a dossier, oldest first. */
  async history(subjectId: string): Promise<HistoryStep[]> {
    const rows = await this.database.rows<{
      sequence: number;
      at: Date;
      action: string;
      from_status: string | null;
      to_status: string | null;
      actor_kind: ActorKind;
      full_name: string | null;
      actor_office_code: string | null;
      details: Record<string, unknown>;
      hash: Buffer;
    }>(
      `SELECT entry.*, staff.full_name FROM audit_entries entry LEFT JOIN staff ON staff.id = entry.actor_id
       WHERE subject_kind = 'declaration' AND subject_id = $1 ORDER BY sequence`,
      [subjectId],
    );
    return rows.map((row) => ({
      sequence: row.sequence,
      at: row.at.toISOString(),
      action: row.action,
      from: row.from_status,
      to: row.to_status,
      actor: { kind: row.actor_kind, name: row.full_name, officeCode: row.actor_office_code },
      details: row.details,
      hash: row.hash.toString('hex'),
    }));
  }
}

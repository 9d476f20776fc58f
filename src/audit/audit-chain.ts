import type { ClientBase } from 'pg';
import type { SubjectKind } from './audit-entry.entity.ts';

/**
 * What is wrong with an entry: `missing` one or more entries before it are gone · `unlinked` it does not follow the entry before it ·
 * `altered` its content is not what its hash covers.
 */
export type ChainFault = 'missing' | 'unlinked' | 'altered';

export interface BrokenEntry {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly sequence: number;
  readonly fault: ChainFault;
}

export interface ChainReport {
  /** Entries that were read. */
  readonly entries: number;
  /** Entries that are not as they were written. */
  readonly broken: number;
  /** The first of them, by subject and sequence. */
  readonly first: BrokenEntry | null;
}

/**
 * Computes every hash anew and follows every subject's chain from its beginning. Finds whatever was changed, put in or taken out
 * behind the triggers' back, but not a chain whose end was cut off, nor one that was written anew from some entry on: for those,
 * keep hashes elsewhere (the staff's history shows them).
 */
export async function verifyChains(client: Pick<ClientBase, 'query'>): Promise<ChainReport> {
  const { rows } = await client.query<ChainReport>(
    `WITH checked AS (
       SELECT subject_kind, subject_id, sequence, CASE
           WHEN sequence <> coalesce(lag(sequence) OVER chain, 0) + 1 THEN 'missing'
           WHEN previous_hash <> coalesce(lag(hash) OVER chain, '') THEN 'unlinked'
           WHEN hash <> audit_entry_hash(entry) THEN 'altered' END AS fault
       FROM audit_entries entry WINDOW chain AS (PARTITION BY subject_kind, subject_id ORDER BY sequence))
     SELECT count(*)::int AS entries, count(fault)::int AS broken,
       (SELECT jsonb_build_object('subjectKind', subject_kind, 'subjectId', subject_id, 'sequence', sequence, 'fault', fault)
        FROM checked WHERE fault IS NOT NULL ORDER BY subject_kind, subject_id, sequence LIMIT 1) AS first
     FROM checked`,
  );
  return rows[0]!;
}

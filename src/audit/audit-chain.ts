import type { ClientBase } from 'pg';
import type { SubjectKind } from './audit-entry.entity.ts';

/**
 * What is wrong with an entry: `missing` one or more entries before it are gone · `unlinked` it does not follow the entry before it ·
 * `altered` its content is not what its hash covers · `cut-off` it is not there, though the dossier has a status that the entries before it do
 * not lead to.
 */
export type ChainFault = 'missing' | 'unlinked' | 'altered' | 'cut-off';

export interface BrokenEntry {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly sequence: number;
  readonly fault: ChainFault;
}

export interface ChainReport {
  /** Entries that were read. */
  readonly entries: number;
  /** Entries that are not as they were written, and ends that are gone. */
  readonly broken: number;
  /** The first of them, by subject and sequence. */
  readonly first: BrokenEntry | null;
}

/**
 * Computes every hash anew, follows every subject's chain from its beginning, and holds its end against the dossier's status. Finds whatever was
 * changed, put in or taken out behind the triggers' back, but not an end that was cut off after the last change of status, nor a chain that
 * was written anew from some entry on: for those, keep hashes elsewhere (the staff's history shows them).
 */
export async function verifyChains(client: Pick<ClientBase, 'query'>): Promise<ChainReport> {
  const { rows } = await client.query<ChainReport>(
    `WITH links AS (
       SELECT subject_kind, subject_id, sequence, CASE
           WHEN sequence <> coalesce(lag(sequence) OVER chain, 0) + 1 THEN 'missing'
           WHEN previous_hash <> coalesce(lag(hash) OVER chain, '') THEN 'unlinked'
           WHEN hash <> audit_entry_hash(entry) THEN 'altered' END AS fault
       FROM audit_entries entry WINDOW chain AS (PARTITION BY subject_kind, subject_id ORDER BY sequence)),
     ends AS (
       SELECT subject_id, max(sequence) AS sequence,
         (array_agg(to_status ORDER BY sequence DESC) FILTER (WHERE to_status IS NOT NULL))[1] AS status
       FROM audit_entries WHERE subject_kind = 'declaration' GROUP BY subject_id),
     faults AS (
       SELECT * FROM links WHERE fault IS NOT NULL
       UNION ALL
       SELECT 'declaration', dossier.id, coalesce(ends.sequence, 0) + 1, 'cut-off'
       FROM declarations dossier LEFT JOIN ends ON ends.subject_id = dossier.id
       WHERE dossier.status <> coalesce(ends.status, 'DRAFT'))
     SELECT (SELECT count(*) FROM links)::int AS entries, count(*)::int AS broken,
       (SELECT jsonb_build_object('subjectKind', subject_kind, 'subjectId', subject_id, 'sequence', sequence, 'fault', fault)
        FROM faults ORDER BY subject_kind, subject_id, sequence LIMIT 1) AS first
     FROM faults`,
  );
  return rows[0]!;
}

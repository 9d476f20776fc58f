import type { Database } from '../platform/database/database.ts';

/** One look at a dossier, by somebody who is not its citizen. */
export interface RecordedView {
  readonly at: Date;
  /** What was looked at, or done: every step of an officer shows the dossier to them. */
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly username: string | null;
  readonly fullName: string | null;
  readonly office: string | null;
}

/** “Who saw my card?”, in one query; docs/privacy.md shows the same one, and a test holds the two together. */
export const WHO_SAW = `SELECT entry.at, entry.action, entry.details, staff.username, staff.full_name AS "fullName", entry.actor_office_code AS office
FROM declarations dossier
JOIN audit_entries entry ON entry.subject_kind = 'declaration' AND entry.subject_id = dossier.id
LEFT JOIN staff ON staff.id = entry.actor_id
WHERE dossier.dossier_number = $1 AND entry.actor_kind IN ('staff', 'desk')
ORDER BY entry.sequence`;

export async function whoSaw(database: Pick<Database, 'rows'>, dossierNumber: string): Promise<RecordedView[]> {
  return database.rows<RecordedView>(WHO_SAW, [dossierNumber]);
}

import type { ActorKind, SubjectKind } from './audit-entry.entity.ts';

export interface Actor {
  readonly kind: ActorKind;
  readonly id?: string | null;
  readonly officeCode?: string | null;
}

export interface AuditRecord {
  readonly subject: { readonly kind: SubjectKind; readonly id: string };
  readonly actor: Actor;
  readonly action: string;
  readonly from?: string;
  readonly to?: string;
  /** Codes, counts, names of fields. Never a value that a person typed. */
  readonly details?: Record<string, unknown>;
}

/** For a statement that writes entries itself, by `insertEntries`: the parameter. */
export function entriesJson(records: readonly AuditRecord[]): string {
  return JSON.stringify(
    records.map(({ subject, actor, action, from, to, details }) => ({
      subject_kind: subject.kind,
      subject_id: subject.id,
      actor_kind: actor.kind,
      actor_id: actor.id ?? null,
      actor_office_code: actor.officeCode ?? null,
      action,
      from_status: from ?? null,
      to_status: to ?? null,
      details: details ?? {},
    })),
  );
}

/** The INSERT, alone or inside a WITH. `parameter` (such as `$7`) holds `entriesJson`; triggers link, date and seal each entry. */
export function insertEntries(parameter: `$${number}`): string {
  return `INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, actor_id, actor_office_code, action,
      from_status, to_status, details, previous_hash, hash)
    SELECT subject_kind, subject_id, 0, domain_now(), actor_kind, actor_id, actor_office_code, action, from_status, to_status, details, '', ''
    FROM jsonb_to_recordset(${parameter}::jsonb) AS entry (subject_kind text, subject_id uuid, actor_kind text, actor_id uuid,
      actor_office_code text, action text, from_status text, to_status text, details jsonb)`;
}

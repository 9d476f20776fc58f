import { Injectable } from '@nestjs/common';
import type { ActorKind, SubjectKind } from '../audit/audit-entry.entity.ts';
import { Audit } from '../audit/audit.service.ts';
import { VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';

export interface AuditWish {
  /** Vietnamese days, both included. */
  from?: string;
  to?: string;
  actorId?: string;
  action?: string;
  officeCode?: string;
  subjectKind?: SubjectKind;
  subjectId?: string;
}

/** One entry as administrators see it. */
export interface LoggedEntry {
  at: string;
  subject: { kind: SubjectKind; id: string };
  sequence: number;
  actor: { kind: ActorKind; id: string | null; username: string | null; officeCode: string | null };
  action: string;
  from: string | null;
  to: string | null;
  details: Record<string, unknown>;
}

interface EntryRow {
  at: Date;
  micros: string;
  subject_kind: SubjectKind;
  subject_id: string;
  sequence: number;
  actor_kind: ActorKind;
  actor_id: string | null;
  username: string | null;
  actor_office_code: string | null;
  action: string;
  from_status: string | null;
  to_status: string | null;
  details: Record<string, unknown>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PLACE = [/^\d{1,17}$/, UUID, /^\d{1,9}$/];

/**
 * The whole record, newest first. Entries hold codes, counts and names of fields, never what a citizen declared, so that administrators
 * may read them; that they did is on record too [D].
 */
@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws Refusal `malformed-request` for a bad cursor */
  async page(
    admin: Officer,
    wish: AuditWish,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: LoggedEntry[]; nextCursor: string | null }> {
    const place = cursor === undefined ? [] : decodeCursor(cursor, PLACE);
    const { from, to, actorId, action, officeCode, subjectKind, subjectId } = wish;
    const rows = await this.database.rows<EntryRow>(
      `SELECT entry.*, (extract(epoch FROM at) * 1000000)::bigint::text AS micros, staff.username
       FROM audit_entries entry LEFT JOIN staff ON staff.id = entry.actor_id AND entry.actor_kind = 'staff'
       WHERE ($1::date IS NULL OR at >= $1::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}')
         AND ($2::date IS NULL OR at < ($2::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}')
         AND ($3::uuid IS NULL OR actor_id = $3) AND ($4::text IS NULL OR action = $4)
         AND ($5::text IS NULL OR actor_office_code = $5) AND ($6::text IS NULL OR subject_kind = $6)
         AND ($7::uuid IS NULL OR subject_id = $7)
         AND ($8::bigint IS NULL OR (at, subject_id, sequence) < (timestamptz 'epoch' + $8::bigint * interval '1 microsecond', $9::uuid, $10::int))
       ORDER BY at DESC, subject_id DESC, sequence DESC LIMIT $11`,
      [from, to, actorId, action, officeCode, subjectKind, subjectId, ...[0, 1, 2].map((part) => place[part]), limit + 1],
    );
    await this.audit.record(this.database, {
      subject: { kind: 'staff', id: admin.id },
      actor: actorOf(admin),
      action: 'read-audit',
      details: { ...wish },
    });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(entryOf),
      nextCursor: last ? encodeCursor([last.micros, last.subject_id, String(last.sequence)]) : null,
    };
  }
}

function entryOf(row: EntryRow): LoggedEntry {
  return {
    at: row.at.toISOString(),
    subject: { kind: row.subject_kind, id: row.subject_id },
    sequence: row.sequence,
    actor: { kind: row.actor_kind, id: row.actor_id, username: row.username, officeCode: row.actor_office_code },
    action: row.action,
    from: row.from_status,
    to: row.to_status,
    details: row.details,
  };
}

import { Injectable } from '@nestjs/common';
import type { Status } from '../declarations/status.rule.ts';
import { Database } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import type { OfficeOfficer } from '../staff/officer.ts';

/** That a deadline of the office has passed: told once for each deadline, and never taken back. */
export interface OverdueNotice {
  declarationId: string;
  dossierNumber: string;
  /** The instant at which the lateness was put on record. */
  at: string;
  /** The last day on which a decision would have been in time, `YYYY-MM-DD` in Vietnam. */
  dueOn: string;
  /** As it is now, and since when. */
  status: Status;
  since: string;
}

interface NoticeRow {
  id: string;
  dossier_number: string;
  at: Date;
  due_on: string;
  status: Status;
  status_since: Date;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PLACE = [/^\d{1,14}$/, UUID];

/**
 * What a supervisor is told of deadlines that their office has missed. The notices are the entries `overdue` of the audit trail, so that there is one
 * for each deadline and none can be lost or told twice; of dossiers that have left the office nothing is shown any more.
 */
@Injectable()
export class OverdueNotices {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Refusal `malformed-request` for a bad cursor */
  async page(
    { officeCode }: OfficeOfficer,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: OverdueNotice[]; nextCursor: string | null }> {
    const [before, id] = cursor === undefined ? [] : decodeCursor(cursor, PLACE);
    const rows = await this.database.rows<NoticeRow>(
      `SELECT declaration.id, dossier_number, notice.at, notice.details ->> 'dueOn' AS due_on, status, status_since
       FROM audit_entries notice JOIN declarations declaration ON declaration.id = notice.subject_id
       WHERE notice.action = 'overdue' AND notice.details ->> 'officeCode' = $1 AND declaration.office_code = $1
         AND ($2::timestamptz IS NULL OR (notice.at, notice.subject_id) < ($2, $3::uuid))
       ORDER BY notice.at DESC, notice.subject_id DESC LIMIT $4`,
      [officeCode, before === undefined ? null : new Date(Number(before)), id ?? null, limit + 1],
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { items: shown.map(noticeOf), nextCursor: last ? encodeCursor([String(last.at.getTime()), last.id]) : null };
  }
}

function noticeOf({ id, dossier_number, at, due_on, status, status_since }: NoticeRow): OverdueNotice {
  return {
    declarationId: id,
    dossierNumber: dossier_number,
    at: at.toISOString(),
    dueOn: due_on,
    status,
    since: status_since.toISOString(),
  };
}

import { Injectable } from '@nestjs/common';
import type { Status } from '../declarations/status.rule.ts';
import { maskIdNumber } from '../declarations/rules/id-number.rule.ts';
import { maskInsuranceNumber } from '../declarations/rules/insurance-number.rule.ts';
import { maskPhone } from '../declarations/rules/phone.rule.ts';
import { Database } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import type { OfficeOfficer } from '../staff/officer.ts';

/** The queues of an office, each as the condition that puts a dossier into it. `$1` is the office, `$2` the officer. */
export const QUEUES = {
  new: `status = 'SUBMITTED'`,
  mine: `status = 'IN_VERIFICATION' AND lease_holder_id = $2 AND lease_until > domain_now()`,
  returned: `status = 'RETURNED'`,
  transferred: `status = 'SUBMITTED' AND receiving_office_code <> declaration.office_code`,
  'failed-messages': `status <> 'DRAFT' AND EXISTS (SELECT FROM messages WHERE messages.declaration_id = declaration.id
     AND messages.state IN ('permanent-failure', 'technical-failure', 'expired'))`,
  all: `status <> 'DRAFT' AND erased_at IS NULL`,
} as const satisfies Record<string, string>;

/** The parts of a cursor: when the last row was submitted, and its id. */
const MILLISECONDS = /^\d{1,14}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Queue = keyof typeof QUEUES;

/** By age: oldest first, or newest first. */
export const SORTS = ['age', '-age'] as const;
export type Sort = (typeof SORTS)[number];

export interface ListedDossier {
  id: string;
  dossierNumber: string;
  status: Status;
  since: string;
  submittedAt: string;
  revision: number;
  officeCode: string;
  fullName: string;
  insuranceNumber: string;
  idNumber: string;
  phone: string;
  warnings: string[];
  heldBy: { name: string; until: string } | null;
}

interface ListedRow {
  id: string;
  dossier_number: string;
  status: Status;
  status_since: Date;
  submitted_at: Date;
  revision: number;
  office_code: string;
  full_name: string;
  insurance_number: string;
  id_number: string;
  phone: string;
  warnings: string[];
  holder_name: string | null;
  lease_until: Date | null;
}

/** An office's dossiers, page by page. Identifiers are masked: the full ones stand on the single view, which is on record. */
@Injectable()
export class QueuesService {
  constructor(private readonly database: Database) {}

  async list(
    officer: OfficeOfficer,
    wish: { queue: Queue; status?: Status; sort: Sort; limit: number; cursor?: string },
  ): Promise<{ items: ListedDossier[]; nextCursor: string | null }> {
    const [after, afterId] = wish.cursor === undefined ? [] : decodeCursor(wish.cursor, [MILLISECONDS, UUID]);
    const [comparison, direction] = wish.sort === 'age' ? ['>', 'ASC'] : ['<', 'DESC'];
    const rows = await this.database.rows<ListedRow>(
      `SELECT declaration.id, dossier_number, status, status_since, submitted_at, revision, declaration.office_code, declaration.full_name,
         insurance_number, id_number, phone, warnings,
         CASE WHEN lease_until > domain_now() THEN holder.full_name END AS holder_name, lease_until
       FROM declarations declaration LEFT JOIN staff holder ON holder.id = declaration.lease_holder_id
       WHERE declaration.office_code = $1 AND status <> 'DRAFT' AND ${QUEUES[wish.queue]} AND ($2::uuid IS NOT NULL)
         AND ($3::text IS NULL OR status = $3)
         AND ($4::timestamptz IS NULL OR (submitted_at, declaration.id) ${comparison} ($4, $5::uuid))
       ORDER BY submitted_at ${direction}, declaration.id ${direction} LIMIT $6`,
      [officer.officeCode, officer.id, wish.status, after && new Date(Number(after)), afterId, wish.limit + 1],
    );
    const page = rows.slice(0, wish.limit);
    const last = page.at(-1);
    return {
      items: page.map(listed),
      nextCursor: rows.length > page.length && last ? encodeCursor([String(last.submitted_at.getTime()), last.id]) : null,
    };
  }

  /** How many dossiers each queue of the office holds. */
  async counts(officer: OfficeOfficer): Promise<Record<Queue, number>> {
    const columns = Object.entries(QUEUES).map(([queue, condition]) => `count(*) FILTER (WHERE ${condition})::int AS "${queue}"`);
    const [row] = await this.database.rows<Record<Queue, number>>(
      `SELECT ${columns.join(', ')} FROM declarations declaration WHERE office_code = $1 AND status <> 'DRAFT' AND $2::uuid IS NOT NULL`,
      [officer.officeCode, officer.id],
    );
    return row!;
  }
}

function listed(row: ListedRow): ListedDossier {
  return {
    id: row.id,
    dossierNumber: row.dossier_number,
    status: row.status,
    since: row.status_since.toISOString(),
    submittedAt: row.submitted_at.toISOString(),
    revision: row.revision,
    officeCode: row.office_code,
    fullName: row.full_name,
    insuranceNumber: maskInsuranceNumber(row.insurance_number),
    idNumber: maskIdNumber(row.id_number),
    phone: maskPhone(row.phone),
    warnings: row.warnings,
    heldBy: row.holder_name === null ? null : { name: row.holder_name, until: row.lease_until!.toISOString() },
  };
}

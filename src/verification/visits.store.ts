import { Injectable, type OnModuleInit } from '@nestjs/common';
import { removalOf } from '../platform/database/aged-rows.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import type { Officer } from '../staff/officer.ts';

/** How long a visit opens a dossier; from then on only while it is leased. */
export const VISIT_MINUTES = 15;

/** Which dossier is open to whom because its citizen is there. */
@Injectable()
export class VisitsStore implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register(removalOf(this.database, { table: 'visits', dueAt: 'until' }));
  }

  /** Opens the dossier to the officer for a quarter of an hour from now, also when it is open already. @returns until when */
  async open(tx: Transaction, officer: Officer, declarationId: string): Promise<Date> {
    const [visit] = await tx.rows<{ until: Date }>(`${openVisits('$1')} RETURNING until`, [
      JSON.stringify([visitOf(officer, declarationId)]),
    ]);
    return visit!.until;
  }

  /** Whether the dossier is open to the officer at this instant, in the office that the person came to. */
  async isOpen(rows: Pick<Transaction, 'rows'>, officer: Officer, declarationId: string): Promise<boolean> {
    const open = await rows.rows(
      `SELECT FROM visits WHERE declaration_id = $1 AND staff_id = $2 AND office_code = $3 AND until > domain_now()`,
      [declarationId, officer.id, officer.officeCode],
    );
    return open.length > 0;
  }
}

/** Who may see which dossier because its citizen is there, ready to travel as JSON. */
export interface VisitRow {
  readonly declaration_id: string;
  readonly staff_id: string;
  readonly office_code: string | null;
}

export function visitOf(officer: Officer, declarationId: string): VisitRow {
  return { declaration_id: declarationId, staff_id: officer.id, office_code: officer.officeCode };
}

/** Opens visits or opens them anew, alone or inside a WITH. `parameter` (such as `$7`) holds a JSON array of `VisitRow`; an empty one is fine. */
export function openVisits(parameter: `$${number}`, condition = 'true'): string {
  return `INSERT INTO visits (declaration_id, staff_id, office_code, opened_at, until)
    SELECT declaration_id, staff_id, office_code, domain_now(), domain_now() + interval '${VISIT_MINUTES} minutes'
    FROM jsonb_to_recordset(${parameter}::jsonb) AS visit (declaration_id uuid, staff_id uuid, office_code text) WHERE ${condition}
    ON CONFLICT (declaration_id, staff_id) DO UPDATE SET office_code = excluded.office_code, opened_at = excluded.opened_at,
      until = excluded.until`;
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { Housekeeping, inBatches } from '../platform/housekeeping.ts';

const BATCH = 200;

/** Dossiers that an office owes a decision and whose lateness is not on record yet. A returned one waits for its citizen: its time stands still. */
const OWED = `status IN ('SUBMITTED', 'IN_VERIFICATION') AND overdue_noticed_at IS NULL`;

/** A deadline that passes is put on record once, for the supervisor who asks and for the statistics. */
@Injectable()
export class DeadlineChores implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({
      name: 'note overdue dossiers',
      run: inBatches(BATCH, (size) => this.note(size)),
      nextDue: () => this.next(),
    });
  }

  private note(most: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows<{ id: string; office_code: string; due_on: string }>(
        `WITH late AS (SELECT id FROM declarations
           WHERE ${OWED} AND due_on < (domain_now() AT TIME ZONE '${VIETNAM_TIME_ZONE}')::date
           ORDER BY due_on LIMIT $1 FOR UPDATE SKIP LOCKED)
         UPDATE declarations SET overdue_noticed_at = domain_now() FROM late WHERE declarations.id = late.id
         RETURNING declarations.id, office_code, due_on`,
        [most],
      );
      await this.audit.record(
        tx,
        ...rows.map(({ id, office_code: officeCode, due_on: dueOn }) => ({
          subject: { kind: 'declaration', id } as const,
          actor: { kind: 'system' } as const,
          action: 'overdue',
          details: { officeCode, dueOn },
        })),
      );
      return rows.length;
    });
  }

  /** The first midnight, in Vietnam, that ends a deadline. */
  private async next(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(
      `SELECT (min(due_on) + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}' AS due FROM declarations WHERE ${OWED}`,
    );
    return row?.due ?? undefined;
  }
}

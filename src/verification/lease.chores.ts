import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { Database } from '../platform/database/database.ts';
import { Housekeeping, inBatches } from '../platform/housekeeping.ts';
import { NO_LEASE } from './leases.service.ts';

const BATCH = 200;

/** A lease that has run out frees its dossier at that very instant, asked or not; here it is put on record that it did. */
@Injectable()
export class LeaseChores implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({
      name: 'note ended leases',
      run: () => inBatches(BATCH, (size) => this.note(size)),
      nextDue: () => this.next(),
    });
  }

  private note(most: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows<{ id: string; holder: string; office_code: string; until: Date }>(
        `WITH ended AS (SELECT id, lease_holder_id, lease_office_code, lease_until FROM declarations
           WHERE lease_until <= domain_now() ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED)
         UPDATE declarations SET ${NO_LEASE} FROM ended WHERE declarations.id = ended.id
         RETURNING declarations.id, ended.lease_holder_id AS holder, ended.lease_office_code AS office_code, ended.lease_until AS until`,
        [most],
      );
      await this.audit.record(
        tx,
        ...rows.map(({ id, holder: holderId, office_code: officeCode, until }) => ({
          subject: { kind: 'declaration', id } as const,
          actor: { kind: 'system' } as const,
          action: 'lease-ended',
          details: { holderId, officeCode, until: until.toISOString() },
        })),
      );
      return rows.length;
    });
  }

  private async next(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(`SELECT min(lease_until) AS due FROM declarations`);
    return row?.due ?? undefined;
  }
}

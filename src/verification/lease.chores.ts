import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Housekeeping, inBatches } from '../platform/housekeeping.ts';
import { NO_LEASE } from './no-lease.ts';

const BATCH = 200;

/** A lease that has run out frees its dossier at that very instant, asked or not; here its row goes, which puts it on record (`note_lapsed_lease`). */
@Injectable()
export class LeaseChores implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({
      name: 'note ended leases',
      run: inBatches(BATCH, (size) => this.note(size)),
      nextDue: () => this.next(),
    });
  }

  private async note(most: number): Promise<number> {
    const rows = await this.database.rows(
      `WITH ended AS (SELECT id FROM declarations WHERE lease_until <= domain_now() ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE declarations SET ${NO_LEASE} FROM ended WHERE declarations.id = ended.id RETURNING declarations.id`,
      [most],
    );
    return rows.length;
  }

  private async next(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(`SELECT min(lease_until) AS due FROM declarations`);
    return row?.due ?? undefined;
  }
}

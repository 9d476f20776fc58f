import { Injectable } from '@nestjs/common';
import { VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { Rerouting } from './rerouting.service.ts';

/**
 * A merger that lies ahead happens on its day; one that a crash cut short is finished; and what reached the office at the instant it
 * closed follows the others.
 */
@Injectable()
export class ReroutingChores {
  constructor(
    private readonly database: Database,
    private readonly rerouting: Rerouting,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register({ name: 'mergers of offices', run: () => this.run(), nextDue: () => this.nextDue() });
  }

  private async run(): Promise<number> {
    const merged = await this.database.rows<{ code: string; successor_code: string }>(
      `SELECT code, successor_code FROM offices office WHERE reroutes AND NOT office_is_open(office)
         AND (valid_to IS NULL OR valid_to < (domain_now() AT TIME ZONE '${VIETNAM_TIME_ZONE}')::date)
         AND EXISTS (SELECT FROM declarations WHERE office_code = code AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED'))`,
    );
    let sum = 0;
    for (const { code, successor_code: successor } of merged) {
      const actor = { kind: 'system' } as const;
      const { dossiers } = await this.rerouting.reroute({ from: code, to: successor, actor, details: { reason: 'merger' } });
      sum += dossiers;
    }
    return sum;
  }

  /** The first instant of the day after the last one of an office that will be merged. */
  private async nextDue(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(
      `SELECT min((valid_to + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}') AS due FROM offices
       WHERE reroutes AND (valid_to + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}' > domain_now()`,
    );
    return row?.due ?? undefined;
  }
}

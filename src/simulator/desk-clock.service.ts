import { Injectable } from '@nestjs/common';
import { ExpiryService } from '../declarations/expiry.service.ts';
import { Relay } from '../messages/relay.ts';
import { Database } from '../platform/database/database.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';

export interface ClockReading {
  now: string;
  frozen: boolean;
}

/** One thing that fell due while the clock was moved. */
export interface FellDue {
  at: string;
  action: string;
  declarationId: string;
}

/** Where a move left the clock, and what fell due on the way. */
export interface ClockMove extends ClockReading {
  ran: FellDue[];
}

const LAST_YEAR = 2999;

/** The desk's hand on the domain's clock. The domain only ever asks `domain_now()`, so it cannot tell. */
@Injectable()
export class DeskClock {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly expiry: ExpiryService,
  ) {}

  async read(): Promise<ClockReading> {
    const [row] = await this.database.rows<{ now: Date; frozen: boolean }>(
      `SELECT domain_now() AS now, frozen_at IS NOT NULL AS frozen FROM clock`,
    );
    return readingOf(row);
  }

  /** Sets the time, freezes it, or lets it run on from where it stands. A move forward runs all that falls due by then. */
  async set({ now, frozen }: { now: Date | undefined; frozen: boolean | undefined }): Promise<ClockMove> {
    return this.move(() =>
      this.database.rows(
        `UPDATE clock SET
           shift_ms = extract(epoch FROM coalesce($1::timestamptz, domain_now()) - now()) * 1000,
           frozen_at = CASE WHEN coalesce($2::boolean, frozen_at IS NOT NULL) THEN coalesce($1::timestamptz, domain_now()) END`,
        [now, frozen],
      ),
    );
  }

  /**
   * Moves the clock forward and runs all that falls due by then, before it answers.
   * @param by an ISO 8601 duration such as `P3D` or `PT15M`
   * @throws Refusal `validation-failed` when it leads beyond what a number's year can hold
   */
  async advance(by: string): Promise<ClockMove> {
    return this.move(async () => {
      const moved = await this.database.rows(
        `UPDATE clock SET shift_ms = shift_ms + extract(epoch FROM (domain_now() + $1::interval) - domain_now()) * 1000,
           frozen_at = frozen_at + $1::interval
         WHERE domain_now() + $1::interval < '${LAST_YEAR}-01-01Z' RETURNING id`,
        [by],
      );
      if (moved.length === 0) throw validationFailed([{ pointer: '/by', code: 'bad-format' }]);
    });
  }

  private async move(change: () => Promise<unknown>): Promise<ClockMove> {
    const before = await this.read();
    await change();
    const after = await this.read();
    if (after.now <= before.now) return { ...after, ran: [] };
    await this.expiry.runDue();
    await this.relay.drainOnce();
    const rows = await this.database.rows<{ at: Date; action: string; subject_id: string }>(
      `SELECT at, action, subject_id FROM audit_entries WHERE actor_kind = 'system' AND subject_kind = 'declaration' AND at > $1 ORDER BY at, subject_id, sequence`,
      [before.now],
    );
    const ran = rows.map(({ at, action, subject_id: declarationId }) => ({ at: at.toISOString(), action, declarationId }));
    return { ...(await this.read()), ran };
  }
}

function readingOf(row: { now: Date; frozen: boolean } | undefined): ClockReading {
  if (!row) throw new Refusal('service-unavailable');
  return { now: row.now.toISOString(), frozen: row.frozen };
}

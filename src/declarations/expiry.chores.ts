import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { notice } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import { Housekeeping, inBatches } from '../platform/housekeeping.ts';
import type { Declaration } from './declaration.entity.ts';
import { addresseeOf } from './dossier-facts.ts';
import { reminderDay } from './expiry.rule.ts';
import type { Status } from './status.rule.ts';

const BATCH = 200;

/** Dossiers that wait for their citizen, as long as no officer holds them. */
const WAITING = `status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED') AND coalesce(lease_until <= domain_now(), true)`;
const NOT_REMINDED = `coalesce(reminded_at < status_since, true)`;

/** Dossiers that nobody comes for: one reminder, and some days later they expire. */
@Injectable()
export class ExpiryChores implements OnModuleInit {
  private readonly reminderDays: number;
  private readonly expiryDays: number;

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly housekeeping: Housekeeping,
    @Inject(ENV) { expiryDays }: Pick<Environment, 'expiryDays'>,
  ) {
    this.expiryDays = expiryDays;
    this.reminderDays = reminderDay(expiryDays);
  }

  onModuleInit(): void {
    this.housekeeping.register(
      { name: 'remind of dossiers', run: inBatches(BATCH, (size) => this.remind(size)), nextDue: () => this.nextReminder() },
      { name: 'expire dossiers', run: inBatches(BATCH, (size) => this.expire(size)), nextDue: () => this.nextExpiry() },
    );
  }

  /** Once while the dossier stays in its status. Its version does not change with every status, so the reminders count themselves. */
  private remind(most: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows<Declaration & { issue: number }>(
        `WITH due AS (SELECT id FROM declarations
           WHERE ${WAITING} AND ${NOT_REMINDED} AND status_since <= domain_now() - $1 * interval '1 day'
             AND status_since > domain_now() - $2 * interval '1 day'
           ORDER BY status_since LIMIT $3 FOR UPDATE SKIP LOCKED)
         UPDATE declarations SET reminded_at = domain_now() FROM due WHERE declarations.id = due.id RETURNING declarations.*,
           (SELECT coalesce(max(issue), 0) + 1 FROM messages WHERE declaration_id = declarations.id AND purpose = 'reminder') AS issue`,
        [this.reminderDays, this.expiryDays, most],
      );
      await this.outbox.add(
        tx,
        rows.map((row) => notice('reminder', row.id, row.issue, addresseeOf(row))),
      );
      await this.audit.record(tx, ...rows.map(({ id }) => ({ subject: subject(id), actor: SYSTEM, action: 'remind' })));
      return rows.length;
    });
  }

  private expire(most: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.rows<Declaration & { from_status: Status }>(
        `WITH due AS (SELECT id, status FROM declarations WHERE ${WAITING} AND status_since <= domain_now() - $1 * interval '1 day'
           ORDER BY status_since LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE declarations SET status = 'EXPIRED', status_since = domain_now(), version = version + 1, returned_items = NULL,
           lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL
         FROM due WHERE declarations.id = due.id RETURNING declarations.*, due.status AS from_status`,
        [this.expiryDays, most],
      );
      await this.outbox.add(
        tx,
        rows.map((row) => notice('expired', row.id, row.version, addresseeOf(row))),
      );
      await this.audit.record(
        tx,
        ...rows.map(({ id, from_status: from }) => ({ subject: subject(id), actor: SYSTEM, action: 'expire', from, to: 'EXPIRED' })),
      );
      return rows.length;
    });
  }

  private async nextReminder(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(
      `SELECT min(status_since) + $1 * interval '1 day' AS due FROM declarations
       WHERE ${WAITING} AND ${NOT_REMINDED} AND status_since > domain_now() - $2 * interval '1 day'`,
      [this.reminderDays, this.expiryDays],
    );
    return row?.due ?? undefined;
  }

  /** A lease puts the expiry off until its end. */
  private async nextExpiry(): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(
      `SELECT min(greatest(status_since + $1 * interval '1 day', lease_until)) AS due FROM declarations
       WHERE status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`,
      [this.expiryDays],
    );
    return row?.due ?? undefined;
  }
}

const SYSTEM = { kind: 'system' } as const;

function subject(id: string) {
  return { kind: 'declaration', id } as const;
}

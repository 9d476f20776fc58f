import { Injectable } from '@nestjs/common';
import type { Actor } from '../audit/audit-record.ts';
import { Audit } from '../audit/audit.service.ts';
import type { Declaration } from '../declarations/declaration.entity.ts';
import { addresseeOf } from '../declarations/dossier-facts.ts';
import { nextStatus, OPEN_STATUSES, type Status } from '../declarations/status.rule.ts';
import { notice } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { Database } from '../platform/database/database.ts';

/** What became of an office's open dossiers. */
export interface Rerouted {
  dossiers: number;
  byStatus: Record<(typeof OPEN_STATUSES)[number], number>;
  leasesEnded: number;
  /** Active officers who still belong to the office: people are moved one by one, by somebody who knows them. */
  staffLeft: number;
}

export interface Route {
  readonly from: string;
  readonly to: string;
  readonly actor: Actor;
  /** For the record: codes only. */
  readonly details: Record<string, unknown>;
}

/** Each batch is a transaction: short enough that no clerk waits, and whoever comes after a crash goes on with what is left. */
const BATCH = 500;

type OpenDossier = Pick<Declaration, 'id' | 'version' | 'phone' | 'email' | 'email_copy' | 'email_for_notices'> & {
  status: (typeof OPEN_STATUSES)[number];
  is_held: boolean;
};

/** Sends all open dossiers of an office on to another one, by the rules of a single transfer, set by set. */
@Injectable()
export class Rerouting {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  /** What was sent begins again at the new office; what was returned stays so, and will be sent again there. Numbers stay. */
  async reroute(route: Route): Promise<Rerouted> {
    const sum: Rerouted = { dossiers: 0, byStatus: { SUBMITTED: 0, IN_VERIFICATION: 0, RETURNED: 0 }, leasesEnded: 0, staffLeft: 0 };
    for (;;) {
      const batch = await this.batch(route);
      for (const { status, is_held: isHeld } of batch) {
        sum.dossiers++;
        sum.byStatus[status]++;
        if (isHeld) sum.leasesEnded++;
      }
      if (batch.length < BATCH) break;
    }
    return { ...sum, staffLeft: await this.staffOf(route.from) };
  }

  /** How many active officers belong to the office. */
  async staffOf(officeCode: string): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM staff WHERE office_code = $1 AND active`,
      [officeCode],
    );
    return row!.count;
  }

  private batch({ from, to, actor, details }: Route): Promise<OpenDossier[]> {
    return this.database.transaction(async (tx) => {
      const dossiers = await tx.rows<OpenDossier>(
        `SELECT id, status, version, phone, email, email_copy, email_for_notices, coalesce(lease_until > domain_now(), false) AS is_held
         FROM declarations WHERE office_code = $1 AND status IN (${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})
         ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE`,
        [from],
      );
      if (dossiers.length === 0) return [];
      await tx.rows(
        `UPDATE declarations SET office_code = $2, handling_office_code = NULL, version = version + 1,
           status = CASE status WHEN 'RETURNED' THEN status ELSE 'SUBMITTED' END,
           status_since = CASE status WHEN 'RETURNED' THEN status_since ELSE domain_now() END,
           lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL
         WHERE id = ANY($1::uuid[])`,
        [dossiers.map(({ id }) => id), to],
      );
      await this.outbox.add(
        tx,
        dossiers.map((dossier) => notice('transferred', dossier.id, dossier.version, addresseeOf(dossier))),
      );
      await this.audit.record(
        tx,
        ...dossiers.map(({ id, status }) => ({
          subject: { kind: 'declaration', id } as const,
          actor,
          ...stepOf(status),
          details: { ...details, fromOffice: from, toOffice: to },
        })),
      );
      return dossiers;
    });
  }
}

/** A transfer as the status table has it; what waits for its citizen takes no step. */
function stepOf(status: Status): { action: string; from?: Status; to?: Status } {
  const to = nextStatus(status, 'transfer');
  return to ? { action: 'transfer', from: status, to } : { action: 'reroute' };
}

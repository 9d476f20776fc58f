import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal } from '../platform/refusal.ts';
import { tokenHash } from '../platform/sessions.ts';
import type { Officer, OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { DossierAccess } from './dossier-access.ts';
import { isHeld, LEASE_MINUTES, mustAllow, mustHold, stateOf } from './lease.rule.ts';
import { NO_LEASE } from './no-lease.ts';

export interface Lease {
  leaseToken: string;
  since: string;
  until: string;
}

interface LeaseTimes {
  lease_since: Date;
  lease_until: Date;
}

/** One officer at a time works on a dossier. A lease names its holder, ends by itself, and its token never comes back to life. */
@Injectable()
export class LeasesService {
  constructor(
    private readonly database: Database,
    private readonly access: DossierAccess,
    private readonly audit: Audit,
    private readonly randomness: Randomness,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Takes the dossier into verification; the first one makes the officer's office the one that handles it. Taking it again gives the
   * holder a new token and kills the one before.
   * @throws Refusal `not-found`, `invalid-state`, `dossier-held`
   */
  async take(
    officer: OfficeOfficer,
    id: string,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: Lease & { version: number }; replayed: boolean }> {
    const leaseToken = this.randomness.token();
    return this.access.changing(officer, id, () =>
      this.idempotency.once(key, fingerprintOf({ action: 'lease' }), 201, async (tx) => {
        await this.mustStillServe(tx, officer);
        const row = await this.access.lock(tx, officer, id);
        mustAllow(row, 'lease', officer);
        if (isHeld(row) && row.lease_holder_id !== officer.id) throw new Refusal('dossier-held', stateOf(row, officer));
        const [lease] = await tx.rows<LeaseTimes>(
          `UPDATE declarations SET status = 'IN_VERIFICATION', lease_token_hash = $2, lease_holder_id = $3, lease_office_code = $4,
             status_since = CASE WHEN status = 'IN_VERIFICATION' THEN status_since ELSE domain_now() END,
             lease_since = domain_now(), lease_until = domain_now() + interval '${LEASE_MINUTES} minutes',
             handling_office_code = coalesce(handling_office_code, $4)
           WHERE id = $1 AND status = $5 RETURNING lease_since, lease_until`,
          [id, tokenHash(leaseToken), officer.id, officer.officeCode, row.status],
        );
        await this.audit.record(tx, {
          subject: { kind: 'declaration', id },
          actor: actorOf(officer),
          action: 'lease',
          from: row.status,
          to: 'IN_VERIFICATION',
        });
        return { leaseToken, ...timesOf(lease!), version: row.version };
      }),
    );
  }

  /** @throws Refusal `lease-required`, `lease-lost`, `dossier-held`, `invalid-state` */
  async renew(officer: Officer, id: string, leaseToken: string | undefined): Promise<Lease> {
    return this.change(officer, id, async (tx, row) => {
      mustAllow(row, 'lease', officer);
      mustHold(row, officer, leaseToken);
      const [lease] = await tx.rows<LeaseTimes>(
        `UPDATE declarations SET lease_until = domain_now() + interval '${LEASE_MINUTES} minutes' WHERE id = $1 AND lease_token_hash = $2
         RETURNING lease_since, lease_until`,
        [id, row.lease_token_hash],
      );
      return { leaseToken: leaseToken!, ...timesOf(lease!) };
    });
  }

  /** Gives the dossier back; it stays in verification. @throws Refusal as `renew` */
  async release(officer: Officer, id: string, leaseToken: string | undefined): Promise<void> {
    await this.change(officer, id, async (tx, row) => {
      mustAllow(row, 'lease', officer);
      mustHold(row, officer, leaseToken);
      await tx.rows(`UPDATE declarations SET ${NO_LEASE} WHERE id = $1`, [id]);
      await this.audit.record(tx, { subject: { kind: 'declaration', id }, actor: actorOf(officer), action: 'release' });
    });
  }

  /**
   * Who was let in as an officer of this office may have left it while this waited. The row is held first, as by whoever deactivates:
   * either the lease is there to be ended (`end_leases_of_leaver`), or it is never given.
   */
  private async mustStillServe(tx: Transaction, officer: OfficeOfficer): Promise<void> {
    const serving = await tx.rows(`SELECT FROM staff WHERE id = $1 AND active AND office_code = $2 FOR SHARE`, [
      officer.id,
      officer.officeCode,
    ]);
    if (serving.length === 0) throw new Refusal('unauthenticated');
  }

  private change<T>(officer: Officer, id: string, work: (tx: Transaction, row: DeclarationRow) => Promise<T>): Promise<T> {
    return this.access.changing(officer, id, () =>
      this.database.transaction(async (tx) => work(tx, await this.access.lock(tx, officer, id))),
    );
  }
}

function timesOf({ lease_since: since, lease_until: until }: LeaseTimes) {
  return { since: since.toISOString(), until: until.toISOString() };
}

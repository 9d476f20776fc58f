import { Injectable } from '@nestjs/common';
import { Credentials, type IssuedCredentials } from '../accounts/credentials.service.ts';
import { Audit } from '../audit/audit.service.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { DossierAccess } from './dossier-access.ts';
import { mustAllow } from './lease.rule.ts';
import { StaffNotes } from './staff-notes.ts';

const ACTION = 'reissue-credentials';

/** No password ever arrived, or it was lost: the counter issues another one [S]. */
@Injectable()
export class CredentialsReissue {
  constructor(
    private readonly access: DossierAccess,
    private readonly credentials: Credentials,
    private readonly idempotency: Idempotency,
    private readonly limits: AttemptLimits,
    private readonly notes: StaffNotes,
    private readonly audit: Audit,
  ) {}

  /**
   * A new password by SMS to the phone of the dossier; what opened the account before is dead at the same instant.
   * @param reason the officer's own words, for other officers
   * @throws Refusal `not-found`, `invalid-state` for a dossier that is not approved or an account that is locked, `too-many-attempts`
   */
  async reissue(
    officer: OfficeOfficer,
    id: string,
    reason: string,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: IssuedCredentials; replayed: boolean }> {
    // Hashing takes its time, so it is done before the transaction, and not for what will be refused.
    const seen = await this.access.get(officer, id);
    mustAllow(seen, ACTION, officer);
    const prepared = await this.credentials.prepare();
    const done = await this.access.changing(officer, id, () =>
      this.idempotency.once(key, fingerprintOf({ action: ACTION, reason }), 200, async (tx) => {
        const row = await this.access.lock(tx, officer, id);
        mustAllow(row, ACTION, officer);
        const { issue, ...issued } = await this.credentials.reissue(tx, { declarationId: id, phone: row.phone! }, prepared);
        await this.audit.record(tx, {
          subject: { kind: 'declaration', id },
          actor: actorOf(officer),
          action: ACTION,
          from: row.status,
          to: row.status,
          details: { issue, reason: await this.notes.write(tx, id, officer.id, reason) },
        });
        return issued;
      }),
    );
    // Wrong tries, whoever made them, must not keep the new password out: the person stands at the counter.
    const subject = done.body.account.insuranceNumber;
    for (const limit of ['citizen-login', 'recovery-confirmation'] as const) await this.limits.forget({ limit, subject });
    return done;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { MailConsent, type MailChoice } from '../messages/mail-consent.ts';
import { passwordReset, passwordResetByMail } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { vietnameseDay, vietnameseTime } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import type { IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Settle } from '../platform/idempotency/idempotency.ts';
import { Keyring } from '../platform/keyring.ts';
import { AttemptLimits, type Attempt } from '../platform/limits/attempt-limits.ts';
import { CITIZEN_PASSWORD, passwordErrors, passwordFaults, type PasswordOwner } from '../platform/password-policy.rule.ts';
import { Passwords } from '../platform/passwords.ts';
import { rulesInForce } from '../platform/process-profile.ts';
import { Proofs } from '../platform/proofs.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal } from '../platform/refusal.ts';
import { Unseen } from '../platform/unseen.ts';
import { findPersonalNumbers } from './personal-numbers.ts';

/** A one-time password is good for five minutes [S]. */
export const OTP_SECONDS = 300;
const OTP_DIGITS = 6;

const NO_BODY = {};

/** An account, and where the declaration that it rests on says its citizen can be reached. */
type RecoverableRow = MailChoice & { id: string; declaration_id: string; phone: string; now: Date };

/** Recovery of a forgotten password by SMS or by mail, as the process profile says [S]. Nobody learns from it who has an account. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly database: Database,
    private readonly limits: AttemptLimits,
    private readonly randomness: Randomness,
    private readonly keyring: Keyring,
    private readonly passwords: Passwords,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly unseen: Unseen,
    private readonly proofs: Proofs,
    @Inject(ENV) private readonly env: Pick<Environment, 'processProfile'>,
  ) {}

  /** @throws Refusal `too-many-attempts` */
  async countRequest(insuranceNumber: string, address: string): Promise<void> {
    await this.limits.count(
      { limit: 'recovery-burst', subject: insuranceNumber },
      { limit: 'recovery-by-number', subject: insuranceNumber },
      { limit: 'recovery-by-address', subject: address },
    );
  }

  /**
   * Sends a one-time password to the account's phone or address; the one before is dead. Does nothing where there is no account. Returns at
   * once: whether it did anything, nobody can see.
   */
  sendOtp(insuranceNumber: string): void {
    this.unseen.begin(() => this.send(insuranceNumber), 'a one-time password was not sent');
  }

  private async send(insuranceNumber: string): Promise<void> {
    if (!(await this.maySend(insuranceNumber))) return;
    const otp = String(this.randomness.below(10 ** OTP_DIGITS)).padStart(OTP_DIGITS, '0');
    await this.database.transaction(async (tx) => {
      const [account] = await tx.rows<RecoverableRow>(
        `SELECT account.id, account.declaration_id, declaration.phone, declaration.email, declaration.email_copy AS "emailCopy",
           declaration.email_for_notices AS "emailForNotices", domain_now() AS now FROM accounts account
         JOIN declarations declaration ON declaration.id = account.declaration_id
         WHERE account.insurance_number = $1 AND account.state <> 'LOCKED' FOR UPDATE OF account`,
        [insuranceNumber],
      );
      if (!account) return;
      const [reset] = await tx.rows<{ issue: number; expires_at: Date }>(
        `INSERT INTO password_resets AS reset (account_id, issue, otp_hash, expires_at)
         VALUES ($1, 1, $2, domain_now() + interval '${OTP_SECONDS} seconds')
         ON CONFLICT (account_id) DO UPDATE SET issue = reset.issue + 1, otp_hash = excluded.otp_hash, expires_at = excluded.expires_at
         RETURNING issue, expires_at`,
        [account.id, this.hashesOf(insuranceNumber, otp)[0]],
      );
      const until = vietnameseTime(reset!.expires_at).slice(0, 5);
      const password = { otp, until, expiresIn: OTP_SECONDS };
      const { recoveryBy } = rulesInForce(this.env, vietnameseDay(account.now));
      const consent = recoveryBy === 'email' ? MailConsent.toNotices(account) : undefined;
      await this.outbox.add(tx, [
        consent
          ? passwordResetByMail(account.declaration_id, reset!.issue, consent, password)
          : passwordReset(account.declaration_id, reset!.issue, account.phone, password),
      ]);
      await this.audit.record(tx, {
        subject: { kind: 'account', id: account.id },
        actor: { kind: 'citizen', id: account.id },
        action: 'request-password-reset',
      });
    });
  }

  /**
   * Sets a new password by a one-time password, which is spent by it; all sessions end.
   * @throws Refusal `password-refused`, `too-many-attempts`, `idempotency-key-reused`; `invalid-credentials` for a wrong, spent or expired
   *   one-time password and for an unknown or locked account alike
   */
  confirm(
    { insuranceNumber, otp, newPassword }: { insuranceNumber: string; otp: string; newPassword: string },
    address: string,
    key?: IdempotencyKey,
  ): Promise<{ replayed: boolean }> {
    const attempts: Attempt[] = [
      { limit: 'recovery-confirmation', subject: insuranceNumber },
      { limit: 'recovery-confirmation-by-address', subject: address },
    ];
    return this.proofs.once({ key, content: { insuranceNumber, otp, newPassword }, attempts }, 204, async (settle) => {
      await this.reset(insuranceNumber, otp, newPassword, settle);
      await this.limits.proven(...attempts);
      await this.limits.forget({ limit: 'citizen-login', subject: insuranceNumber });
      return NO_BODY;
    });
  }

  private async reset(insuranceNumber: string, otp: string, newPassword: string, settle: Settle<object>): Promise<void> {
    mustBeSound(newPassword, { insuranceNumber });
    // Hashed before anything is known of the account, so that known and unknown ones take as long.
    const passwordHash = await this.passwords.hash(newPassword);
    await this.database.transaction(async (tx) => {
      // Number and one-time password are one question to the database, so that it does not show which of them is wrong.
      const [reset] = await tx.rows<{ account_id: string; declaration_id: string }>(
        `UPDATE password_resets reset SET expires_at = domain_now() FROM accounts account
         WHERE account.id = reset.account_id AND account.insurance_number = $1 AND account.state <> 'LOCKED'
           AND otp_hash = ANY($2) AND expires_at > domain_now()
         RETURNING account_id, account.declaration_id`,
        [insuranceNumber, this.hashesOf(insuranceNumber, otp)],
      );
      if (!reset) throw new Refusal('invalid-credentials');
      // Only now: before, it would tell a stranger whose phone it is. The one-time password is not spent by it.
      mustBeSound(newPassword, { insuranceNumber, personal: await findPersonalNumbers(tx, reset.declaration_id) });
      const [renewed] = await tx.rows(
        `UPDATE accounts SET password_hash = $2, must_change_password = false, password_expires_at = NULL, state = 'ACTIVE'
         WHERE id = $1 AND state <> 'LOCKED' RETURNING id`,
        [reset.account_id, passwordHash],
      );
      if (!renewed) throw new Refusal('invalid-credentials');
      await tx.rows(`DELETE FROM account_sessions WHERE account_id = $1`, [reset.account_id]);
      await this.audit.record(tx, {
        subject: { kind: 'account', id: reset.account_id },
        actor: { kind: 'citizen', id: reset.account_id },
        action: 'reset-password',
      });
      await settle(tx, NO_BODY);
    });
  }

  /** A phone gets only so many in a day, whoever it is asked for; who asks is not told. */
  private async maySend(insuranceNumber: string): Promise<boolean> {
    const [account] = await this.database.rows<{ phone: string }>(
      `SELECT declaration.phone FROM accounts account JOIN declarations declaration ON declaration.id = account.declaration_id
       WHERE account.insurance_number = $1`,
      [insuranceNumber],
      'recovery_phone',
    );
    return account !== undefined && this.limits.isWithin({ limit: 'asked-sms-to-phone', subject: account.phone });
  }

  private hashesOf(insuranceNumber: string, otp: string): Buffer[] {
    return this.keyring.keyedHashes('one-time-passwords', `${insuranceNumber}/${otp}`);
  }
}

function mustBeSound(newPassword: string, owner: PasswordOwner): void {
  const faults = passwordFaults(newPassword, CITIZEN_PASSWORD, owner);
  if (faults.length > 0) throw new Refusal('password-refused', { errors: passwordErrors('/newPassword', faults, CITIZEN_PASSWORD) });
}

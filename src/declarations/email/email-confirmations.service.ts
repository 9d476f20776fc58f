import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MailConsent, type MailChoice } from '../../messages/mail-consent.ts';
import { maskedRecipient } from '../../messages/masked-recipient.ts';
import { emailConfirmation } from '../../messages/message-intents.ts';
import { Outbox } from '../../messages/outbox.ts';
import { vietnameseTime } from '../../platform/clock.ts';
import { removalOf } from '../../platform/database/aged-rows.ts';
import { Database } from '../../platform/database/database.ts';
import { Housekeeping } from '../../platform/housekeeping.ts';
import { secretFingerprintOf, type IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { Idempotency, type Settle } from '../../platform/idempotency/idempotency.ts';
import { Keyring } from '../../platform/keyring.ts';
import { AttemptLimits } from '../../platform/limits/attempt-limits.ts';
import { ProcessRules } from '../../platform/process-rules.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal, validationFailed, type Fault } from '../../platform/refusal.ts';
import { DeclarationsStore, type DeclarationRow } from '../declarations.store.ts';
import { getDraft } from '../drafts.service.ts';
import type { Judgement, RawForm } from '../form/form-check.ts';
import { DRAFT_DAYS } from '../retention.rule.ts';

/** A one-time password is good for five minutes [S]. */
const OTP_SECONDS = 300;
/** Wrong entries after which it is dead [D]. */
const MOST_TRIES = 5;
const OTP_DIGITS = 6;

const NO_BODY = {};

const NOT_CONFIRMED: Fault = { pointer: '/email', code: 'email-not-confirmed' };

export interface SentOtp {
  /** The address as its owner recognises it. */
  sentTo: string;
  expiresAt: string;
}

/**
 * Later processes have an e-mail address confirmed by a one-time password before the declaration is sent [S]: here in the draft, by
 * whoever is to get mail there [D].
 */
@Injectable()
export class EmailConfirmations implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationsStore,
    private readonly rules: ProcessRules,
    private readonly limits: AttemptLimits,
    private readonly randomness: Randomness,
    private readonly keyring: Keyring,
    private readonly outbox: Outbox,
    private readonly idempotency: Idempotency,
    private readonly housekeeping: Housekeeping,
  ) {}

  /** No draft outlives its confirmation. */
  onModuleInit(): void {
    const dueAt = `(expires_at + interval '${DRAFT_DAYS} days')`;
    this.housekeeping.register(removalOf(this.database, { table: 'email_confirmations', dueAt }));
  }

  /**
   * Sends a one-time password to the draft's address; the one before is dead, and so is what it confirmed.
   * @throws Refusal `email-otp-not-asked` where the process has none, `validation-failed` without an address that is to get mail, `too-many-attempts`
   */
  async send(id: string, networkAddress: string): Promise<SentOtp> {
    await this.mustBeAsked();
    const { address } = getConsent(getDraft(await this.declarations.find(id)));
    await this.limits.count(
      { limit: 'email-otp-burst', subject: id },
      { limit: 'email-otp-by-draft', subject: id },
      { limit: 'email-otp-by-email', subject: address },
      { limit: 'email-otp-by-address', subject: networkAddress },
    );
    const otp = String(this.randomness.below(10 ** OTP_DIGITS)).padStart(OTP_DIGITS, '0');
    return this.database.transaction(async (tx) => {
      const consent = getConsent(getDraft(await this.declarations.lock(tx, id)));
      if (consent.address !== address) throw new Refusal('precondition-failed');
      const [sent] = await tx.rows<{ issue: number; expires_at: Date }>(
        `INSERT INTO email_confirmations AS known (declaration_id, issue, address_hash, otp_hash, expires_at)
         VALUES ($1, 1, $2, $3, domain_now() + interval '${OTP_SECONDS} seconds')
         ON CONFLICT (declaration_id) DO UPDATE SET issue = known.issue + 1, address_hash = excluded.address_hash,
           otp_hash = excluded.otp_hash, expires_at = excluded.expires_at, tries = 0, confirmed_at = NULL
         RETURNING issue, expires_at`,
        [id, this.hashesOf(id, address)[0], this.hashesOf(id, address, otp)[0]],
      );
      const { issue, expires_at } = sent!;
      const until = vietnameseTime(expires_at).slice(0, 5);
      await this.outbox.add(tx, [emailConfirmation(id, issue, consent, { otp, until, expiresIn: OTP_SECONDS })]);
      return { sentTo: maskedRecipient('email', address), expiresAt: expires_at.toISOString() };
    });
  }

  /** @throws Refusal `email-otp-not-asked` where the process has none; `email-otp-refused` for a wrong, spent or expired one-time password */
  confirm(id: string, otp: string, key?: IdempotencyKey): Promise<{ replayed: boolean }> {
    return this.idempotency.around(key, secretFingerprintOf(key, { otp }), 204, async (settle) => {
      await this.spend(id, otp, settle);
      return NO_BODY;
    });
  }

  private async spend(id: string, otp: string, settle: Settle<object>): Promise<void> {
    await this.mustBeAsked();
    const row = getDraft(await this.declarations.find(id));
    const [open] = await this.database.rows<{ otp_hash: Buffer }>(
      `UPDATE email_confirmations SET tries = tries + 1
       WHERE declaration_id = $1 AND confirmed_at IS NULL AND expires_at > domain_now() AND tries < ${MOST_TRIES} RETURNING otp_hash`,
      [id],
    );
    if (!open || !this.hashesOf(id, row.email ?? '', otp).some((hash) => hash.equals(open.otp_hash)))
      throw new Refusal('email-otp-refused');
    await this.database.transaction(async (tx) => {
      const confirmed = await tx.rows(
        `UPDATE email_confirmations SET confirmed_at = domain_now()
         WHERE declaration_id = $1 AND otp_hash = $2 AND confirmed_at IS NULL AND expires_at > domain_now() RETURNING 1 AS confirmed`,
        [id, open.otp_hash],
      );
      if (confirmed.length === 0) throw new Refusal('email-otp-refused');
      await settle(tx, NO_BODY);
    });
  }

  /** What keeps a draft from being sent: an address that is to get mail and that nobody has confirmed. */
  async faultsOf(row: Pick<DeclarationRow, 'id' | 'email' | 'email_copy' | 'email_for_notices'>, { rules }: Judgement): Promise<Fault[]> {
    const consent = MailConsent.toConfirmation(choiceOf(row));
    if (!consent || !rules.emailOtpBeforeSending) return [];
    const [known] = await this.database.rows<{ address_hash: Buffer }>(
      `SELECT address_hash FROM email_confirmations WHERE declaration_id = $1 AND confirmed_at IS NOT NULL`,
      [row.id],
    );
    const isConfirmed = known && this.hashesOf(row.id, consent.address).some((hash) => hash.equals(known.address_hash));
    return isConfirmed ? [] : [NOT_CONFIRMED];
  }

  /** What keeps a citizen from sending all in one request: only a draft can be confirmed. At the counter the person stands there and signs [D]. */
  faultsAtOnce({ emailCopy, emailForNotices }: RawForm, { rules }: Judgement): Fault[] {
    return rules.emailOtpBeforeSending && (emailCopy === true || emailForNotices === true) ? [NOT_CONFIRMED] : [];
  }

  private async mustBeAsked(): Promise<void> {
    const { emailOtpBeforeSending } = await this.rules.now();
    if (!emailOtpBeforeSending) throw new Refusal('email-otp-not-asked');
  }

  private hashesOf(id: string, address: string, otp = ''): Buffer[] {
    return this.keyring.keyedHashes('email-confirmations', `${id}/${address}/${otp}`);
  }
}

function choiceOf(row: Pick<DeclarationRow, 'email' | 'email_copy' | 'email_for_notices'>): MailChoice {
  return { email: row.email, emailCopy: row.email_copy, emailForNotices: row.email_for_notices };
}

function getConsent(row: DeclarationRow): MailConsent<'email-confirmation'> {
  const consent = MailConsent.toConfirmation(choiceOf(row));
  if (!consent) throw validationFailed([{ pointer: '/email', code: 'required' }]);
  return consent;
}

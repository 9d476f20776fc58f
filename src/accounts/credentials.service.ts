import { Injectable } from '@nestjs/common';
import { credentials, type MessageIntent } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import type { Transaction } from '../platform/database/database.ts';
import { Passwords } from '../platform/passwords.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Account, AccountState } from './account.entity.ts';
import { generatePassword } from './first-password.rule.ts';
import { FIRST_PASSWORD_HOURS, type AccountRow } from './new-account.ts';

const FIRST_ISSUE = 1;
/** How many times in 24 hours a password may be issued anew [D]: each of them locks somebody out, and is an SMS. */
export const REISSUES_A_DAY = 3;

/** A first password made ready before the transaction that issues it: hashing is slow and must not happen inside. */
export interface PreparedCredentials {
  readonly password: string;
  readonly passwordHash: string;
}

/** Whose dossier is approved. `phone` is E.164. */
interface Approved {
  readonly declarationId: string;
  readonly insuranceNumber: string;
  readonly phone: string;
}

/** What is told of an account and its message; never the password. */
export interface IssuedCredentials {
  account: { insuranceNumber: string; state: AccountState };
  message: { id: string; channel: 'sms'; state: string };
}

/** `issue` counts the passwords that the account has had from offices, this one included. */
export type ReissuedCredentials = IssuedCredentials & { readonly issue: number };

/** First passwords: made by the login's own policy, kept as a hash, and on their way by SMS in the same transaction. */
@Injectable()
export class Credentials {
  constructor(
    private readonly passwords: Passwords,
    private readonly randomness: Randomness,
    private readonly outbox: Outbox,
  ) {}

  async prepare(): Promise<PreparedCredentials> {
    const password = generatePassword(this.randomness);
    return { password, passwordHash: await this.passwords.hash(password) };
  }

  /**
   * What opens the account of an approved dossier, for the statement that approves it: the account's row, and the SMS. Unique constraints
   * on number, dossier and message make a second account or a second SMS impossible.
   */
  opening(approved: Approved, { password, passwordHash }: PreparedCredentials): { account: AccountRow; message: MessageIntent } {
    const { declarationId, insuranceNumber, phone } = approved;
    return {
      account: {
        id: this.randomness.uuid(),
        insurance_number: insuranceNumber,
        declaration_id: declarationId,
        password_hash: passwordHash,
      },
      message: credentials(declarationId, FIRST_ISSUE, phone, password),
    };
  }

  /**
   * A new first password for an account that exists. In the same transaction everything dies that opened the account before: the
   * password, a one-time password under way, every session, and an SMS that has not gone out.
   * @throws Refusal `invalid-state` for an account that staff have locked, `too-many-attempts`
   */
  async reissue(
    tx: Transaction,
    of: { declarationId: string; phone: string },
    prepared: PreparedCredentials,
  ): Promise<ReissuedCredentials> {
    const [account] = await tx.rows<Pick<Account, 'id' | 'insurance_number' | 'state' | 'credential_issue'>>(
      `SELECT id, insurance_number, state, credential_issue FROM accounts WHERE declaration_id = $1 FOR UPDATE`,
      [of.declarationId],
    );
    if (!account) throw new Refusal('not-found');
    // Whoever locked it had a reason, which a new password must not pass over.
    if (account.state === 'LOCKED') throw new Refusal('invalid-state', { state: account.state, allowedActions: [] });
    await this.limitReissues(tx, of.declarationId);
    const issue = account.credential_issue + 1;
    await tx.rows(
      `UPDATE accounts SET state = 'CREDENTIALS_ISSUED', credential_issue = $2, password_hash = $3, must_change_password = true,
         password_expires_at = domain_now() + $4 * interval '1 hour', first_used_at = NULL
       WHERE id = $1`,
      [account.id, issue, prepared.passwordHash, FIRST_PASSWORD_HOURS],
    );
    await tx.rows(`UPDATE password_resets SET expires_at = domain_now() WHERE account_id = $1 AND expires_at > domain_now()`, [account.id]);
    await tx.rows(`DELETE FROM account_sessions WHERE account_id = $1`, [account.id]);
    await this.outbox.supersede(tx, of.declarationId, 'credentials');
    const [message] = await this.outbox.add(tx, [credentials(of.declarationId, issue, of.phone, prepared.password)]);
    return { ...issuedCredentials(account.insurance_number, message!.id), issue };
  }

  /** Counted by what was sent, under the account's lock, so that two at once are counted one after the other. */
  private async limitReissues(tx: Transaction, declarationId: string): Promise<void> {
    const sent = await tx.rows<{ seconds_left: number }>(
      `SELECT extract(epoch FROM created_at + interval '1 day' - domain_now())::float AS seconds_left FROM messages
       WHERE declaration_id = $1 AND purpose = 'credentials' AND issue > ${FIRST_ISSUE} AND created_at > domain_now() - interval '1 day'
       ORDER BY issue DESC LIMIT ${REISSUES_A_DAY}`,
      [declarationId],
    );
    if (sent.length === REISSUES_A_DAY) throw new Refusal('too-many-attempts', { retryAfter: sent.at(-1)!.seconds_left });
  }
}

/** What is told of credentials whose SMS has just been written. */
export function issuedCredentials(insuranceNumber: string, messageId: string): IssuedCredentials {
  return {
    account: { insuranceNumber, state: 'CREDENTIALS_ISSUED' },
    message: { id: messageId, channel: 'sms', state: 'created' },
  };
}

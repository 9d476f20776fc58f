import { Injectable } from '@nestjs/common';
import { credentials } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import type { Transaction } from '../platform/database/database.ts';
import { violatedConstraint } from '../platform/database/database.ts';
import { Passwords } from '../platform/passwords.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal } from '../platform/refusal.ts';
import type { AccountState } from './account.entity.ts';
import { generatePassword } from './password-policy.rule.ts';

/** How long a first password waits for its login [D]. */
export const FIRST_PASSWORD_HOURS = 72;

const FIRST_ISSUE = 1;

/** A first password made ready before the transaction that issues it: hashing is slow and must not happen inside. */
export interface PreparedCredentials {
  readonly password: string;
  readonly passwordHash: string;
}

/** What is told of an account and its message; never the password. */
export interface IssuedCredentials {
  account: { insuranceNumber: string; state: AccountState };
  message: { id: string; channel: 'sms'; state: string };
}

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
   * Opens the account of an approved dossier and queues the SMS. Unique constraints on number, dossier and message make a
   * second account or a second SMS impossible.
   * @throws Refusal `already-registered`
   */
  async issue(
    tx: Transaction,
    approved: { declarationId: string; insuranceNumber: string; phone: string },
    prepared: PreparedCredentials,
  ): Promise<IssuedCredentials> {
    try {
      await tx.rows(
        `INSERT INTO accounts (id, insurance_number, declaration_id, state, password_hash, password_expires_at, created_at)
         VALUES ($1, $2, $3, 'CREDENTIALS_ISSUED', $4, domain_now() + $5 * interval '1 hour', domain_now())`,
        [this.randomness.uuid(), approved.insuranceNumber, approved.declarationId, prepared.passwordHash, FIRST_PASSWORD_HOURS],
      );
    } catch (error) {
      if (violatedConstraint(error) === 'uq_accounts_insurance_number') throw new Refusal('already-registered');
      throw error;
    }
    const [message] = await this.outbox.add(tx, [credentials(approved.declarationId, FIRST_ISSUE, approved.phone, prepared.password)]);
    return {
      account: { insuranceNumber: approved.insuranceNumber, state: 'CREDENTIALS_ISSUED' },
      message: { id: message!.id, channel: 'sms', state: 'created' },
    };
  }
}

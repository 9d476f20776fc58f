import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';
import type { MessageIntent } from './message-intents.ts';
import { MessageSecrets } from './message-secrets.ts';
import type { Channel, Purpose } from './message.types.ts';
import { Relay } from './relay.ts';

/** An intent as a row of `messages`, ready to travel as JSON. */
export interface IntentRow {
  readonly id: string;
  readonly declaration_id: string;
  readonly purpose: Purpose;
  readonly issue: number;
  readonly channel: Channel;
  readonly recipient: string;
  /** The sealed secret in PostgreSQL's `\x…` spelling. */
  readonly secret: string | null;
  readonly expires_in: number;
}

/**
 * Writes messages in the domain's own transaction: what is committed will be told, what is rolled back never is. A second intent for
 * the same declaration, purpose and issue breaks `uq_messages_intent`, whoever writes it.
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly secrets: MessageSecrets,
    private readonly randomness: Randomness,
    private readonly relay: Relay,
  ) {}

  /** One INSERT for all intents; the relay is woken after the commit. Gives the rows, in the order of the intents. */
  async add(tx: Transaction, intents: readonly MessageIntent[]): Promise<IntentRow[]> {
    if (intents.length === 0) return [];
    const rows = this.rowsOf(intents);
    await tx.rows(insertIntents('$1'), [JSON.stringify(rows)]);
    tx.afterCommit(() => this.relay.wake(channelsOf(rows)));
    return rows;
  }

  /**
   * What has not been told yet of a purpose is not worth telling any more, because something newer takes its place: the relay ends it.
   * What is on its way at this instant may still arrive.
   */
  async supersede(tx: Transaction, declarationId: string, purpose: Purpose): Promise<void> {
    await tx.rows(
      `UPDATE messages SET expires_at = domain_now(),
         next_attempt_at = CASE WHEN state = 'sending' THEN next_attempt_at ELSE domain_now() END
       WHERE declaration_id = $1 AND purpose = $2 AND state IN ('created', 'sending', 'temporary-failure') AND expires_at > domain_now()`,
      [declarationId, purpose],
    );
  }

  /**
   * For a statement that writes the messages itself, with `insertIntents`: pass these rows as JSON, and call `Relay.wake()` with `channelsOf` when it is
   * done.
   */
  rowsOf(intents: readonly MessageIntent[]): IntentRow[] {
    return intents.map((intent) => {
      const id = this.randomness.uuid();
      const secret = 'secret' in intent ? this.secrets.seal(id, intent.secret) : undefined;
      return {
        id,
        declaration_id: intent.declarationId,
        purpose: intent.purpose,
        issue: intent.issue,
        channel: intent.channel,
        recipient: intent.channel === 'email' ? intent.consent.address : intent.phone,
        secret: secret ? `\\x${secret.toString('hex')}` : null,
        expires_in: intent.expiresIn,
      };
    });
  }
}

/** The channels that there is something new for. */
export function channelsOf(rows: readonly Pick<IntentRow, 'channel'>[]): Channel[] {
  return [...new Set(rows.map(({ channel }) => channel))];
}

/** The INSERT, alone or inside a WITH. `parameter` (such as `$7`) holds the JSON array of `Outbox.rowsOf`; an empty array is fine. */
export function insertIntents(parameter: `$${number}`): string {
  return `INSERT INTO messages (id, declaration_id, purpose, issue, channel, recipient, secret, next_attempt_at, expires_at, created_at)
    SELECT id, declaration_id, purpose, issue, channel, recipient, secret, at, at + expires_in * interval '1 second', at
    FROM (SELECT domain_now() AS at OFFSET 0) AS now, jsonb_to_recordset(${parameter}::jsonb) AS intent (id uuid, declaration_id uuid,
      purpose text, issue integer, channel text, recipient text, secret bytea, expires_in integer)`;
}

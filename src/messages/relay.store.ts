import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';
import type { MessageSubject } from './message-facts.port.ts';
import type { Channel, MessageState, Wording } from './message.types.ts';

/** A message that this copy alone may send until the claim's lease ends. */
export interface ClaimedMessage extends MessageSubject {
  readonly claimId: string;
  readonly recipient: string | null;
  /** Sealed. */
  readonly secret: Buffer | null;
  /** Tries so far, this one included; a message claimed after its time is not tried. */
  readonly attempts: number;
  /** Its time has run out: it is claimed only to be ended. */
  readonly overdue: boolean;
  /** The domain's time of the claim. */
  readonly now: Date;
}

/** Seconds that a claim lasts; longer than a whole batch may take, so that only a dead copy's messages are claimed again. */
const CLAIM_LEASE = 120;

/**
 * The relay's statements. Every one is a transaction of its own, and no connection is held between them. What has been claimed is named
 * together with its dossier, beside which it lies.
 */
@Injectable()
export class RelayStore {
  constructor(
    private readonly database: Database,
    private readonly randomness: Randomness,
  ) {}

  /** Claims what is due on one channel, longest due first. Copies claiming at the same instant get different messages. */
  async claimDue(channel: Channel, most: number): Promise<ClaimedMessage[]> {
    const claimId = this.randomness.uuid();
    return this.database.rows<ClaimedMessage>(
      `WITH due AS (
         SELECT id FROM messages
         WHERE next_attempt_at <= domain_now() AND state IN ('created', 'sending', 'temporary-failure') AND channel = $1
         ORDER BY next_attempt_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
       UPDATE messages SET state = 'sending', claim_id = $3,
         claimed_until = domain_now() + $4 * interval '1 second',
         next_attempt_at = domain_now() + $4 * interval '1 second',
         attempts = attempts + (expires_at > domain_now())::int
       FROM due WHERE messages.id = due.id
       RETURNING messages.id, declaration_id AS "declarationId", purpose, issue, channel, recipient, secret, attempts,
         claim_id AS "claimId", expires_at <= domain_now() AS overdue, domain_now() AS now`,
      [channel, most, claimId, CLAIM_LEASE],
      'relay_claim',
    );
  }

  /** How long until the next message of the channel is due; undefined when none waits, or time stands still. */
  async millisecondsToNext(channel: Channel): Promise<number | undefined> {
    const [row] = await this.database.rows<{ wait: number | null }>(
      `SELECT greatest(0, extract(epoch FROM min(next_attempt_at) - domain_now()) * 1000)::float AS wait FROM messages
       WHERE state IN ('created', 'sending', 'temporary-failure') AND channel = $1 AND (SELECT frozen_at IS NULL FROM clock)`,
      [channel],
      'relay_next',
    );
    return row?.wait ?? undefined;
  }

  /** The next instant after this one at which a message is tried again, or given up. */
  async nextDueAfter(instant: Date): Promise<Date | undefined> {
    const [row] = await this.database.rows<{ due: Date | null }>(
      `SELECT min(next_attempt_at) AS due FROM messages WHERE state IN ('created', 'sending', 'temporary-failure') AND next_attempt_at > $1`,
      [instant],
    );
    return row?.due ?? undefined;
  }

  /**
   * Ends the message's life: its secret and its plain recipient go in the same statement.
   * @returns false when the claim was lost meanwhile; nothing is written then
   */
  async end(
    message: ClaimedMessage,
    { state, error }: { readonly state: MessageState; readonly error: string | null },
    masked: string | null,
    wording: Wording | undefined,
  ): Promise<boolean> {
    const ended = await this.database.rows(
      `UPDATE messages SET state = $3, last_error = $4, recipient = $5, secret = NULL, finished_at = domain_now(),
         template_version = coalesce($6, template_version), segments = coalesce($7, segments), claim_id = NULL, claimed_until = NULL
       WHERE id = $1 AND claim_id = $2 AND declaration_id = $8 RETURNING id`,
      [message.id, message.claimId, state, error, masked, wording?.templateVersion, wording?.segments, message.declarationId],
      'relay_end',
    );
    return ended.length === 1;
  }

  /**
   * Puts the message back for a later try, or, where its time ends before, for its end.
   * @param seconds from now
   */
  async postpone(message: ClaimedMessage, seconds: number, error: string, wording: Wording | undefined): Promise<boolean> {
    const postponed = await this.database.rows(
      `UPDATE messages SET state = 'temporary-failure', last_error = $4,
         next_attempt_at = least(domain_now() + $3 * interval '1 second', expires_at),
         template_version = coalesce($5, template_version), segments = coalesce($6, segments), claim_id = NULL, claimed_until = NULL
       WHERE id = $1 AND claim_id = $2 AND declaration_id = $7 RETURNING id`,
      [message.id, message.claimId, seconds, error, wording?.templateVersion, wording?.segments, message.declarationId],
      'relay_postpone',
    );
    return postponed.length === 1;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';
import type { Verdict } from './delivery.rule.ts';
import type { MessageSubject } from './message-facts.port.ts';
import type { Channel, Wording } from './message.types.ts';

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

/** What became of a try. */
export interface Note {
  readonly message: ClaimedMessage;
  readonly verdict: Verdict;
  /** The recipient as it stays readable when the message has ended. */
  readonly masked: string | null;
  /** Undefined where none was made. */
  readonly wording: Wording | undefined;
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
   * Writes down what became of messages, in one statement: the end of a life, with which its secret and its plain recipient go, or a later
   * try, which for a message whose time ends before is its end.
   * @returns for each whether it was written: a claim that was lost meanwhile writes nothing
   */
  async note(notes: readonly Note[]): Promise<boolean[]> {
    const written = await this.database.rows<{ id: string }>(
      `UPDATE messages SET
         state = note.state, last_error = note.error, recipient = CASE WHEN note.retry_in IS NULL THEN note.masked ELSE recipient END,
         secret = CASE WHEN note.retry_in IS NOT NULL THEN secret END,
         finished_at = CASE WHEN note.retry_in IS NULL THEN domain_now() END,
         next_attempt_at = CASE WHEN note.retry_in IS NULL THEN next_attempt_at
           ELSE least(domain_now() + note.retry_in * interval '1 second', expires_at) END,
         template_version = coalesce(note.template_version, messages.template_version),
         segments = coalesce(note.segments, messages.segments), claim_id = NULL, claimed_until = NULL
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::int[])
         AS note (id, declaration_id, claim_id, state, error, masked, retry_in, template_version, segments)
       WHERE messages.id = note.id AND messages.declaration_id = note.declaration_id AND messages.claim_id = note.claim_id
       RETURNING messages.id`,
      [
        notes.map(({ message }) => message.id),
        notes.map(({ message }) => message.declarationId),
        notes.map(({ message }) => message.claimId),
        notes.map(({ verdict }) => (verdict.kind === 'retry' ? 'temporary-failure' : verdict.state)),
        notes.map(({ verdict }) => verdict.error),
        notes.map(({ masked }) => masked),
        notes.map(({ verdict }) => (verdict.kind === 'retry' ? verdict.inSeconds : null)),
        notes.map(({ wording }) => wording?.templateVersion ?? null),
        notes.map(({ wording }) => wording?.segments ?? null),
      ],
      'relay_note',
    );
    const ids = new Set(written.map(({ id }) => id));
    return notes.map(({ message }) => ids.has(message.id));
  }
}

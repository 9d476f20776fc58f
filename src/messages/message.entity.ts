import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Channel, MessageState, Purpose } from './message.types.ts';

/** One intent to tell a citizen something, with the life it has led since. Its text is never stored; a secret only until it is told. */
@Entity({ name: 'messages' })
@Unique('uq_messages_intent', ['declarationId', 'purpose', 'issue'])
@ForeignKey('declarations', ['declarationId'], ['id'], { name: 'fk_messages_declaration' })
@Index('ix_messages_due', ['nextAttemptAt', 'id'], { where: `state IN ('created', 'sending', 'temporary-failure')` })
@Index('ix_messages_declaration', ['declarationId'])
@Check('ck_messages_channel', `channel IN ('sms', 'email')`)
@Check(
  'ck_messages_state',
  `state IN ('created', 'sending', 'sent', 'delivered', 'temporary-failure', 'permanent-failure', 'technical-failure', 'expired')`,
)
@Check('ck_messages_secret_erased', `secret IS NULL OR state IN ('created', 'sending', 'temporary-failure')`)
export class Message {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_messages' })
  id!: string;

  @Column({ type: 'uuid', name: 'declaration_id' })
  declarationId!: string;

  @Column({ type: 'text' })
  purpose!: Purpose;

  /** The revision or the issue of credentials that the message tells of. */
  @Column({ type: 'integer' })
  issue!: number;

  @Column({ type: 'text' })
  channel!: Channel;

  /** The phone (E.164) or address while the message lives; masked once it has ended. */
  @Column({ type: 'text', nullable: true })
  recipient!: string | null;

  /** Sealed by MessageSecrets; erased by the same UPDATE that ends the message's life. */
  @Column({ type: 'bytea', nullable: true })
  secret!: Buffer | null;

  @Column({ type: 'text', default: 'created' })
  state!: MessageState;

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ type: 'timestamptz', name: 'next_attempt_at' })
  nextAttemptAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  /** The claim that alone may write this message's result. */
  @Column({ type: 'uuid', name: 'claim_id', nullable: true })
  claimId!: string | null;

  @Column({ type: 'timestamptz', name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  /** Code of the last failure, e.g. `smtp-451`; never a provider's own words, which may hold an address. */
  @Column({ type: 'text', name: 'last_error', nullable: true })
  lastError!: string | null;

  /** Version of the wording it was told in; NULL until the first try. */
  @Column({ type: 'integer', name: 'template_version', nullable: true })
  templateVersion!: number | null;

  /** Parts that an SMS was sent in; NULL for mail and until the first try. */
  @Column({ type: 'integer', nullable: true })
  segments!: number | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}

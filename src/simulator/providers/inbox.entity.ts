import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { DeliveryReceipt } from '../../messages/delivery-receipts.ts';
import type { Channel } from '../../messages/message.types.ts';

export interface InboxAttachment {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

export interface InboxDelivery {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** It came under the key of the first and said something else: a real provider would have sent the first, and never this. */
  readonly differs?: true;
}

/**
 * What a provider of the simulator received: the citizen's phone and mailbox. No part of the domain, so passwords may stand here as
 * they stand on the phone.
 */
@Entity({ name: 'simulator_inbox' })
@Index('ix_simulator_inbox_receipt', ['receiptDueAt'], { where: 'receipt_due_at IS NOT NULL' })
@Check('ck_simulator_inbox_receipt', `receipt IN ('delivered', 'permanent-failure') AND (receipt IS NULL) = (receipt_due_at IS NULL)`)
@Unique('uq_simulator_inbox_provider_key', ['channel', 'providerKey', 'recipient'])
export class InboxEntry {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_simulator_inbox' })
  id!: string;

  /** The idempotency key that the message came with: for our own messages, their id. */
  @Column({ name: 'provider_key', type: 'text' })
  providerKey!: string;

  @Column({ name: 'channel', type: 'text' })
  channel!: Channel;

  @Column({ name: 'recipient', type: 'text' })
  recipient!: string;

  @Column({ name: 'sender', type: 'text' })
  sender!: string;

  @Column({ name: 'template', type: 'text', nullable: true })
  template!: string | null;

  @Column({ name: 'dossier_number', type: 'text', nullable: true })
  dossierNumber!: string | null;

  @Column({ name: 'subject', type: 'text', nullable: true })
  subject!: string | null;

  /** The SMS, or the mail's text part. */
  @Column({ name: 'body', type: 'text' })
  body!: string;

  /** The mail as it went over SMTP; null for an SMS. */
  @Column({ name: 'raw', type: 'bytea', nullable: true })
  raw!: Buffer | null;

  @Column({ name: 'attachments', type: 'jsonb', default: [] })
  attachments!: InboxAttachment[];

  /** Every time the provider was handed this message; more than one means repeats that it recognised. */
  @Column({ name: 'deliveries', type: 'jsonb', default: [] })
  deliveries!: InboxDelivery[];

  @Column({ name: 'received_at', type: 'timestamptz' })
  receivedAt!: Date;

  /** When it is on the phone or in the mailbox, by the domain's clock; NULL = at once. */
  @Column({ name: 'arrives_at', type: 'timestamptz', nullable: true })
  arrivesAt!: Date | null;

  /** What the provider has yet to tell the sending side. */
  @Column({ name: 'receipt', type: 'text', nullable: true })
  receipt!: DeliveryReceipt['kind'] | null;

  @Column({ name: 'receipt_due_at', type: 'timestamptz', nullable: true })
  receiptDueAt!: Date | null;
}

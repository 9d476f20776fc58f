import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.ts';
import { Randomness } from '../../platform/randomness.ts';
import type { DeliveryReceipt } from '../../messages/delivery-receipts.ts';
import type { InboxEntry } from './inbox.entity.ts';

/** A message as a provider receives it. */
export type Received = Omit<InboxEntry, 'id' | 'deliveries' | 'receivedAt' | 'arrivesAt' | 'receipt' | 'receiptDueAt'>;

/** How a provider treats a message that it took: unless it says otherwise it arrives at once, one time. Seconds are of the domain's clock. */
export interface Delivery {
  readonly arrivesIn?: number;
  readonly twice?: boolean;
  /** What it tells the sending side of it later. */
  readonly receipt?: { readonly kind: DeliveryReceipt['kind']; readonly inSeconds: number };
}

/** Keeps what the providers received, in the workspace that sent it. */
@Injectable()
export class InboxStore {
  private readonly arrivals = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly database: Database,
    private readonly randomness: Randomness,
  ) {}

  /** A provider that knows its idempotency keys: a repeat is noted and never becomes a second message. */
  async receive(message: Received, delivery: Delivery = {}): Promise<void> {
    await this.keep(message, delivery);
    // No repeat that was recognised, but a message of its own, as two on one phone are.
    if (delivery.twice) await this.keep({ ...message, providerKey: `${message.providerKey}#2` }, {});
    this.arrivals.emit('arrival');
  }

  /** Calls back whenever something arrives through this copy, in any workspace. Gives the way to stop it. */
  onArrival(listener: () => void): () => void {
    this.arrivals.on('arrival', listener);
    return () => this.arrivals.off('arrival', listener);
  }

  private async keep(message: Received, { arrivesIn, receipt }: Delivery): Promise<void> {
    await this.database.rows(
      `INSERT INTO simulator_inbox AS inbox (id, provider_key, channel, recipient, sender, template, dossier_number, subject, body, raw,
         attachments, arrives_at, receipt, receipt_due_at, deliveries, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
         domain_now() + $12 * interval '1 second', $13, domain_now() + $14 * interval '1 second',
         jsonb_build_array(jsonb_build_object('at', to_char((domain_now() + coalesce($12, 0) * interval '1 second') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), domain_now())
       ON CONFLICT ON CONSTRAINT uq_simulator_inbox_provider_key DO UPDATE SET deliveries = inbox.deliveries ||
         CASE WHEN inbox.body = excluded.body THEN excluded.deliveries ELSE jsonb_build_array(excluded.deliveries -> 0 || '{"differs": true}') END`,
      [
        UUID.test(message.providerKey) ? ownIdOf(message) : this.randomness.uuid(),
        message.providerKey,
        message.channel,
        message.recipient,
        storable(message.sender),
        message.template,
        message.dossierNumber,
        message.subject === null ? null : storable(message.subject),
        storable(message.body),
        message.raw,
        JSON.stringify(message.attachments),
        arrivesIn,
        receipt?.kind,
        receipt?.inSeconds,
      ],
    );
  }
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** One of our own messages is known to a recipient by the same id whenever it is sent anew, and stands where it stands in the outbox. */
function ownIdOf({ providerKey, channel, recipient }: Received): string {
  const hash = createHash('sha256').update(`${providerKey} ${channel} ${recipient}`).digest('hex');
  return `${providerKey.slice(0, 24)}${hash.slice(0, 12)}`;
}

/** PostgreSQL's text holds everything but NUL, which a foreign mail may contain. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}

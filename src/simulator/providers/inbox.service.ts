import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Relay } from '../../messages/relay.ts';
import type { Channel } from '../../messages/message.types.ts';
import { Database } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { InboxAttachment, InboxDelivery } from './inbox.entity.ts';
import { InboxReceipts } from './inbox-receipts.service.ts';
import { InboxStore } from './inbox.store.ts';
import { messageFields, type MessageFields } from './message-fields.ts';

/** A message as the desk shows it. */
export interface InboxItem {
  readonly id: string;
  readonly channel: Channel;
  readonly to: string;
  readonly template: string | null;
  readonly dossierNumber: string | null;
  /** The state that the sending side knows; `delivered` for what it did not send. */
  readonly state: string;
  readonly text: string;
  readonly subject?: string;
  readonly attachments: readonly InboxAttachment[];
  readonly fields: MessageFields;
  readonly deliveries: readonly InboxDelivery[];
}

/** All that are given must hold. `to` is a phone in any usual spelling, or an address in any case. */
export interface InboxFilters {
  readonly channel?: string;
  readonly to?: string;
  readonly dossierNumber?: string;
  readonly template?: string;
  readonly state?: string;
  /** A write's `X-Event-Cursor`: what was written before is not meant. Mail of somebody else's has no place in that order. */
  readonly after?: string;
}

type Row = Omit<InboxItem, 'fields' | 'subject'> & { readonly subject: string | null };

const MOST_ITEMS = 500;
const MOST_NEAR_MISSES = 5;
/** Looks again by itself as often: another copy may have received the message, or its state may have changed. */
const LOOK_AGAIN_MILLISECONDS = 75;

const UUID = '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$';

const SELECT = `
  SELECT inbox.id, inbox.channel, inbox.recipient AS "to", inbox.template, inbox.dossier_number AS "dossierNumber",
    coalesce(messages.state, 'delivered') AS state, inbox.body AS text, inbox.subject, inbox.attachments, inbox.deliveries
  FROM simulator_inbox inbox
  LEFT JOIN messages ON messages.id = CASE WHEN inbox.provider_key ~ '${UUID}' THEN inbox.provider_key::uuid END`;

/** Reads the desk's inbox, newest first. */
@Injectable()
export class InboxService {
  constructor(
    private readonly database: Database,
    private readonly inbox: InboxStore,
    private readonly relay: Relay,
    private readonly receipts: InboxReceipts,
  ) {}

  async list(filters: InboxFilters, most = MOST_ITEMS): Promise<InboxItem[]> {
    await this.receipts.tellDue();
    const rows = await this.database.rows<Row>(
      `${SELECT}
       WHERE coalesce(inbox.arrives_at <= domain_now(), true) AND ($1::text IS NULL OR inbox.channel = $1) AND ($2::text IS NULL OR lower(inbox.recipient) = $2)
         AND ($3::text IS NULL OR inbox.dossier_number = $3) AND ($4::text IS NULL OR inbox.template = $4)
         AND ($5::text IS NULL OR coalesce(messages.state, 'delivered') = $5) AND ($6::uuid IS NULL OR messages.id > $6)
       ORDER BY inbox.received_at DESC, inbox.id DESC LIMIT $7`,
      [
        filters.channel,
        filters.to === undefined ? undefined : asStored(filters.to),
        filters.dossierNumber,
        filters.template,
        filters.state,
        filters.after,
        most,
      ],
    );
    return rows.map(itemOf);
  }

  /** @throws Refusal `not-found` */
  async get(id: string): Promise<InboxItem> {
    const [row] = await this.database.rows<Row>(`${SELECT} WHERE inbox.id::text = $1`, [id]);
    if (!row) throw new Refusal('not-found');
    return itemOf(row);
  }

  /**
   * The mail as it went over SMTP (`message/rfc822`).
   * @throws Refusal `not-found`, also for an SMS, which has no such form
   */
  async raw(id: string): Promise<Buffer> {
    const [row] = await this.database.rows<{ raw: Buffer | null }>('SELECT raw FROM simulator_inbox WHERE id::text = $1', [id]);
    if (!row?.raw) throw new Refusal('not-found');
    return row.raw;
  }

  /**
   * The newest message that the filters hold for, as soon as there is one. What had been written before the question counts as there:
   * it is let arrive first, so that after an approval the answer is the password and not the receipt of before.
   * @param gone aborts when nobody waits any more
   * @throws Refusal `nothing-arrived`, which names the newest messages that are there instead
   */
  async waitFor(filters: InboxFilters, milliseconds: number, gone?: AbortSignal): Promise<InboxItem> {
    const deadline = performance.now() + milliseconds;
    const arrived = this.letArrive(milliseconds, gone);
    // Whoever says after what takes nothing from before for an answer, and need not wait for the rest.
    if (filters.after === undefined) await arrived;
    for (;;) {
      const hint = this.arrivalWithin(Math.min(LOOK_AGAIN_MILLISECONDS, Math.max(deadline - performance.now(), 0)), gone);
      const [item] = await this.list(filters, 1);
      if (item) return item.state === 'sending' ? this.settled(item, arrived) : item;
      if (gone?.aborted || performance.now() >= deadline) throw await this.nothingArrived();
      await hint;
    }
  }

  /** It has arrived; the sending side is about to note it. */
  private async settled({ id }: InboxItem, arrived: Promise<void>): Promise<InboxItem> {
    await Promise.race([arrived, pause(LOOK_AGAIN_MILLISECONDS)]);
    return this.get(id);
  }

  /** A provider that takes its time, or a relay that fails, makes nobody wait for longer than was asked. */
  private async letArrive(milliseconds: number, gone: AbortSignal | undefined): Promise<void> {
    const patience = new AbortController();
    const enough = AbortSignal.any([patience.signal, ...(gone ? [gone] : [])]);
    await Promise.race([this.relay.drainOnce(), pause(milliseconds, undefined, { signal: enough })]).catch(() => undefined);
    patience.abort();
  }

  private arrivalWithin(milliseconds: number, gone: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        stop();
        gone?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      const stop = this.inbox.onArrival(finish);
      gone?.addEventListener('abort', finish);
    });
  }

  private async nothingArrived(): Promise<Refusal> {
    const instead = await this.list({}, MOST_NEAR_MISSES);
    return new Refusal('nothing-arrived', {
      more: {
        instead: instead.map(({ id, channel, to, template, dossierNumber, state }) => ({
          id,
          channel,
          to,
          template,
          dossierNumber,
          state,
        })),
      },
    });
  }
}

function itemOf({ subject, ...row }: Row): InboxItem {
  return { ...row, ...(subject === null ? {} : { subject }), fields: messageFields(row.text) };
}

/** `0352 153 000`, `84352153000` and ` 84352153000` (a plus lost on its way through a query string) → `+84352153000`. */
function asStored(recipient: string): string {
  const compact = recipient.replace(/[\s.-]+/g, '');
  const phone = /^(?:0|\+?84)(\d{9})$/.exec(compact);
  return phone ? `+84${phone[1]}` : recipient.trim().toLowerCase();
}

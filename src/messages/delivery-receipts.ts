import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';

/** What a provider tells of a message some time after it took it. */
export type DeliveryReceipt = { readonly kind: 'delivered' } | { readonly kind: 'permanent-failure'; readonly code: string };

/**
 * What became of a receipt: noted; `too-early` while the message's own try has no result yet, so that the provider should tell again;
 * or `unasked`: there is no such message, or its end is known already.
 */
export type ReceiptReading = 'noted' | 'too-early' | 'unasked';

/**
 * Where providers say later what became of a message they took: of `sent` becomes `delivered` or `permanent-failure`, once. Nothing is
 * sent again: the secret was erased when the provider took the message, so that staff issue a new one [D].
 */
@Injectable()
export class DeliveryReceipts {
  constructor(private readonly database: Database) {}

  /** @param messageId the key that the provider was handed */
  async take(messageId: string, receipt: DeliveryReceipt): Promise<ReceiptReading> {
    const noted = await this.database.rows(
      `UPDATE messages SET state = $2, last_error = $3 WHERE id = $1 AND state = 'sent' RETURNING id`,
      [messageId, receipt.kind, receipt.kind === 'delivered' ? null : receipt.code],
    );
    if (noted.length > 0) return 'noted';
    const waiting = await this.database.rows(
      `SELECT id FROM messages WHERE id = $1 AND state IN ('created', 'sending', 'temporary-failure', 'sent')`,
      [messageId],
    );
    return waiting.length > 0 ? 'too-early' : 'unasked';
  }
}

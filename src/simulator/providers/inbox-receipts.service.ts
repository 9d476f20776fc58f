import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeliveryReceipts, type DeliveryReceipt } from '../../messages/delivery-receipts.ts';
import type { Channel } from '../../messages/message.types.ts';
import { Database } from '../../platform/database/database.ts';
import { Housekeeping } from '../../platform/housekeeping.ts';

interface DueReceipt {
  readonly id: string;
  readonly key: string;
  readonly channel: Channel;
  readonly receipt: DeliveryReceipt['kind'];
}

/** The providers' second word: tells the sending side what became of messages that they took, when that time has come. */
@Injectable()
export class InboxReceipts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly receipts: DeliveryReceipts,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({
      name: 'receipts of the simulated providers',
      run: () => this.tellDue(),
      nextDue: async () => {
        const [row] = await this.database.rows<{ at: Date | null }>('SELECT min(receipt_due_at) AS at FROM simulator_inbox');
        return row?.at ?? undefined;
      },
    });
  }

  /** @returns how many were told */
  async tellDue(): Promise<number> {
    const due = await this.database.rows<DueReceipt>(
      `SELECT id, provider_key AS key, channel, receipt FROM simulator_inbox
       WHERE receipt_due_at <= domain_now() ORDER BY receipt_due_at, id`,
    );
    for (const receipt of due) await this.tell(receipt);
    return due.length;
  }

  private async tell({ id, key, channel, receipt }: DueReceipt): Promise<void> {
    const code = channel === 'sms' ? 'sms-bounced' : 'smtp-bounced';
    const reading = await this.receipts.take(key, receipt === 'delivered' ? { kind: receipt } : { kind: receipt, code });
    if (reading === 'too-early') return;
    await this.database.rows('UPDATE simulator_inbox SET receipt = NULL, receipt_due_at = NULL WHERE id = $1', [id]);
  }
}

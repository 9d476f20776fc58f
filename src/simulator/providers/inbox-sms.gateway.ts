import { Injectable } from '@nestjs/common';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmsGateway, type OutgoingSms } from '../../messages/sms.port.ts';
import { InboxStore, type Delivery } from './inbox.store.ts';

/** The name that stands on the citizen's phone instead of a number [D]. */
const BRAND = 'BHXH VN';

/** A gateway that delivers into the desk's inbox, at once. */
@Injectable()
export class InboxSmsGateway extends SmsGateway {
  constructor(private readonly inbox: InboxStore) {
    super();
  }

  override async send(sms: OutgoingSms): Promise<SendOutcome> {
    await this.take(sms);
    return { kind: 'delivered' };
  }

  /** Takes the message and does with it as it is told. */
  async take({ key, to, text, template, reference }: OutgoingSms, delivery?: Delivery): Promise<void> {
    const received = {
      providerKey: key,
      channel: 'sms' as const,
      recipient: to,
      sender: BRAND,
      template: template.name,
      dossierNumber: reference,
      subject: null,
      body: text,
      raw: null,
      attachments: [],
    };
    await this.inbox.receive(received, delivery);
  }
}

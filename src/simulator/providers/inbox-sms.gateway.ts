import { Injectable } from '@nestjs/common';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmsGateway, type OutgoingSms } from '../../messages/sms.port.ts';
import { InboxStore } from './inbox.store.ts';

/** The name that stands on the citizen's phone instead of a number [D]. */
const BRAND = 'BHXH VN';

/** A gateway that delivers into the desk's inbox, at once. */
@Injectable()
export class InboxSmsGateway extends SmsGateway {
  constructor(private readonly inbox: InboxStore) {
    super();
  }

  override async send({ key, to, text, template, reference }: OutgoingSms): Promise<SendOutcome> {
    await this.inbox.receive({
      providerKey: key,
      channel: 'sms',
      recipient: to,
      sender: BRAND,
      template: template.name,
      dossierNumber: reference,
      subject: null,
      body: text,
      raw: null,
      attachments: [],
    });
    return { kind: 'delivered' };
  }
}

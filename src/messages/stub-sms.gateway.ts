import { Injectable } from '@nestjs/common';
import type { SendOutcome } from './send-outcome.ts';
import { SmsGateway } from './sms.port.ts';

/** No gateway at all: every message arrives, none is kept. What runs while the desk, with its inbox, is off. */
@Injectable()
export class StubSmsGateway extends SmsGateway {
  override async send(): Promise<SendOutcome> {
    return { kind: 'delivered' };
  }
}

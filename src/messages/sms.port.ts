import type { SendOutcome } from './send-outcome.ts';
import type { TemplateRef } from './message.types.ts';

export interface OutgoingSms {
  /** Our id of the message: the provider's idempotency key. A repeat carries the same key and the same text. */
  readonly key: string;
  /** E.164. */
  readonly to: string;
  /** One GSM-7 segment. */
  readonly text: string;
  readonly template: TemplateRef;
  /** The dossier number: the client's reference that gateways show in their reports. */
  readonly reference: string;
}

/** What the relay needs of an SMS gateway. A throw counts as a temporary failure. */
export abstract class SmsGateway {
  abstract send(sms: OutgoingSms): Promise<SendOutcome>;
}

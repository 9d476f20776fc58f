import type { SendOutcome } from './send-outcome.ts';
import type { TemplateRef } from './message.types.ts';

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface OutgoingMail {
  /** Our id of the message; the Message-ID is made of it, so that a repeat can be told from a second mail. */
  readonly key: string;
  /** One bare address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  /** The domain's time of sending. */
  readonly date: Date;
  readonly template: TemplateRef;
  /** The dossier number. */
  readonly reference: string;
}

/** What the relay needs of a mail server. A throw counts as a temporary failure. */
export abstract class Mailer {
  abstract send(mail: OutgoingMail): Promise<SendOutcome>;
}

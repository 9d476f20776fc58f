import type { OnApplicationShutdown } from '@nestjs/common';
import { Mailer, type OutgoingMail } from '../../messages/mail.port.ts';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { describeError, log } from '../../platform/log.ts';

type ClosingMailer = Mailer & OnApplicationShutdown;

/** Sends by the mail server that was named, and puts a copy of what that one took into the desk's mailboxes, under the same Message-ID. */
export class CopiedMailer extends Mailer implements OnApplicationShutdown {
  constructor(
    private readonly real: ClosingMailer,
    private readonly mailboxes: ClosingMailer,
  ) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.real.onApplicationShutdown(), this.mailboxes.onApplicationShutdown()]);
  }

  override async send(mail: OutgoingMail): Promise<SendOutcome> {
    const outcome = await this.real.send(mail);
    if (outcome.kind === 'sent') await this.copy(mail);
    return outcome;
  }

  /** The mail is out, whatever becomes of its copy: to call that a failure would send it twice. */
  private async copy(mail: OutgoingMail): Promise<void> {
    const copied = await this.mailboxes.send(mail).catch((error: unknown) => ({ kind: 'failed', error: describeError(error) }));
    if (copied.kind !== 'sent') log.warn({ messageId: mail.key, copied }, 'a mail was sent without a copy at the desk');
  }
}

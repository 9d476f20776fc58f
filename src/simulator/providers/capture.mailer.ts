import type { OnApplicationShutdown } from '@nestjs/common';
import { Mailer, type OutgoingMail } from '../../messages/mail.port.ts';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmtpMailer, type Sender } from '../../messages/smtp-mailer.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../../platform/workspace/workspace.context.ts';
import { CaptureSmtp, type CapturedMail } from './capture-smtp.ts';
import type { Delivery, InboxStore } from './inbox.store.ts';

/** Sends by SMTP to a capture server of its own, which starts with the first mail. */
export class CaptureMailer extends Mailer implements OnApplicationShutdown {
  private started: Promise<{ server: CaptureSmtp; mailer: SmtpMailer }> | undefined;
  /** SMTP knows no workspaces, so it is remembered here which one a mail under way belongs to. */
  private readonly workspaces = new Map<string, Workspace>();

  /** @param inbox where captured mail is kept; without one (the desk is off) it arrives and is dropped */
  constructor(
    private readonly sender: Sender,
    private readonly inbox?: InboxStore,
  ) {
    super();
  }

  override async send(mail: OutgoingMail): Promise<SendOutcome> {
    this.workspaces.set(mail.key, currentWorkspace());
    try {
      const { mailer } = await (this.started ??= this.start());
      return await mailer.send(mail);
    } finally {
      this.workspaces.delete(mail.key);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const running = await this.started;
    running?.mailer.close();
    await running?.server.stop();
  }

  private async start(): Promise<{ server: CaptureSmtp; mailer: SmtpMailer }> {
    const server = await CaptureSmtp.start((mail) => this.receive(mail));
    return { server, mailer: new SmtpMailer(server.url, this.sender) };
  }

  private async receive(mail: CapturedMail): Promise<void> {
    const { inbox } = this;
    if (inbox) await inWorkspace(this.workspaces.get(mail.key) ?? DEFAULT_WORKSPACE, () => keepMail(inbox, mail));
  }
}

/** Puts a mail into the mailbox of each of its recipients. */
export async function keepMail(inbox: InboxStore, { key, recipients, text, ...mail }: CapturedMail, delivery?: Delivery): Promise<void> {
  const received = { ...mail, providerKey: key, channel: 'email' as const, body: text, attachments: [...mail.attachments] };
  for (const recipient of recipients) await inbox.receive({ ...received, recipient }, delivery);
}

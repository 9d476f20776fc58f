import type { OnApplicationShutdown } from '@nestjs/common';
import { Mailer, type OutgoingMail } from '../../messages/mail.port.ts';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmtpMailer, type Sender } from '../../messages/smtp-mailer.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../../platform/workspace/workspace.context.ts';
import { CaptureSmtp, type CapturedMail } from './capture-smtp.ts';
import type { InboxStore } from './inbox.store.ts';

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

  private async receive({ key, recipients, text, ...mail }: CapturedMail): Promise<void> {
    const { inbox } = this;
    if (!inbox) return;
    await inWorkspace(this.workspaces.get(key) ?? DEFAULT_WORKSPACE, async () => {
      for (const recipient of recipients) {
        await inbox.receive({ ...mail, providerKey: key, channel: 'email', recipient, body: text, attachments: [...mail.attachments] });
      }
    });
  }
}

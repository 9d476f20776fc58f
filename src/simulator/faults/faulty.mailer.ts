import type { OnApplicationShutdown } from '@nestjs/common';
import { Mailer, type OutgoingMail } from '../../messages/mail.port.ts';
import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmtpMailer, type Sender } from '../../messages/smtp-mailer.ts';
import { currentWorkspace, inWorkspace } from '../../platform/workspace/workspace.context.ts';
import { magicFault } from '../magic/magic-values.ts';
import { CaptureSmtp, type SmtpManners } from '../providers/capture-smtp.ts';
import { keepMail } from '../providers/capture.mailer.ts';
import type { Delivery, InboxStore } from '../providers/inbox.store.ts';
import type { FaultBoard, Strike } from './fault-board.ts';
import { faultsOf, type FaultNameOf } from './fault-catalogue.ts';

type SmtpStrike = Strike<FaultNameOf<'smtp'>>;

/** Long enough for a server that answers. */
const PATIENT = 10_000;

/**
 * A mailer behind the faults of SMTP, and behind the magic addresses: the mail that one strikes goes, by real SMTP, to a mail server of
 * its own which behaves so. It never reaches the server that other mail goes to.
 */
export class FaultyMailer extends Mailer implements OnApplicationShutdown {
  constructor(
    private readonly inner: Mailer & OnApplicationShutdown,
    private readonly sender: Sender,
    private readonly inbox: InboxStore,
    private readonly board: FaultBoard,
  ) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.inner.onApplicationShutdown();
  }

  override async send(mail: OutgoingMail): Promise<SendOutcome> {
    const strike = magicFault('smtp', mail.to.toLowerCase()) ?? (await this.board.meet(faultsOf('smtp')));
    return strike ? this.sendBadly(mail, strike) : this.inner.send(mail);
  }

  private async sendBadly(mail: OutgoingMail, { name, parameters }: SmtpStrike): Promise<SendOutcome> {
    const workspace = currentWorkspace();
    const delivery = deliveryOf(name, parameters['seconds'] ?? 0);
    const server = await CaptureSmtp.start(
      (captured) => inWorkspace(workspace, () => keepMail(this.inbox, captured, delivery)),
      mannersOf(name, parameters),
    );
    if (name === 'smtp-refused') await server.stop();
    const patience = name === 'smtp-timeout' ? parameters['milliseconds']! : PATIENT + (parameters['milliseconds'] ?? 0);
    const mailer = new SmtpMailer(server.url, this.sender, { connect: patience, greeting: patience, silence: patience });
    try {
      return await mailer.send(mail);
    } finally {
      mailer.close();
      await server.stop();
    }
  }
}

function mannersOf(name: SmtpStrike['name'], { status, milliseconds }: SmtpStrike['parameters']): SmtpManners {
  switch (name) {
    case 'smtp-timeout':
      return { greets: false };
    case 'smtp-4xx':
    case 'smtp-5xx':
      return { refusesRecipientsWith: status! };
    case 'smtp-slow':
      return { answersAfterMs: milliseconds! };
    case 'smtp-no-receipt':
      return { breaksOffAfterMail: true };
    case 'smtp-refused':
    case 'smtp-late':
    case 'smtp-doubled':
    case 'smtp-bounced':
      return {};
  }
}

function deliveryOf(name: SmtpStrike['name'], seconds: number): Delivery {
  switch (name) {
    case 'smtp-late':
      return { arrivesIn: seconds };
    case 'smtp-doubled':
      return { twice: true };
    case 'smtp-bounced':
      return { receipt: { kind: 'permanent-failure', inSeconds: seconds } };
    case 'smtp-refused':
    case 'smtp-timeout':
    case 'smtp-4xx':
    case 'smtp-5xx':
    case 'smtp-slow':
    case 'smtp-no-receipt':
      return {};
  }
}

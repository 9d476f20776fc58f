import type { OnApplicationShutdown } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { Mailer, type OutgoingMail } from './mail.port.ts';
import type { SendOutcome } from './send-outcome.ts';

/** The sender that every mail names, in the header and in the envelope. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** How long the server may be silent, in milliseconds: until it takes the connection, until it greets, and ever after. */
export interface SmtpPatience {
  readonly connect: number;
  readonly greeting: number;
  readonly silence: number;
}

const PATIENCE: SmtpPatience = { connect: 5_000, greeting: 5_000, silence: 15_000 };
/** A server that trickles its replies is never silent: the whole delivery has an end too. */
const DELIVERY_MILLISECONDS = 40_000;

/**
 * One bare addr-spec: a dot-atom and a domain with a dot (RFC 5322, unquoted, ASCII). What a mail library would take for a list, a name, a
 * comment or a header is out, and so is what it would put into quotes, since that is another address than the one it was given.
 */
const SINGLE_ADDRESS =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const MOST_CHARACTERS = 254;

/** Sends by SMTP over a few shared connections. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport;

  /** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
  constructor(
    url: string,
    private readonly sender: Sender,
    patience: SmtpPatience = PATIENCE,
  ) {
    super();
    this.transport = nodemailer.createTransport({
      url,
      pool: true,
      maxConnections: 5,
      // A try is one try: repeats are the relay's, which counts them.
      maxRequeues: 0,
      idleTimeout: 30_000,
      connectionTimeout: patience.connect,
      greetingTimeout: patience.greeting,
      socketTimeout: patience.silence,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  onApplicationShutdown(): void {
    this.close();
  }

  close(): void {
    this.transport.close();
  }

  override async send(mail: OutgoingMail): Promise<SendOutcome> {
    if (mail.to.length > MOST_CHARACTERS || !SINGLE_ADDRESS.test(mail.to))
      return { kind: 'permanent-failure', code: 'recipient-not-single' };
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), DELIVERY_MILLISECONDS);
    try {
      await this.transport.sendMail({
        from: this.sender,
        to: { name: '', address: mail.to },
        envelope: { from: this.sender.address, to: [mail.to] },
        messageId: `<${mail.key}@bhxh-intake>`,
        date: mail.date,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        attachments: mail.attachments.map((attachment) => ({ ...attachment })),
        headers: {
          'Auto-Submitted': 'auto-generated',
          'X-Template': `${mail.template.name}; version=${mail.template.version}`,
          ...(mail.reference !== '' && { 'X-Dossier-Number': mail.reference }),
        },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: patience.signal,
      });
      return { kind: 'sent' };
    } catch (error) {
      return failure(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Errors about this very message, as opposed to the connection, the login or the server. */
const ABOUT_THE_MESSAGE: readonly (string | undefined)[] = ['EENVELOPE', 'EMESSAGE'];

/** Final is only a reply of class 5 to this message; a reply of class 4, a broken connection or a refused login may mend. */
function failure(error: unknown): SendOutcome {
  const { responseCode, permanent, code } = error as { responseCode?: number; permanent?: boolean; code?: string };
  return {
    kind: permanent && ABOUT_THE_MESSAGE.includes(code) ? 'permanent-failure' : 'temporary-failure',
    code: `smtp-${responseCode ?? code?.toLowerCase() ?? 'failed'}`,
  };
}

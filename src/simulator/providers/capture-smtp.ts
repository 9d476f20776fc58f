import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { InboxAttachment } from './inbox.entity.ts';

/** A mail as it came in by SMTP. */
export interface CapturedMail {
  /** Message-ID without its brackets and our own domain: for our own mail, the message's id. */
  readonly key: string;
  readonly sender: string;
  /** The envelope's recipients: where the mail really goes, whatever its header says. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly template: string | null;
  readonly dossierNumber: string | null;
  readonly attachments: readonly InboxAttachment[];
  readonly raw: Buffer;
}

/** How the server behaves; unless told otherwise it takes every mail at once. */
export interface SmtpManners {
  /** False: it takes the connection and says nothing. */
  readonly greets?: boolean;
  /** Its answer to every RCPT TO. */
  readonly refusesRecipientsWith?: number;
  /** It answers so long after it took a mail. */
  readonly answersAfterMs?: number;
  /** It breaks the connection off once it took a mail, without an answer. */
  readonly breaksOffAfterMail?: boolean;
}

const LOOPBACK = '127.0.0.1';
const MOST_BYTES = 20 * 1024 * 1024;

/** A mail server on a free port of the loopback, for as long as no real one is named: the mail really travels by SMTP. */
export class CaptureSmtp {
  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  /** @param receive takes the mail before the server says 250; when it throws, the client hears 451 and tries again later */
  static async start(receive: (mail: CapturedMail) => Promise<void>, manners: SmtpManners = {}): Promise<CaptureSmtp> {
    const { greets = true, refusesRecipientsWith, answersAfterMs = 0, breaksOffAfterMail = false } = manners;
    const sockets = new Set<Socket>();
    const server = new SMTPServer({
      name: 'capture.bhxh.example',
      size: MOST_BYTES,
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1_000,
      onConnect: (_session, callback) => {
        if (greets) callback();
      },
      onRcptTo: (_address, _session, callback) => {
        callback(refusesRecipientsWith === undefined ? null : reply('refused', refusesRecipientsWith));
      },
      onData: (stream, session, answer) => {
        const callback: typeof answer = (...said) => {
          if (breaksOffAfterMail) sockets.forEach((socket) => socket.destroy());
          else setTimeout(() => answer(...said), answersAfterMs).unref();
        };
        const { mailFrom, rcptTo } = session.envelope;
        capture(
          stream,
          mailFrom ? mailFrom.address : '',
          rcptTo.map(({ address }) => address),
        )
          .then(receive)
          .then(
            () => callback(null, 'captured'),
            () => callback(reply('could not be captured', stream.sizeExceeded ? 552 : 451)),
          );
      },
    });
    if (breaksOffAfterMail) server.server.on('connection', (socket) => sockets.add(socket));
    // A client that breaks off is its own affair.
    server.on('error', () => undefined);
    server.listen(0, LOOPBACK);
    await once(server.server, 'listening');
    return new CaptureSmtp(server, `smtp://${LOOPBACK}:${(server.server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function reply(text: string, responseCode: number): Error {
  return Object.assign(new Error(text), { responseCode });
}

async function capture(stream: SMTPServerDataStream, sender: string, recipients: string[]): Promise<CapturedMail> {
  const raw = await buffer(stream);
  if (stream.sizeExceeded) throw new Error('too large');
  const mail = await PostalMime.parse(raw);
  return {
    key: (mail.messageId ?? '').replace(/^<|(@bhxh-intake)?>$/g, ''),
    sender,
    recipients,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    template: header(mail, 'x-template')?.split(';')[0] ?? null,
    dossierNumber: header(mail, 'x-dossier-number') ?? null,
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? '',
      contentType: mimeType,
      size: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    })),
    raw,
  };
}

function header(mail: Email, key: string): string | undefined {
  return mail.headers.find((candidate) => candidate.key === key)?.value;
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail that the server took. */
export interface TakenMail {
  from: string;
  /** The envelope's recipients. */
  to: string[];
  raw: Buffer;
}

/**
 * How the server meets the next mails. `accept` takes them · `greylist` answers 451 to each recipient's first try and takes the second ·
 * `refuse` answers 550 to every recipient · `drop` breaks the connection off in the middle of the mail.
 */
export type SmtpMode = 'accept' | 'greylist' | 'refuse' | 'drop';

/** A real mail server on a free loopback port, which remembers what it was told. */
export class TestSmtp {
  mode: SmtpMode = 'accept';
  readonly mails: TakenMail[] = [];
  /** Every address that came in a RCPT TO, taken or not. */
  readonly recipients: string[] = [];
  private readonly greylisted = new Set<string>();

  private constructor(private readonly server: SMTPServer) {}

  /** @param port any free one by default */
  static async start(port = 0): Promise<TestSmtp> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, callback) => smtp.meet(address, callback),
      onData: (stream, session, callback) => {
        if (smtp.mode === 'drop') {
          server.connections.forEach((connection) => connection._socket.destroy());
          return;
        }
        void buffer(stream).then((raw) => {
          const { mailFrom, rcptTo } = session.envelope;
          smtp.mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw });
          callback();
        });
      },
    });
    server.on('error', () => undefined);
    const smtp = new TestSmtp(server);
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    return smtp;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private meet(address: string, callback: (error?: Error | null) => void): void {
    this.recipients.push(address);
    if (this.mode === 'refuse') return callback(reply(550));
    if (this.mode === 'greylist' && !this.greylisted.has(address)) {
      this.greylisted.add(address);
      return callback(reply(451));
    }
    callback();
  }
}

function reply(responseCode: number): Error {
  return Object.assign(new Error('as the test wants it'), { responseCode });
}

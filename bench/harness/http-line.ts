import { connect, type Socket } from 'node:net';

export interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: Buffer;
}

/**
 * One connection that asks and waits, again and again. As little as HTTP/1.1 needs: what the generator spends is taken from those that
 * are measured, for they share the cores.
 */
export class HttpLine {
  private socket: Socket | undefined;
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  private pieces: Buffer[] = [];

  constructor(private readonly origin: URL) {}

  /** @throws what broke the connection; the next call opens another */
  async ask({ method, path, headers = {}, body = '' }: Shot): Promise<Answer> {
    const socket = (this.socket ??= this.open());
    const length = Buffer.byteLength(body);
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.origin.host}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    if (length > 0 || method !== 'GET') head += `content-length: ${length}\r\n`;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      socket.cork();
      socket.write(`${head}\r\n`, 'latin1');
      if (length > 0) socket.write(body);
      socket.uncork();
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(): Socket {
    const socket = connect({ host: this.origin.hostname, port: Number(this.origin.port), noDelay: true });
    const broken = (error: Error) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.pieces = [];
      this.waiting?.reject(error);
      this.waiting = undefined;
    };
    socket.on('error', broken);
    socket.on('close', () => broken(new Error('the connection was closed')));
    socket.on('data', (piece) => this.take(piece));
    return socket;
  }

  private take(piece: Buffer): void {
    this.pieces.push(piece);
    const received = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces);
    if (this.pieces.length > 1) this.pieces = [received];
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = received.toString('latin1', 0, end);
    const status = Number(headers.slice(9, 12));
    const body = received.subarray(end + 4);
    if (!isWhole(headers, status, body)) return;
    this.pieces = [];
    const { waiting, socket } = this;
    this.waiting = undefined;
    if (/\r\nconnection: close/i.test(headers)) {
      this.socket = undefined;
      socket?.destroy();
    }
    waiting?.resolve({ status, headers, body });
  }
}

function isWhole(headers: string, status: number, body: Buffer): boolean {
  const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  if (status === 204 || status === 304) return true;
  return /\r\ntransfer-encoding: chunked/i.test(headers) && body.subarray(-5).toString('latin1') === '0\r\n\r\n';
}

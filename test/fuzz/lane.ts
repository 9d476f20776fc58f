import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AnswerReader, type RawAnswer } from './answer-reader.ts';
import type { Wire } from './wire.ts';

/** How one request ended, as its client sees it. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: RawAnswer; readonly milliseconds: number }
  /** The connection was closed without a whole answer. */
  | { readonly kind: 'closed'; readonly milliseconds: number; readonly received: Buffer }
  | { readonly kind: 'silent'; readonly milliseconds: number }
  | { readonly kind: 'left' };

/** One connection after the other, one request after the other: bytes out, an answer back, no help from any HTTP client. */
export class Lane {
  private socket: Socket | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  /** @param patienceMs after which there is no answer any more */
  async exchange(wire: Wire, method: string, patienceMs: number): Promise<Outcome> {
    const isUsed = this.socket !== undefined;
    const outcome = await this.once(wire, method, patienceMs);
    // A connection that has been idle may be closed at the very moment at which it is used again.
    return isUsed && outcome.kind === 'closed' && outcome.received.length === 0 ? this.once(wire, method, patienceMs) : outcome;
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async once(wire: Wire, method: string, patienceMs: number): Promise<Outcome> {
    const began = performance.now();
    const socket = this.socket ?? (await this.open());
    this.socket = undefined;
    if (!socket) return { kind: 'closed', milliseconds: performance.now() - began, received: Buffer.alloc(0) };
    if (wire.then === 'leaves') {
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.write(wire.pieces[0]!, () => resolve()));
      socket.destroy();
      return { kind: 'left' };
    }
    const reader = new AnswerReader(method);
    const ending = read(socket, reader, patienceMs);
    await send(socket, wire);
    const how = await ending;
    const milliseconds = performance.now() - began;
    const { answer } = reader;
    if (!answer) {
      socket.destroy();
      return how === 'silent' ? { kind: 'silent', milliseconds } : { kind: 'closed', milliseconds, received: reader.received };
    }
    const keeps =
      wire.then === 'keeps' && how === 'answered' && answer.keepsConnection && answer.surplus === 0 && socket.writableLength === 0;
    if (keeps && !socket.destroyed) this.keep(socket);
    else socket.destroy();
    return { kind: 'answer', answer, milliseconds };
  }

  /** Undefined when nobody listens. */
  private async open(): Promise<Socket | undefined> {
    const socket = connect({ host: this.host, port: this.port, allowHalfOpen: true, noDelay: true });
    const isOpen = await new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.removeAllListeners('error');
    return isOpen ? socket : undefined;
  }

  private keep(socket: Socket): void {
    this.socket = socket;
    const forget = () => {
      if (this.socket === socket) this.close();
    };
    socket.once('end', forget).once('error', forget).once('close', forget);
  }
}

async function send(socket: Socket, { pieces, then }: Wire): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    if (pieces.length > 1) await nextTurn();
  }
  if (then === 'ends') socket.end();
}

/** Until there is an answer, or the connection or the patience is at its end. Whatever comes after that is nobody's. */
function read(socket: Socket, reader: AnswerReader, patienceMs: number): Promise<'answered' | 'closed' | 'silent'> {
  socket.removeAllListeners();
  return new Promise((resolve) => {
    const finish = (how: 'answered' | 'closed' | 'silent') => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      resolve(how);
    };
    const timer = setTimeout(() => finish('silent'), patienceMs);
    const over = () => {
      reader.end();
      finish('closed');
    };
    socket.on('data', (bytes: Buffer) => {
      reader.push(bytes);
      if (reader.answer) finish('answered');
    });
    socket.on('end', over).on('close', over).on('error', over);
  });
}

import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** `up` is from the client to the server. */
export type Way = 'up' | 'down';

/** What a line does with the bytes that come; byte counts begin when the line takes the mode on. */
export type LineMode =
  | { readonly kind: 'pass' }
  /** Each piece comes so much later, in order. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** A few bytes at a time, both ways. */
  | { readonly kind: 'dribble'; readonly bytes: number; readonly everyMilliseconds: number }
  /** After so many bytes the server hears that the client has no more to say, and hears no more of it; answers go on. */
  | { readonly kind: 'half-close'; readonly after: number }
  /** Both ends are reset as soon as so many bytes went that way; the last of them may not arrive. */
  | { readonly kind: 'reset'; readonly after: number; readonly way: Way }
  /** Nothing moves and nothing ends; what is sent meanwhile arrives when the line takes on another mode. */
  | { readonly kind: 'blackhole' }
  /** The server gets the request and does its work; the client is reset instead of answered. */
  | { readonly kind: 'drop-response' };

/** One connection through the proxy. */
export class TcpLine {
  private carried: Record<Way, number> = { up: 0, down: 0 };
  private wakers: (() => void)[] = [];
  private isHalfClosed = false;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private mode: LineMode,
    onClosed: () => void,
  ) {
    this.carry(near, far, 'up');
    this.carry(far, near, 'down');
    let open = 2;
    for (const socket of [near, far]) {
      socket.once('close', () => {
        if (--open === 0) onClosed();
        this.wake();
      });
    }
  }

  becomes(mode: LineMode): void {
    this.mode = mode;
    this.carried = { up: 0, down: 0 };
    this.wake();
  }

  reset(): void {
    for (const socket of [this.near, this.far]) {
      // A socket that is not connected yet has nobody to reset.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  private carry(from: Socket, to: Socket, way: Way): void {
    // The end may be told while the last piece is still on its way.
    let underWay: Promise<void> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const under = this.deliver(chunk, to, way);
      if (!under) return;
      from.pause();
      underWay = under.then(() => void from.resume());
    });
    from.on('end', () => {
      void underWay.then(() => {
        if (!(way === 'up' && this.isHalfClosed)) to.end();
      });
    });
    from.on('error', () => this.reset());
    // Whoever goes without a word takes the other end along.
    from.on('close', () => {
      if (!from.readableEnded) this.reset();
    });
  }

  /** @returns when the next piece may come; undefined: at once */
  private deliver(chunk: Buffer, to: Socket, way: Way): Promise<void> | undefined {
    const { mode } = this;
    if (mode.kind === 'pass') return this.write(chunk, to, way);
    return this.deliverBadly(chunk, to, way);
  }

  private async deliverBadly(chunk: Buffer, to: Socket, way: Way): Promise<void> {
    for (let left = chunk; left.length > 0 && !to.destroyed;) {
      const { mode } = this;
      switch (mode.kind) {
        case 'pass':
          await this.write(left, to, way);
          return;
        case 'delay':
          await pause(mode.milliseconds);
          await this.write(left, to, way);
          return;
        case 'dribble':
          await this.write(left.subarray(0, mode.bytes), to, way);
          left = left.subarray(mode.bytes);
          await pause(mode.everyMilliseconds);
          break;
        case 'half-close': {
          if (way === 'down') return this.write(left, to, way);
          await this.write(left.subarray(0, Math.max(0, mode.after - this.carried.up)), to, way);
          if (this.carried.up >= mode.after && !this.isHalfClosed) {
            this.isHalfClosed = true;
            to.end();
          }
          return;
        }
        case 'reset': {
          if (way !== mode.way) return this.write(left, to, way);
          await this.write(left.subarray(0, Math.max(0, mode.after - this.carried[way])), to, way);
          if (this.carried[way] >= mode.after) this.reset();
          return;
        }
        case 'blackhole':
          await new Promise<void>((resolve) => this.wakers.push(resolve));
          break;
        case 'drop-response':
          if (way === 'down') return this.reset();
          return this.write(left, to, way);
      }
    }
  }

  /** @returns when the socket takes more; undefined: at once */
  private write(bytes: Buffer, to: Socket, way: Way): Promise<void> | undefined {
    this.carried[way] += bytes.length;
    if (bytes.length === 0 || to.destroyed || to.writableEnded || to.write(bytes)) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        to.off('drain', done).off('close', done);
        resolve();
      };
      to.on('drain', done).on('close', done);
    });
  }

  private wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }
}

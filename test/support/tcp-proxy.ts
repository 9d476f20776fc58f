import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../src/platform/database/embedded-server.ts';
import { TcpLine, type LineMode } from './tcp-line.ts';

/**
 * Stands between a client and a server, and does to the lines what networks do. Every line passes everything on until it is told
 * otherwise: all lines by `becomes`, new ones by `each`.
 */
export class TcpProxy {
  private readonly lines = new Set<TcpLine>();
  private mode: LineMode = { kind: 'pass' };
  private modeOfNew: ((place: number) => LineMode) | undefined;
  private isShut = false;
  private accepted = 0;
  private ownPort = 0;

  private constructor(
    private readonly target: { readonly host: string; readonly port: number },
    private server: Server,
  ) {}

  /** @param url of the server: any scheme, with a port */
  static async before(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const proxy = new TcpProxy({ host: hostname, port: Number(port) }, createServer());
    await proxy.listen();
    return proxy;
  }

  /** The same server by way of the proxy. */
  urlOf(url: string): string {
    const through = new URL(url);
    through.host = `127.0.0.1:${this.ownPort}`;
    return through.href;
  }

  get port(): number {
    return this.ownPort;
  }

  /** How many lines have been taken so far. */
  get taken(): number {
    return this.accepted;
  }

  /** From now on, for every line that there is and that there will be; bytes are counted from now. */
  becomes(mode: LineMode): void {
    this.mode = mode;
    this.modeOfNew = undefined;
    for (const line of this.lines) line.becomes(mode);
  }

  /** Decides for each new line by its place, from 0, in the order in which they come; the lines that there are stay as they are. */
  each(modeOf: (place: number) => LineMode): void {
    this.modeOfNew = modeOf;
  }

  /** Lets everything by, what was held back first. */
  async open(): Promise<void> {
    if (this.isShut) await this.listen();
    this.becomes({ kind: 'pass' });
  }

  /** Refuses as a machine does that is gone: lines are cut, nobody listens. */
  async shut(): Promise<void> {
    if (this.isShut) return;
    this.isShut = true;
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  /** Takes everything and answers nothing, as a machine that is stopped but not dead. */
  freeze(): void {
    this.becomes({ kind: 'blackhole' });
  }

  /** Resets every line that there is. */
  cut(): void {
    for (const line of this.lines) line.reset();
  }

  async close(): Promise<void> {
    await this.shut();
  }

  private async listen(): Promise<void> {
    // Below the ports that the system gives out: it is opened again after it was shut, and is not to be somebody else's by then.
    this.ownPort ||= await freePort();
    // A half-closed line stays half open, or the proxy would close what its two ends have not.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.accept(near)).listen(this.ownPort, '127.0.0.1');
    await once(this.server, 'listening');
    this.isShut = false;
  }

  private accept(near: Socket): void {
    const far = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const mode = this.modeOfNew?.(this.accepted) ?? this.mode;
    this.accepted++;
    const line: TcpLine = new TcpLine(near, far, mode, () => this.lines.delete(line));
    this.lines.add(line);
  }
}

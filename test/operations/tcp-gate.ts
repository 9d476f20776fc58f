import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between a service and its database: `open` lets everything by, `shut` refuses as a machine does that is gone, `frozen` takes
 * everything and answers nothing, as one does that is stopped but not dead.
 */
export class TcpGate {
  private state: 'open' | 'shut' | 'frozen' = 'open';
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private port = 0;

  private constructor(
    private readonly target: { host: string; port: number },
    private server: Server,
  ) {}

  static async before(url: string): Promise<TcpGate> {
    const { hostname, port } = new URL(url);
    const gate = new TcpGate({ host: hostname, port: Number(port) }, createServer());
    await gate.listen();
    return gate;
  }

  /** The same database by way of the gate. */
  urlOf(url: string): string {
    const through = new URL(url);
    through.host = `127.0.0.1:${this.port}`;
    return through.href;
  }

  async open(): Promise<void> {
    const before = this.state;
    this.state = 'open';
    if (before === 'shut') await this.listen();
    for (const [near, far] of this.pairs) join(near, far);
  }

  async shut(): Promise<void> {
    this.state = 'shut';
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  freeze(): void {
    this.state = 'frozen';
    for (const [near, far] of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  async close(): Promise<void> {
    if (this.state !== 'shut') await this.shut();
  }

  private async listen(): Promise<void> {
    this.server = createServer((near) => this.accept(near)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private accept(near: Socket): void {
    const far = connect(this.target);
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.pairs.delete(pair);
        pair.forEach((end) => end.destroy());
      });
    }
    if (this.state === 'open') join(near, far);
  }

  private cut(): void {
    for (const pair of this.pairs) pair.forEach((socket) => socket.destroy());
  }
}

function join(near: Socket, far: Socket): void {
  near.pipe(far);
  far.pipe(near);
}

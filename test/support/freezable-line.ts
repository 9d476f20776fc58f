import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server on which nothing moves while it is frozen; what was sent meanwhile arrives when it thaws. */
export class FreezableLine {
  private readonly sockets = new Set<Socket>();
  private frozen = false;

  private constructor(
    private readonly server: Server,
    /** The server's URL, by way of this line. */
    readonly url: string,
  ) {}

  static async to(url: string): Promise<FreezableLine> {
    const { hostname, port } = new URL(url);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const detour = new URL(url);
    detour.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const line = new FreezableLine(server, detour.href);
    server.on('connection', (near) => line.join(near, connect(Number(port), hostname)));
    return line;
  }

  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk: Buffer) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.end();
      });
      if (this.frozen) from.pause();
    }
  }
}

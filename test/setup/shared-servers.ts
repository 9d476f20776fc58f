import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startServer, type TestServer } from '../support/server.ts';

/**
 * The servers that spec files share: one for each Jest worker, started when the first of its spec files asks for it. They belong to the
 * run, because a worker's spec files share no memory.
 */
export class SharedServers {
  private readonly started = new Map<string, Promise<TestServer>>();

  private constructor(private readonly door: Server) {}

  static async open(): Promise<SharedServers> {
    const door = createServer();
    const servers = new SharedServers(door);
    door.on('request', (request, response) => {
      // A worker asks seldom: what it kept open would be closed here by the time it asks again.
      response.setHeader('Connection', 'close');
      servers.of(request.url ?? '/').then(
        ({ url, database, dataDir }) => response.end(JSON.stringify({ url, database, dataDir })),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    return servers;
  }

  /** Where a worker asks for its server: its path is the worker's number. */
  get url(): string {
    return `http://127.0.0.1:${(this.door.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.door.close();
    this.door.closeAllConnections();
    await Promise.allSettled([...this.started.values()].map(async (starting) => (await starting).dispose()));
  }

  private of(worker: string): Promise<TestServer> {
    const server = this.started.get(worker) ?? startServer();
    this.started.set(worker, server);
    return server;
  }
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';

/** As many connections as the service has. */
const CONNECTIONS = 20;

export interface Reply {
  readonly status: number;
  readonly body: object;
}

/** In the schema `bare`; the service's own beside it, for what is only read. */
export function bareDatabase(): pg.Pool {
  return new pg.Pool({ connectionString: process.env.DATABASE_URL!, max: CONNECTIONS, options: '-c search_path=bare,public' });
}

/** One handler on `node:http`, with the service's line of log and nothing else. */
export function serveBare(handle: (request: IncomingMessage) => Promise<Reply>): void {
  const log = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } });
  const answer = (request: IncomingMessage, response: ServerResponse, begun: number, { status, body }: Reply) => {
    const text = JSON.stringify(body);
    const requestId = randomUUID();
    response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'X-Request-Id': requestId,
      'Cache-Control': 'no-store',
    });
    response.end(text);
    log.info({ requestId, method: request.method, route: 'bare', status, ms: performance.now() - begun }, 'request completed');
  };
  const server = createServer((request, response) => {
    const begun = performance.now();
    handle(request).then(
      (reply) => answer(request, response, begun, reply),
      (error: unknown) => answer(request, response, begun, { status: 500, body: { error: String(error) } }),
    );
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
  process.on('SIGTERM', () => process.exit(0));
}

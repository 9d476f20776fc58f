import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NextFunction, Request, Response } from 'express';
import { log } from '../log.ts';
import type { RefusalCode } from '../refusal-catalogue.ts';
import { Refusal } from '../refusal.ts';
import { BROWSER_HEADERS } from './browser-rules.ts';
import { problemOf } from './problem.ts';

/** What Node's HTTP parser says, and how it is told; everything else is a request that cannot be parsed. */
const CODE_OF_ERROR: Record<string, RefusalCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'payload-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload-too-large',
};

/** For whoever goes on sending what nobody can read. */
const LONGEST_FAREWELL_MS = 10_000;

const REASON: Record<number, string> = { 400: 'Bad Request', 408: 'Request Timeout', 413: 'Payload Too Large' };

/**
 * What Node cannot read as a request, or waited for in vain, never reaches a route. Node would answer with a bare status line; this
 * service answers with a problem document here too. Nobody's language is known yet, so it is Vietnamese.
 */
export function answerUnreadableRequests(server: Server): void {
  const exchanges = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  const refused = new WeakSet<Duplex>();
  server.on('request', (request, response) => exchanges.set(request.socket, { request, response }));
  // Who names no host is answered by `refuseWithoutHost`. Node reads this property at each request, but declares it as an option only.
  Object.assign(server, { requireHostHeader: false });
  // An expectation other than 100-continue may be ignored (RFC 9110 10.1.1), and then the request is as good as any other.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What still arrives of it is no more readable, and is thrown away: to close now would reset the connection and take the answer with it.
    if (refused.has(socket) && error.code !== 'ECONNRESET') return;
    const last = exchanges.get(socket);
    // An answer under way is not spoiled, and a request whose body turns out bad after it was answered gets no second answer.
    const isAnswered = last?.response.headersSent && !(last.response.writableFinished && last.request.complete);
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswered) return void socket.destroy();
    log.info({ error: error.code }, 'a request could not be read');
    refused.add(socket);
    socket.end(problemMessage(CODE_OF_ERROR[error.code ?? ''] ?? 'malformed-request'));
    const patience = setTimeout(() => socket.destroy(), LONGEST_FAREWELL_MS).unref();
    socket.once('close', () => clearTimeout(patience));
  });
}

/** HTTP/1.1 without `Host` must be refused (RFC 9112 3.2). */
export function refuseWithoutHost(request: Request, _response: Response, next: NextFunction): void {
  const isRefused = request.httpVersion === '1.1' && request.headers.host === undefined;
  next(isRefused ? new Refusal('malformed-request') : undefined);
}

function problemMessage(code: RefusalCode): string {
  const requestId = randomUUID();
  const problem = problemOf(new Refusal(code), 'vi', requestId);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${REASON[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Language: vi',
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    ...Object.entries(BROWSER_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { placeOf, requestIdOf } from '../../platform/http/request-context.ts';
import { piecesOf } from './body-pieces.ts';
import { canonicalBody, canonicalHeaders, type WholeAnswer } from './canonical-answer.ts';
import type { RecordedAnswer, RecordedRequest } from './run.types.ts';

/** A request's headers that an answer can depend on. */
const HEADERS = [
  ...['accept', 'accept-language', 'authorization', 'content-encoding', 'content-type', 'idempotency-key', 'if-match'],
  ...['if-none-match', 'lease-token', 'sim-fault', 'tus-resumable', 'upload-checksum', 'upload-length', 'upload-metadata'],
  ...['upload-offset', 'x-client-id', 'x-forwarded-for'],
];
/** What clients send that do not care, which is as good as nothing. */
const INDIFFERENT = ['*', '*/*'];

/** More than any request that is not refused for its length. */
const MOST_REQUEST_BYTES = 40 * 1024 * 1024;
/** Of an answer; what is longer is known by its hash. */
const MOST_ANSWER_BYTES = 1024 * 1024;

export interface HeardCall {
  readonly request: RecordedRequest;
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly answer: RecordedAnswer;
}

/**
 * Listens to a call from its first byte to its last, without taking a byte from anybody: what arrives is noted on its way into the
 * request's stream, which goes on as fast or as slowly as it is read. To be called before anybody reads or answers.
 */
export async function hearCall(message: IncomingMessage, response: ServerResponse): Promise<HeardCall> {
  const [sent, answered] = await Promise.all([bodyOf(message), answerTo(message, response)]);
  const { pieces, blobs } = piecesOf(sent.body, message.headers['content-type']);
  const request = {
    method: message.method ?? 'GET',
    path: answered.path,
    headers: headersOf(message),
    body: pieces,
    ...(!sent.whole && { cutShort: true as const }),
  };
  return { request, blobs, answer: answered.answer };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const told = HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined || INDIFFERENT.includes(String(value)) ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(told) as Record<string, string>;
}

function bodyOf(message: IncomingMessage): Promise<{ body: Buffer; whole: boolean }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const declared = message.headers['content-length'];
  return new Promise((resolve) => {
    const done = () => {
      message.socket.off('close', done);
      const body = Buffer.concat(parts);
      resolve({ body, whole: message.complete && body.length === Number(declared ?? bytes) && bytes === body.length });
    };
    const push = message.push.bind(message);
    message.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
      if (chunk === null) done();
      else if ((bytes += chunk.length) <= MOST_REQUEST_BYTES) parts.push(chunk);
      return push(chunk, encoding);
    };
    message.socket.once('close', done);
  });
}

function answerTo(message: IncomingMessage, response: ServerResponse): Promise<{ path: string; answer: RecordedAnswer }> {
  const original = message.url ?? '/';
  const path = placeOf(message).url;
  const kept: Buffer[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  const note = (part: unknown, encoding: unknown) => {
    if (typeof part !== 'string' && !(part instanceof Uint8Array)) return;
    const chunk = typeof part === 'string' ? Buffer.from(part, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8') : part;
    hash.update(chunk);
    if ((bytes += chunk.length) <= MOST_ANSWER_BYTES) kept.push(Buffer.from(chunk));
  };
  const noting =
    (method: (...told: never[]) => unknown) =>
    (...told: unknown[]): unknown => {
      note(told[0], told[1]);
      return method(...(told as never[]));
    };
  Object.assign(response, { write: noting(response.write.bind(response)), end: noting(response.end.bind(response)) });
  return new Promise((resolve) => {
    response.once('close', () => {
      const surroundings = {
        host: message.headers.host ?? '',
        basePath: original.endsWith(path) ? original.slice(0, original.length - path.length) : '',
        requestId: requestIdOf(message),
      };
      const headers = response.getHeaders();
      const contentType = String(headers['content-type'] ?? '');
      const whole = { path, contentType, body: Buffer.concat(kept), sha256: hash.digest('hex'), bytes };
      if (!response.headersSent) resolve({ path, answer: { status: 0, headers: {}, body: NOTHING_WHOLE, broken: true } });
      else if (!response.writableFinished) {
        const told = canonicalHeaders(headers, surroundings);
        resolve({ path, answer: { status: response.statusCode, headers: told, body: NOTHING_WHOLE, broken: true } });
      } else {
        const body = message.method === 'HEAD' ? EMPTY : canonicalBody(whole, surroundings);
        resolve({ path, answer: { status: response.statusCode, headers: canonicalHeaders(headers, surroundings), body } });
      }
    });
  });
}

const NOTHING_WHOLE = { leftOut: 'the connection ended first' };
const EMPTY: Pick<WholeAnswer, 'sha256' | 'bytes'> = { sha256: createHash('sha256').digest('hex'), bytes: 0 };

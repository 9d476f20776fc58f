import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mustBeDocumented } from './openapi-truth.ts';

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Parsed when it is JSON, else the text. */
  body: Record<string, unknown>;
}

/**
 * Sends these bytes, and waits for one answer; whatever else the request declared is never sent. A problem is held against the API
 * document.
 */
export async function sendsRaw(url: string, ...bytes: (string | Buffer)[]): Promise<RawAnswer> {
  const socket = await opens(url);
  try {
    for (const part of bytes) socket.write(part);
    return await answerOf(socket);
  } finally {
    socket.destroy();
  }
}

export async function opens(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function answerOf(socket: Socket): Promise<RawAnswer> {
  let received = Buffer.alloc(0);
  for await (const part of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, part]);
    const answer = readAnswer(received);
    if (answer) return answer;
  }
  throw new Error(`the connection ended before there was a whole answer: ${received.toString('latin1').slice(0, 200)}`);
}

function readAnswer(received: Buffer): RawAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine, ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const content = received.subarray(end + 4);
  const length = Number(headers['content-length'] ?? (headers['transfer-encoding'] ? NaN : 0));
  const whole = Number.isNaN(length) ? content.includes('\r\n0\r\n\r\n') : content.length >= length;
  if (!whole) return undefined;
  const text = Number.isNaN(length) ? unchunked(content) : content.subarray(0, length).toString('utf8');
  const isJson = /json/.test(headers['content-type'] ?? '');
  const answer = {
    status: Number(statusLine!.split(' ')[1]),
    headers,
    body: (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
  if (answer.status >= 400) mustBeDocumented('RAW', '', answer);
  return answer;
}

function unchunked(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = content.indexOf('\r\n', at);
    const size = Number.parseInt(content.subarray(at, lineEnd).toString('latin1'), 16);
    if (!size) return Buffer.concat(parts).toString('utf8');
    parts.push(content.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

export const BOUNDARY = 'a-boundary';

/** One part of a form, byte by byte. */
export interface Part {
  /** Its headers, one line each. */
  head: string;
  content: string | Buffer;
}

export function field(name: string, content: string | Buffer): Part {
  return { head: `Content-Disposition: form-data; name="${name}"`, content };
}

export function file(name: string, content: string | Buffer, filename = `${name}.jpg`): Part {
  return { head: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: image/jpeg`, content };
}

/** The body of a form. */
export function formOf(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const bytes = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...bytes, Buffer.from(end)]);
}

/** The first line and the headers of a request. */
export function headOf(requestLine: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${requestLine} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** A request byte by byte; a body is JSON unless the headers say otherwise. */
export function requestsRaw(url: string, requestLine: string, headers: Record<string, string> = {}, body?: string): Promise<RawAnswer> {
  const about: Record<string, string> =
    body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  return sendsRaw(url, headOf(requestLine, { ...about, ...headers }), body ?? '');
}

/** Status and code in one line: `404 not-found`, or `201`. */
export function inShort({ status, body }: RawAnswer): string {
  return typeof body['code'] === 'string' && status >= 400 ? `${status} ${body['code']}` : String(status);
}

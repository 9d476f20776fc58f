export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; values of repeated headers joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Bytes that came behind the answer, though nothing else was asked. */
  readonly surplus: number;
  readonly keepsConnection: boolean;
}

/** Reads one HTTP/1.1 answer from the bytes of a connection; interim answers (1xx) are passed over. */
export class AnswerReader {
  answer: RawAnswer | undefined;
  received = Buffer.alloc(0);

  /** @param method of the request: an answer to HEAD has no body */
  constructor(private readonly method: string) {}

  push(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    this.answer ??= this.parse(false);
  }

  /** The connection is over: what has no length ends here. */
  end(): void {
    this.answer ??= this.parse(true);
  }

  private parse(isOver: boolean): RawAnswer | undefined {
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const [line = '', ...lines] = this.received.subarray(0, end).toString('latin1').split('\r\n');
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]);
      const rest = this.received.subarray(end + 4);
      if (status >= 100 && status < 200) {
        this.received = rest;
        continue;
      }
      const headers = headersOf(lines);
      const content = this.contentOf(status, headers, rest, isOver);
      if (!content) return undefined;
      const keepsConnection = headers.connection?.toLowerCase() !== 'close' && content.hasEnd;
      return { status, headers, body: content.body, surplus: rest.length - content.length, keepsConnection };
    }
  }

  private contentOf(status: number, headers: Record<string, string>, rest: Buffer, isOver: boolean): Content | undefined {
    if (this.method === 'HEAD' || status === 204 || status === 304) return { body: Buffer.alloc(0), length: 0, hasEnd: true };
    if (headers['transfer-encoding'] === 'chunked') return chunksOf(rest);
    if (headers['content-length'] !== undefined) {
      const length = Number(headers['content-length']);
      return rest.length >= length ? { body: rest.subarray(0, length), length, hasEnd: true } : undefined;
    }
    return isOver ? { body: rest, length: rest.length, hasEnd: false } : undefined;
  }
}

interface Content {
  readonly body: Buffer;
  /** On the wire. */
  readonly length: number;
  /** Whether the answer itself says where it ends. */
  readonly hasEnd: boolean;
}

function chunksOf(rest: Buffer): Content | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = parseInt(rest.subarray(at, line).toString('latin1'), 16);
    const next = line + 2 + size + 2;
    if (Number.isNaN(size) || rest.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), length: next, hasEnd: true };
    chunks.push(rest.subarray(line + 2, line + 2 + size));
    at = next;
  }
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

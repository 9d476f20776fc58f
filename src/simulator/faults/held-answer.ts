import type { Response } from 'express';

/** An answer that the routes have finished and nobody has seen. */
export interface HeldAnswer {
  readonly body: Buffer;
  /** Lets it go as it is. */
  readonly release: () => void;
}

const METHODS = ['write', 'end', 'writeHead', 'flushHeaders'] as const;

/** Lets the routes answer into our hands; `then` says what becomes of it. Status and headers stand on the response as always. */
export function holdAnswer(response: Response, then: (answer: HeldAnswer) => void): void {
  const own = Object.fromEntries(METHODS.map((method) => [method, Reflect.get(response, method) as unknown]));
  const parts: Buffer[] = [];
  const keep = (part: unknown, encoding: unknown) => {
    if (typeof part === 'string') parts.push(Buffer.from(part, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'));
    else if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  };
  const hands = {
    flushHeaders: () => undefined,
    writeHead: (status: number, ...more: unknown[]) => {
      response.statusCode = status;
      const headers = more.find((argument) => typeof argument === 'object' && argument !== null);
      for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value as string);
      return response;
    },
    write: (...told: unknown[]) => {
      keep(told[0], told[1]);
      const done = told.find((argument) => typeof argument === 'function');
      if (done) process.nextTick(done);
      return true;
    },
    end: (...told: unknown[]) => {
      keep(told[0], told[1]);
      Object.assign(response, own);
      const body = Buffer.concat(parts);
      then({ body, release: () => void response.end(body) });
      return response;
    },
  };
  Object.assign(response, hands);
}

import type { IncomingMessage } from 'node:http';

/** Bytes of body that the headers declare; NaN for a chunked body, whose length only its end tells. */
export function declaredLength({ headers }: Pick<IncomingMessage, 'headers'>): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : NaN;
}

export function hasBody(request: Pick<IncomingMessage, 'headers'>): boolean {
  return declaredLength(request) !== 0;
}

import type { Response } from 'express';
import { createHash } from 'node:crypto';

/** A JSON answer made once and sent many times: its bytes and a strong validator of exactly these bytes. */
export interface PreparedJson {
  readonly body: Buffer;
  /** A quoted strong ETag: SHA-256 of the bytes. */
  readonly etag: string;
}

export function prepareJson(value: unknown): PreparedJson {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

/**
 * Answers with the prepared bytes, or with 304 when `If-None-Match` names them already.
 *
 * @param cacheControl the whole header: reference data is public, unlike every other answer
 */
export function sendPrepared(response: Response, prepared: PreparedJson, cacheControl: string): void {
  response.set({ 'Cache-Control': cacheControl, ETag: prepared.etag });
  if (names(response.req.headers['if-none-match'], prepared.etag)) {
    response.status(304).end();
    return;
  }
  response.set('Content-Type', 'application/json; charset=utf-8').send(prepared.body);
}

/**
 * The weak comparison of RFC 9110 13.1.2. Express's own check answers in full when the request says `Cache-Control: no-cache`, which is
 * meant for caches on the way and which `fetch` adds to every request with `If-None-Match`.
 */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const held = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return held.includes(etag) || held.includes('*');
}

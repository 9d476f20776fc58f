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

/** So many questions are remembered of one source: whoever asks anything else all the time makes the others be answered anew. */
const MOST_QUESTIONS = 500;

/** Answers made when they are first asked for, and kept for as long as what they are made of is. */
export class PreparedAnswers<Source extends object> {
  private readonly kept = new WeakMap<Source, Map<string, PreparedJson>>();

  /** @param source never changes: what is otherwise is another one */
  get(source: Source, question: string, make: () => unknown): PreparedJson {
    let answers = this.kept.get(source);
    if (!answers) {
      answers = new Map<string, PreparedJson>();
      this.kept.set(source, answers);
    }
    const known = answers.get(question);
    if (known) return known;
    if (answers.size >= MOST_QUESTIONS) answers.clear();
    const made = prepareJson(make());
    answers.set(question, made);
    return made;
  }
}

/**
 * Answers with the prepared bytes, or with 304 when `If-None-Match` names them already.
 *
 * @param cacheControl the whole header: reference data is public, unlike every other answer
 */
export function sendPrepared(response: Response, prepared: PreparedJson, cacheControl: string): void {
  response.setHeader('Cache-Control', cacheControl);
  response.setHeader('ETag', prepared.etag);
  const held = response.req.headers['if-none-match'];
  if (held !== undefined && names(held, prepared.etag)) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', prepared.body.length);
  response.end(prepared.body);
}

/**
 * The weak comparison of RFC 9110 13.1.2. Express's own check answers in full when the request says `Cache-Control: no-cache`, which is
 * meant for caches on the way and which `fetch` adds to every request with `If-None-Match`.
 */
function names(ifNoneMatch: string, etag: string): boolean {
  const held = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return held.includes(etag) || held.includes('*');
}

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { CONTENT_POLICY } from './browser-rules.ts';
import { basePathOf } from './request-context.ts';

/** Marks an answer that was given before, for the same key and the same content. */
export function markReplay(response: Response, replayed: boolean): void {
  if (replayed) response.setHeader('Idempotent-Replayed', 'true');
}

/** Says where what was just made can be read: a path of this service, below the base path that the client called. */
export function markPlace(request: Request, response: Response, path: string): void {
  response.setHeader('Location', `${basePathOf(request)}${path}`);
}

/** Sends a PDF that rests in no cache and is a file, not a page. */
export function sendPdf(response: Response, filename: string, pdf: Buffer): void {
  response.set({
    'Content-Type': 'application/pdf',
    'Content-Disposition': `inline; filename="${filename}"`,
    'Content-Security-Policy': CONTENT_POLICY.file,
    'Cache-Control': 'no-store',
  });
  response.end(pdf);
}

/** Watchers of an answer's end that are no leak: the log, the figures, the desk's journal and record, and half a dozen of the stream's own. */
const MOST_WATCHERS = 24;

/** Sends a body as it comes. A client that leaves ends the reading too; there is nobody left to tell. */
export async function sendStream(response: Response, body: Readable): Promise<void> {
  response.setMaxListeners(MOST_WATCHERS);
  await pipeline(body, response).catch(() => response.destroy());
}

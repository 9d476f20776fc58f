import type { Response } from 'express';

/** Marks an answer that was given before, for the same key and the same content. */
export function markReplay(response: Response, replayed: boolean): void {
  if (replayed) response.setHeader('Idempotent-Replayed', 'true');
}

/** Sends a PDF that rests in no cache and is a file, not a page. */
export function sendPdf(response: Response, filename: string, pdf: Buffer): void {
  response.set({
    'Content-Type': 'application/pdf',
    'Content-Disposition': `inline; filename="${filename}"`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'no-store',
  });
  response.end(pdf);
}

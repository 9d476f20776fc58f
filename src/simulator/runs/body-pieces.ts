import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { BodyPiece } from './run.types.ts';

/** Longer stretches are kept as blobs, of which each stands in a file once. */
const LONGEST_TEXT = 128 * 1024;

/** The boundary of a multipart content type. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /^multipart\/[^;]+;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/is.exec(contentType) ?? [];
  return quoted ?? plain;
}

/**
 * Cuts a body into text and blobs: a multipart body around the content of each part, so that the same photo is the same blob whatever
 * stands beside it; any other body is one piece. Nothing is interpreted: whatever was sent, put together the pieces are it.
 */
export function piecesOf(body: Buffer, contentType = ''): { pieces: BodyPiece[]; blobs: Map<string, Buffer> } {
  const boundary = boundaryOf(contentType);
  const pieces: BodyPiece[] = [];
  const blobs = new Map<string, Buffer>();
  for (const stretch of boundary === undefined ? [body] : stretchesOf(body, boundary)) {
    if (stretch.length === 0) continue;
    if (stretch.length <= LONGEST_TEXT && isUtf8(stretch)) {
      const before = pieces.at(-1);
      if (typeof before === 'string') pieces[pieces.length - 1] = before + stretch.toString();
      else pieces.push(stretch.toString());
    } else {
      const blob = createHash('sha256').update(stretch).digest('hex');
      blobs.set(blob, stretch);
      pieces.push({ blob });
    }
  }
  return { pieces, blobs };
}

/** What stands around the parts, and the parts' contents, by turns. */
function stretchesOf(body: Buffer, boundary: string): Buffer[] {
  const stretches: Buffer[] = [];
  for (let from = 0; ;) {
    const headersEnd = body.indexOf('\r\n\r\n', from);
    const begin = headersEnd + 4;
    const end = headersEnd < 0 ? -1 : body.indexOf(`\r\n--${boundary}`, begin);
    if (end < 0) return [...stretches, body.subarray(from)];
    stretches.push(body.subarray(from, begin), body.subarray(begin, end));
    from = end;
  }
}

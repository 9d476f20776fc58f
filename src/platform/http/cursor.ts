import { Refusal } from '../refusal.ts';

/** A place in a list as an opaque text: what the last row sorted by. */
export function encodeCursor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Refusal `malformed-request` for anything that `encodeCursor` did not write */
export function decodeCursor(cursor: string, parts: readonly RegExp[]): string[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const sound =
      Array.isArray(place) &&
      place.length === parts.length &&
      parts.every((part, index) => typeof place[index] === 'string' && part.test(place[index]));
    if (sound) return place as string[];
  } catch {
    // falls through to the refusal
  }
  throw new Refusal('malformed-request', { errors: [{ pointer: '/cursor', code: 'bad-format' }] });
}

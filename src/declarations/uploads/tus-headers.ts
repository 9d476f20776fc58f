import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { MOST_FILE_BYTES } from '../../photos/multipart.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../../photos/photo-slot.ts';
import { CHECKSUM_ALGORITHMS, type Checksum } from '../../photos/upload-parts.storage.ts';
import { Refusal, validationFailed } from '../../platform/refusal.ts';

/** The version of the protocol: https://tus.io/protocols/resumable-upload [S]. */
export const TUS_VERSION = '1.0.0';

/** What `OPTIONS` tells of this service. */
export const TUS_CAPABILITIES = {
  'Tus-Version': TUS_VERSION,
  'Tus-Extension': 'creation,expiration,checksum,termination',
  'Tus-Max-Size': String(MOST_FILE_BYTES),
  'Tus-Checksum-Algorithm': CHECKSUM_ALGORITHMS.join(','),
};

/** The media type of pieces. */
export const PIECE_TYPE = 'application/offset+octet-stream';

type Headers = Pick<IncomingMessage, 'headers'>;
type TusHeader = 'Upload-Length' | 'Upload-Metadata' | 'Upload-Offset' | 'Upload-Checksum';

/** Every answer of the protocol names its version, refusals too. */
export function nameTusVersion(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Tus-Resumable', TUS_VERSION);
  next();
}

/**
 * Bytes of the whole photo. A length that is told later (`Upload-Defer-Length`) is not taken: a photo's is known.
 * @throws Refusal `upload-header-invalid`, `payload-too-large`
 */
export function lengthOf(request: Headers): number {
  const length = wholeNumber(request, 'Upload-Length');
  if (length === 0) throw headerInvalid('Upload-Length');
  if (length > MOST_FILE_BYTES) throw new Refusal('payload-too-large');
  return length;
}

/** @throws Refusal `upload-header-invalid` */
export function offsetOf(request: Headers): number {
  return wholeNumber(request, 'Upload-Offset');
}

/**
 * The slot that the metadata name. Whatever else they hold, such as the name of the file, is not kept.
 * @throws Refusal `upload-header-invalid` for metadata that are none, `validation-failed` without one of the three slots
 */
export function slotOf({ headers }: Headers): PhotoSlot {
  const named = metadataOf(headers['upload-metadata']).get('slot');
  const slot = PHOTO_SLOTS.find((known) => known === named);
  if (!slot) throw validationFailed([{ pointer: '/slot', code: named ? 'bad-format' : 'required' }]);
  return slot;
}

/** The metadata of an upload as `slotOf` reads them. */
export function metadataWith(slot: PhotoSlot): string {
  return `slot ${Buffer.from(slot).toString('base64')}`;
}

/** @throws Refusal `upload-header-invalid` for what is no checksum, or one of an algorithm that is not offered */
export function checksumOf({ headers }: Headers): Checksum | undefined {
  const given = headers['upload-checksum'];
  if (given === undefined) return undefined;
  const [, name, text = ''] = /^([a-z0-9]+) (\S+)$/.exec(String(given)) ?? [];
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name);
  const digest = fromBase64(text);
  if (!algorithm || !digest) throw headerInvalid('Upload-Checksum');
  return { algorithm, digest };
}

/** @throws Refusal `unsupported-media-type` for a body that is no piece, or a packed one */
export function mustBePiece({ headers }: Headers): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== PIECE_TYPE || (headers['content-encoding'] ?? 'identity') !== 'identity') throw new Refusal('unsupported-media-type');
}

function wholeNumber({ headers }: Headers, name: TusHeader): number {
  const text = String(headers[name.toLowerCase()] ?? '');
  if (!/^\d{1,15}$/.test(text)) throw headerInvalid(name);
  return Number(text);
}

/** Pairs of a name and a value in base64, which may be left out. */
function metadataOf(header: string | string[] | undefined): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const pair of String(header ?? '').split(',')) {
    const [, name, text = ''] = /^ *([^ ,]+)(?: (\S*))? *$/.exec(pair) ?? [];
    const value = fromBase64(text);
    if (!name || !value || metadata.has(name)) throw headerInvalid('Upload-Metadata');
    metadata.set(name, value.toString('utf8'));
  }
  return metadata;
}

function fromBase64(text: string): Buffer | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function headerInvalid(header: TusHeader): Refusal {
  return new Refusal('upload-header-invalid', { more: { header } });
}

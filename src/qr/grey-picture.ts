import type { Sharp } from 'sharp';
import { decoded, STARVED_RETRY_SECONDS } from '../photos/decoding.ts';
import { PHOTO_LIMITS } from '../photos/photo-thresholds.ts';
import { neededChunks } from '../photos/png-chunks.ts';
import { Refusal } from '../platform/refusal.ts';
import { sharp } from '../platform/safe-sharp.ts';
import type { PhotoFormat } from '../photos/spool.storage.ts';

/** Brightness, one byte for each pixel, row by row. */
export interface GreyPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Why no picture came of a file. */
export type PictureFault = 'undecodable' | 'too-many-pixels';

/**
 * Longest side that is searched, in pixels. A 12-megapixel photo stays as it is: halved, the code of a card that fills half of it would
 * come down to two pixels for a module, and those are not told apart. Larger photos have no finer detail, only more pixels [D].
 */
const LONGEST_SIDE = 4096;

/**
 * What a photo shows, without its colours. No lower limit of size: a code that was cut out closely is small, and reads best.
 * @throws Refusal `service-unavailable` with `Retry-After` when the machine had no time for the photo
 */
export async function greyPicture(sent: Buffer, format: PhotoFormat): Promise<GreyPicture | PictureFault> {
  const file = format === 'png' ? neededChunks(sent) : sent;
  const header = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (!header) return 'undecodable';
  if (header.width * header.height > PHOTO_LIMITS.mostPixels) return 'too-many-pixels';
  const grey = await decoded(sharp(file, { limitInputPixels: PHOTO_LIMITS.mostPixels }), (photo) => {
    if (Math.max(header.width, header.height) > LONGEST_SIDE) photo.resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside' });
    return pixelsOf(photo.flatten({ background: '#ffffff' }));
  });
  if (grey === 'starved') throw new Refusal('service-unavailable', { retryAfter: STARVED_RETRY_SECONDS });
  return grey === 'broken' ? 'undecodable' : grey;
}

/** The same picture at another scale. */
export async function scaled({ pixels, width, height }: GreyPicture, factor: number): Promise<GreyPicture> {
  const picture = sharp(pixels, { raw: { width, height, channels: 1 } });
  return pixelsOf(picture.resize({ width: Math.max(1, Math.round(width * factor)), kernel: 'cubic' }));
}

async function pixelsOf(picture: Sharp): Promise<GreyPicture> {
  const { data, info } = await picture.toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

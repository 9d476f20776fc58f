import { sharp } from '../platform/safe-sharp.ts';
import { PHOTO_LIMITS } from './photo-thresholds.ts';

/** A small copy of a stored photo for lists. */
export async function thumbnailOf(jpeg: Buffer): Promise<Buffer> {
  const side = PHOTO_LIMITS.thumbnailSide;
  return sharp(jpeg).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 80 }).toBuffer();
}

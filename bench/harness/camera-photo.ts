import { sharp } from '../../src/platform/safe-sharp.ts';
import { drawnPhoto } from '../../test/support/drawn-photos.ts';

export const TWELVE_MEGAPIXELS = { width: 4032, height: 3024 };

/** The pixels of a photo of a card with the grain of a sensor, without which its file would be half as large as a phone's. */
export async function cameraPixels(size: { width: number; height: number }): Promise<Buffer> {
  const drawn = await drawnPhoto({ slot: 'idFront', seed: 'bench' });
  const pixels = await sharp(drawn)
    .resize({ ...size, fit: 'fill' })
    .raw()
    .toBuffer();
  const { max, min } = Math;
  let state = 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (state * 48271) % 2147483647;
    pixels[at] = max(0, min(255, pixels[at]! + (state % 29) - 14));
  }
  return pixels;
}

/** A JPEG of this size whose file has about so many bytes. */
export async function cameraPhoto(size: { width: number; height: number }, bytes: number): Promise<Buffer> {
  const pixels = await cameraPixels(size);
  let [low, high] = [20, 100];
  let best: Buffer | undefined;
  while (high - low > 1) {
    const quality = Math.round((low + high) / 2);
    const jpeg = await sharp(pixels, { raw: { ...size, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    if (!best || Math.abs(jpeg.length - bytes) < Math.abs(best.length - bytes)) best = jpeg;
    if (jpeg.length < bytes) low = quality;
    else high = quality;
  }
  return best!;
}

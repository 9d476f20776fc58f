import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import type { Photos } from './people.ts';

/** Three pictures of noise that pass the gate: a few kilobytes and milliseconds each, for tests to which the motif is all one. */
export async function smallPhotos(): Promise<Required<Photos>> {
  const picture = () =>
    sharp({ create: { width: 320, height: 240, channels: 3, background: '#888888', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })
      .jpeg()
      .toBuffer();
  const [portrait, idFront, idBack] = await Promise.all(PHOTO_SLOTS.map(picture));
  return { portrait: portrait!, idFront: idFront!, idBack: idBack! };
}

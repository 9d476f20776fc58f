import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { PhotoAlbum } from '../crash/photo-album.ts';
import { brokenFiles, carriers, declaredPng, foreignFiles, paddedTo } from '../support/bad-files.ts';
import { broken } from './json-wounds.ts';
import { bytes, happens, weighted } from './luck.ts';

const MOST_FILE_BYTES = 10 * 1024 * 1024;
/** Numbers from here on are of no photo that the townsfolk send. */
const FIRST_SERIAL = 1_000_000;

/** Photos, good, damaged and none at all. */
export class Pictures {
  private constructor(
    private readonly album: PhotoAlbum,
    private readonly png: Buffer,
    private readonly oddities: readonly Buffer[],
    private readonly large: Buffer,
  ) {}

  static async make(album: PhotoAlbum): Promise<Pictures> {
    const jpeg = album.file(FIRST_SERIAL, 'portrait');
    const files = (await Promise.all([foreignFiles(), brokenFiles(), carriers()])).flat().map((file) => file.bytes);
    const odd = [...files, declaredPng(30_000, 30_000), declaredPng(0, 0), declaredPng(300, 200)];
    return new Pictures(album, await sharp(jpeg).png().toBuffer(), odd, paddedTo(jpeg, MOST_FILE_BYTES));
  }

  /** @param serial of the request, so that no two send the same photo */
  good(name: string, serial: number, dice: Dice): Buffer {
    const slot: PhotoSlot = PHOTO_SLOTS.find((known) => known === name) ?? dice.pick(PHOTO_SLOTS);
    return happens(dice, 0.1) ? this.png : this.album.file(FIRST_SERIAL + serial, slot);
  }

  odd(good: Buffer, dice: Dice): Buffer {
    return weighted<() => Buffer>(dice, [
      [10, () => broken(good, dice)],
      [6, () => broken(broken(this.png, dice), dice)],
      [3, () => dice.pick(this.oddities)],
      [2, () => Buffer.concat([good.subarray(0, dice.whole(2, 600)), bytes(dice, 2_000)])],
      [0.3, () => (happens(dice, 0.5) ? this.large : Buffer.concat([this.large, Buffer.alloc(1)]))],
    ])();
  }
}

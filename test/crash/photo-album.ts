import sharp from 'sharp';
import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';

interface Picture {
  readonly jpeg: Buffer;
  readonly likeness: Buffer;
}

const SHAPE = { real: { width: 520, height: 360, noise: 34 }, small: { width: 300, height: 200, noise: 16 } } as const;
const PICTURES = 30;
/** Side of the grey miniature by which two pictures are compared. */
const MINIATURE = 8;
/** Mean difference of two miniatures of the same picture, out of 255: one more JPEG encoding changes less than this. */
const SAME = 4;

/**
 * A few pictures, and as many files as there are declarations: every file is one of the pictures with a comment of its own, so that
 * each has a SHA-256 that no other has, and none costs more than a copy.
 */
export class PhotoAlbum {
  private constructor(
    private readonly seed: string,
    private readonly pictures: readonly Picture[],
  ) {}

  static async make(seed: string, kind: keyof typeof SHAPE): Promise<PhotoAlbum> {
    const pictures = Array.from({ length: PICTURES }, (_, index) => draw(new Dice(`${seed} picture ${index}`), SHAPE[kind]));
    return new PhotoAlbum(seed, await Promise.all(pictures));
  }

  /** The file that this application sends for the slot: the same bytes whenever it is asked for. */
  file(serial: number, slot: PhotoSlot): Buffer {
    const { jpeg } = this.picture(serial, slot);
    const comment = Buffer.from(`${this.seed} ${serial} ${slot}`);
    const marker = Buffer.from([0xff, 0xfe, 0, 0]);
    marker.writeUInt16BE(comment.length + 2, 2);
    return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
  }

  /** Whether a JPEG can be decoded and shows what was sent for the slot. */
  async shows(served: Buffer, serial: number, slot: PhotoSlot): Promise<boolean> {
    const likeness = await likenessOf(served).catch(() => undefined);
    if (!likeness) return false;
    const sent = this.picture(serial, slot).likeness;
    return sent.reduce((sum, grey, index) => sum + Math.abs(grey - likeness[index]!), 0) / sent.length < SAME;
  }

  private picture(serial: number, slot: PhotoSlot): Picture {
    return this.pictures[(serial * PHOTO_SLOTS.length + PHOTO_SLOTS.indexOf(slot)) % PICTURES]!;
  }
}

/** Blocks of colour under sharp noise: enough contrast and edges for the gate, and unlike every other picture. */
async function draw(dice: Dice, { width, height, noise }: (typeof SHAPE)[keyof typeof SHAPE]): Promise<Picture> {
  const [columns, rows] = [5, 4];
  const blocks = Array.from({ length: columns * rows }, () => [dice.whole(40, 215), dice.whole(40, 215), dice.whole(40, 215)]);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = blocks[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]!;
      const grain = dice.between(-noise, noise);
      for (const colour of block) pixels[at++] = colour + grain;
    }
  }
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 70 })
    .toBuffer();
  return { jpeg, likeness: await likenessOf(jpeg) };
}

async function likenessOf(jpeg: Buffer): Promise<Buffer> {
  return sharp(jpeg, { failOn: 'warning' }).resize(MINIATURE, MINIATURE, { fit: 'fill' }).greyscale().raw().toBuffer();
}

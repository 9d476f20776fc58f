import type { Sharp } from 'sharp';
import type { PhotoGate } from '../../src/photos/photo-gate.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { withSegment } from '../support/bad-files.ts';
import { drawnPhoto } from '../support/drawn-photos.ts';

/** A good photo as a phone, a scanner or a messenger writes it. */
export interface PhonePhoto {
  readonly kind: string;
  readonly slot: PhotoSlot;
  /** How the pixels lie in the file: 1 upright, 8 a quarter turn clockwise away from it. */
  readonly orientation: number;
  bytes(): Promise<Buffer>;
}

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];
const SEED = 'lan';

type Writer = (pixels: Sharp, orientation: number) => Promise<Buffer>;

const jpegWith = (options: Parameters<Sharp['jpeg']>[0]) => (pixels: Sharp, orientation: number) =>
  pixels.withMetadata({ orientation }).jpeg(options).toBuffer();
const plain = jpegWith({ quality: 85 });

/** Every way of writing a photo that is turned by EXIF, in all eight positions and for all three slots: 168 photos. */
const TURNED: Record<string, Writer> = {
  'plain JPEG': plain,
  'progressive JPEG': jpegWith({ quality: 85, progressive: true }),
  'Display P3': (pixels, orientation) => pixels.withMetadata({ orientation }).withIccProfile('p3').jpeg().toBuffer(),
  'Motion Photo, its film behind it': async (pixels, orientation) => Buffer.concat([await plain(pixels, orientation), film()]),
  'EXIF with a thumbnail': async (pixels, orientation) => withThumbnail(await pixels.jpeg().toBuffer(), orientation),
  'MPF, a second picture behind it': async (pixels, orientation) => withSecondPicture(await plain(pixels, orientation)),
  '4:4:4 with optimised tables': jpegWith({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding: true }),
};

/** What is not turned by EXIF: 24 photos. */
const UPRIGHT: Record<string, Writer> = {
  CMYK: (pixels) => pixels.toColourspace('cmyk').jpeg().toBuffer(),
  'grey JPEG': (pixels) => pixels.toColourspace('b-w').jpeg().toBuffer(),
  '8-bit PNG': (pixels) => pixels.png({ compressionLevel: 2 }).toBuffer(),
  '16-bit PNG': (pixels) => pixels.toColourspace('rgb16').png({ compressionLevel: 2 }).toBuffer(),
  'PNG with a palette': (pixels) => pixels.resize(900).png({ palette: true, effort: 1 }).toBuffer(),
  'interlaced PNG': (pixels) => pixels.png({ progressive: true, compressionLevel: 2 }).toBuffer(),
  'PNG with an opaque alpha': (pixels) => pixels.ensureAlpha().png({ compressionLevel: 2 }).toBuffer(),
  'saved again by a messenger': (pixels) => pixels.resize({ width: 1280, height: 1280, fit: 'inside' }).jpeg({ quality: 60 }).toBuffer(),
};

const MEGAPIXELS_12 = 4032;
const MEGAPIXELS_48 = 8064;

/** Two hundred photos and a few, for every slot. The same on every machine. */
export function phoneSet(): PhonePhoto[] {
  return PHOTO_SLOTS.flatMap((slot) => [
    ...Object.entries(TURNED).flatMap(([kind, write]) => ORIENTATIONS.map((orientation) => written(slot, kind, write, orientation))),
    ...Object.entries(UPRIGHT).map(([kind, write]) => written(slot, kind, write, 1)),
    ...[1, 3, 6, 8].map((orientation) => written(slot, '12 megapixels', plain, orientation, MEGAPIXELS_12)),
    written(slot, '12 megapixels, progressive', jpegWith({ quality: 85, progressive: true }), 6, MEGAPIXELS_12),
    written(slot, '48 megapixels', jpegWith({ quality: 70 }), 6, MEGAPIXELS_48),
  ]);
}

function written(slot: PhotoSlot, kind: string, write: Writer, orientation: number, longSide?: number): PhonePhoto {
  const bytes = async () => {
    const upright = sharp(await drawnPhoto({ slot, seed: SEED }));
    const sized = longSide ? sharp(await upright.resize({ width: longSide, height: longSide, fit: 'inside' }).toBuffer()) : upright;
    return write(await layDown(sized, orientation), orientation);
  };
  return { kind, slot, orientation, bytes };
}

/** What is wrong with the gate's answer to a good photo: nothing, one hopes. */
export async function faultsOf(gate: PhotoGate, photo: PhonePhoto): Promise<string[]> {
  const sent = await photo.bytes();
  const result = await gate.examine(sent, sent[0] === 0x89 ? 'png' : 'jpeg', photo.slot);
  if (!result.ok) return [`refused: ${result.code}`];
  const { space, channels, orientation, icc } = await sharp(result.jpeg).metadata();
  const isGrey = photo.kind === 'grey JPEG';
  const difference = await unlike(result.jpeg, await drawnPhoto({ slot: photo.slot, seed: SEED }), isGrey);
  return [
    ...result.advice.map(({ code }) => `advice: ${code}`),
    ...(space === 'srgb' && channels === 3 && !orientation && !icc ? [] : [`stored as ${space} with ${channels} channels`]),
    ...(difference <= MOST_DIFFERENCE ? [] : [`looks unlike what was photographed, by ${difference.toFixed(1)}`]),
  ];
}

/** Of 255. CMYK changes colours by 10; a photo that lies on its side or is a mirror image differs by 19 and more. */
const MOST_DIFFERENCE = 13;
const MINIATURE = 24;

/** Mean difference of two miniatures. */
async function unlike(one: Buffer, other: Buffer, inGrey: boolean): Promise<number> {
  const miniature = (jpeg: Buffer) => {
    const small = sharp(jpeg).resize(MINIATURE, MINIATURE, { fit: 'fill' });
    return (inGrey ? small.greyscale() : small).toColourspace('srgb').raw().toBuffer();
  };
  const [a, b] = await Promise.all([miniature(one), miniature(other)]);
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

/** The pixels as a camera held in this position writes them, so that EXIF must turn them back. */
async function layDown(upright: Sharp, orientation: number): Promise<Sharp> {
  const moves: Record<number, (pixels: Sharp) => Sharp> = {
    2: (pixels) => pixels.flop(),
    3: (pixels) => pixels.rotate(180),
    4: (pixels) => pixels.flip(),
    5: (pixels) => pixels.flop().rotate(270),
    6: (pixels) => pixels.rotate(270),
    7: (pixels) => pixels.flop().rotate(90),
    8: (pixels) => pixels.rotate(90),
  };
  const { data, info } = await (moves[orientation]?.(upright) ?? upright).raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** The boxes of a short MP4; what is in them is noise. */
function film(): Buffer {
  const box = (type: string, content: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length + 8);
    return Buffer.concat([size, Buffer.from(type), content]);
  };
  const noise = Buffer.from(Array.from({ length: 60_000 }, (_, at) => (at * 48271) % 251));
  return Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0isommp42')), box('mdat', noise), box('moov', noise.subarray(0, 900))]);
}

/** CIPA DC-007: an index in APP2, and the second picture behind the end of the first. */
function withSecondPicture(jpeg: Buffer): Buffer {
  return Buffer.concat([withSegment(jpeg, 0xe2, Buffer.from('MPF\0MM\0*\0\0\0\b', 'latin1')), jpeg]);
}

/** EXIF as cameras write it: an orientation for the picture, and a second directory with a small JPEG. */
async function withThumbnail(jpeg: Buffer, orientation: number): Promise<Buffer> {
  const thumbnail = await sharp(jpeg).resize(160, 120, { fit: 'fill' }).jpeg({ quality: 50 }).toBuffer();
  const SHORT = 3;
  const LONG = 4;
  const entry = (tag: number, type: number, value: number) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag, 0);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(1, 4);
    if (type === SHORT) bytes.writeUInt16BE(value, 8);
    else bytes.writeUInt32BE(value, 8);
    return bytes;
  };
  const directory = (entries: Buffer[], next: number) => {
    const ends = Buffer.alloc(6);
    ends.writeUInt16BE(entries.length, 0);
    ends.writeUInt32BE(next, 2);
    return Buffer.concat([ends.subarray(0, 2), ...entries, ends.subarray(2)]);
  };
  const second = 8 + 2 + 12 + 4;
  const picture = second + 2 + 3 * 12 + 4;
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0MM\0*\0\0\0\b', 'latin1'),
    directory([entry(0x0112, SHORT, orientation)], second),
    directory([entry(0x0103, SHORT, 6), entry(0x0201, LONG, picture), entry(0x0202, LONG, thumbnail.length)], 0),
    thumbnail,
  ]);
  return withSegment(jpeg, 0xe1, exif);
}

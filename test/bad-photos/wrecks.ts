import { deflateSync } from 'node:zlib';
import { sharp } from '../../src/platform/safe-sharp.ts';
import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { chunk, declaredPng, declaring } from '../support/bad-files.ts';
import { bytes } from '../fuzz/luck.ts';
import { UNDECODABLE, type Family } from './family.ts';
import { isFrame, joined, partsOf, rewritten, withScansRepeated } from './jpeg-parts.ts';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const TOO_LARGE = ['too-many-pixels'];
/** A picture with a hole in it is none; where the hole comes early there is nothing at all. */
const BROKEN = [...UNDECODABLE, 'blank', 'dark', 'too-many-pixels', 'too-small', 'wrong-aspect', 'unsupported-media-type'];

function flipped(file: Buffer, dice: Dice, from: number, count: number): Buffer {
  const damaged = Buffer.from(file);
  for (let flip = 0; flip < count; flip++) damaged[dice.whole(from, file.length - 1)]! ^= 1 << dice.whole(0, 7);
  return damaged;
}

/** A JPEG frame header with one field changed. */
const frame = (name: string, answer: Family['answer'], change: (content: Buffer, dice: Dice) => Buffer | undefined): Family => ({
  name,
  answer,
  make: ({ jpeg }, dice) => rewritten(jpeg, isFrame, (content) => change(content, dice)),
});

const table = (
  name: string,
  marker: number,
  change: (content: Buffer, dice: Dice) => Buffer | undefined,
  answer: Family['answer'] = BROKEN,
): Family => ({
  name,
  answer,
  make: ({ jpeg }, dice) =>
    rewritten(
      jpeg,
      (known) => known === marker,
      (content) => change(content, dice),
    ),
});

function ihdr(width: number, height: number, depth = 8, colour = 2, interlace = 0): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  return chunk('IHDR', header);
}

function pngOf(...chunks: Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

/** What begins like a photo and is none: refused, and it costs nothing. */
export const WRECKS: readonly Family[] = [
  { name: 'a JPEG cut anywhere', answer: BROKEN, make: ({ jpeg }, dice) => jpeg.subarray(0, dice.whole(20, jpeg.length - 1_000)) },
  { name: 'a JPEG cut in its tables', answer: BROKEN, make: ({ jpeg }, dice) => jpeg.subarray(0, dice.whole(4, 500)) },
  { name: 'a PNG cut anywhere', answer: BROKEN, make: ({ png }, dice) => png.subarray(0, dice.whole(60, png.length - 2_000)) },
  { name: 'one bit of a JPEG flipped', answer: 'either', make: ({ jpeg }, dice) => flipped(jpeg, dice, 2, 1) },
  { name: 'fifty bits of a JPEG flipped', answer: 'either', make: ({ jpeg }, dice) => flipped(jpeg, dice, 2, 50) },
  { name: 'one bit of a PNG flipped', answer: 'either', make: ({ png }, dice) => flipped(png, dice, 8, 1) },
  { name: 'fifty bits of a PNG flipped', answer: BROKEN, make: ({ png }, dice) => flipped(png, dice, 100, 50) },
  {
    name: 'a stretch of a JPEG overwritten',
    answer: 'either',
    make: ({ jpeg }, dice) => {
      const at = dice.whole(200, jpeg.length - 3_000);
      return Buffer.concat([jpeg.subarray(0, at), bytes(dice, 2_000), jpeg.subarray(at + 2_000)]);
    },
  },
  {
    name: 'noise behind the signature of a JPEG',
    answer: BROKEN,
    make: ({ jpeg }, dice) => Buffer.concat([jpeg.subarray(0, 3), bytes(dice, dice.whole(100, 20_000))]),
  },
  {
    name: 'noise behind the signature of a PNG',
    answer: BROKEN,
    make: (_base, dice) => Buffer.concat([SIGNATURE, bytes(dice, dice.whole(100, 20_000))]),
  },
  {
    name: 'a page behind the signature of a PNG',
    answer: BROKEN,
    make: (_base, _dice, payload) => Buffer.concat([SIGNATURE, Buffer.from('<script>'), payload]),
  },
  { name: 'a frame that says it is higher', answer: BROKEN, make: ({ jpeg }, dice) => declaring(jpeg, 2_000, dice.whole(3_000, 8_000)) },
  // More than libjpeg knows, so that it does not get as far as being too large.
  { name: 'a frame of 65,535 × 65,535', answer: BROKEN, make: ({ jpeg }) => declaring(jpeg, 65_535, 65_535) },
  { name: 'a frame of no width', answer: BROKEN, make: ({ jpeg }) => declaring(jpeg, 0, 600) },
  { name: 'a frame of no height', answer: BROKEN, make: ({ jpeg }) => declaring(jpeg, 600, 0) },
  frame('a frame of no components', BROKEN, (content) => Buffer.concat([content.subarray(0, 5), Buffer.from([0])])),
  frame('a frame of 255 components', BROKEN, (content) =>
    Buffer.concat([content.subarray(0, 5), Buffer.from([255]), Buffer.alloc(765, 0x11)]),
  ),
  frame('a frame of 12 bits', BROKEN, (content) => Buffer.concat([Buffer.from([12]), content.subarray(1)])),
  frame('sampling factors of zero', BROKEN, (content) => (content.fill(0, 7, 8), content)),
  frame('sampling factors of four', BROKEN, (content) => (content.fill(0x44, 7, 8), content)),
  frame('no frame at all', BROKEN, () => undefined),
  { name: 'two frames', answer: BROKEN, make: ({ jpeg }) => twice(jpeg, isFrame) },
  { name: 'arithmetic coding', answer: 'either', make: ({ jpeg }) => withMarker(jpeg, 0xc9) },
  { name: 'lossless', answer: BROKEN, make: ({ jpeg }) => withMarker(jpeg, 0xc3) },
  { name: 'hierarchical', answer: BROKEN, make: ({ jpeg }) => withMarker(jpeg, 0xc5) },
  table('no Huffman tables', 0xc4, () => undefined, 'either'),
  table('Huffman tables of noise', 0xc4, (content, dice) => bytes(dice, content.length)),
  table('Huffman tables that promise too much', 0xc4, (content) => (content.fill(255, 1, 17), content)),
  table('Huffman tables cut short', 0xc4, (content) => content.subarray(0, 9)),
  table('no quantisation tables', 0xdb, () => undefined),
  table('quantisation tables of nothing', 0xdb, (content) => (content.fill(0, 1), content), 'either'),
  table(
    'quantisation tables of noise',
    0xdb,
    (content, dice) => Buffer.concat([content.subarray(0, 1), bytes(dice, content.length - 1)]),
    'either',
  ),
  { name: 'no scan', answer: BROKEN, make: ({ jpeg }) => joined({ ...partsOf(jpeg), scans: Buffer.from([0xff, 0xd9]) }) },
  {
    name: 'a scan of nothing',
    answer: BROKEN,
    make: ({ jpeg }) => joined({ ...partsOf(jpeg), scans: Buffer.from([0xff, 0xda, 0, 2, 0xff, 0xd9]) }),
  },
  {
    name: 'a segment longer than the file',
    answer: BROKEN,
    make: ({ jpeg }, _dice, payload) => Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0xff, 0xff]), payload]),
  },
  {
    // Decoders step over it; the pixels are whole, and nothing else of the file is kept.
    name: 'a segment of length nought',
    answer: 'either',
    make: ({ jpeg }, dice) => Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe0, 0, dice.whole(0, 1)]), jpeg.subarray(2)]),
  },
  {
    name: 'a first segment that swallows the tables',
    answer: BROKEN,
    make: ({ jpeg }) => {
      const lying = Buffer.from(jpeg);
      lying.writeUInt16BE(Math.min(60_000, jpeg.length - 10), 4);
      return lying;
    },
  },
  {
    name: 'two thousand scans',
    answer: 'either',
    make: async ({ jpeg }) =>
      withScansRepeated(await sharp(jpeg).resize(1200).jpeg({ progressive: true }).toBuffer(), 2_000).subarray(0, 9_000_000),
  },
  {
    name: 'a million scans of a few bytes each',
    answer: 'either',
    make: async ({ jpeg }) => {
      const progressive = await sharp(jpeg).resize(2000).jpeg({ progressive: true, quality: 5 }).toBuffer();
      const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 1, 0, 0xff, 0xd9]).subarray(0, 11);
      return Buffer.concat([progressive.subarray(0, -2), ...Array.from({ length: 200_000 }, () => scan), Buffer.from([0xff, 0xd9])]);
    },
  },
  { name: 'a PNG of 30,000 × 30,000', answer: TOO_LARGE, make: () => declaredPng(30_000, 30_000) },
  { name: 'a PNG of 2³¹ pixels’ width', answer: BROKEN, make: () => declaredPng(0x7fffffff, 1) },
  { name: 'a PNG of no size', answer: BROKEN, make: () => declaredPng(0, 0) },
  { name: 'a PNG with a wrong check sum of its header', answer: BROKEN, make: ({ png }) => flippedAt(png, 29) },
  { name: 'a PNG with a wrong check sum', answer: BROKEN, make: ({ png }) => flippedAt(png, png.lastIndexOf('IEND') - 8) },
  { name: 'a PNG without a picture', answer: BROKEN, make: () => pngOf(ihdr(600, 400)) },
  {
    name: 'a PNG whose picture is no zlib',
    answer: BROKEN,
    make: (_base, dice) => pngOf(ihdr(600, 400), chunk('IDAT', bytes(dice, 5_000))),
  },
  {
    name: 'a PNG with fewer rows than it says',
    answer: BROKEN,
    make: () => pngOf(ihdr(600, 400), chunk('IDAT', deflateSync(Buffer.alloc(1_000)))),
  },
  {
    name: 'a PNG of an unknown colour type',
    answer: BROKEN,
    make: () => pngOf(ihdr(600, 400, 8, 5), chunk('IDAT', deflateSync(Buffer.alloc(600 * 400)))),
  },
  {
    name: 'a PNG of an unknown interlacing',
    answer: BROKEN,
    make: () => pngOf(ihdr(600, 400, 8, 2, 9), chunk('IDAT', deflateSync(Buffer.alloc(1801 * 400)))),
  },
  {
    name: 'a PNG with a palette of nothing',
    answer: BROKEN,
    make: () => pngOf(ihdr(600, 400, 8, 3), chunk('IDAT', deflateSync(Buffer.alloc(601 * 400)))),
  },
  {
    name: 'a PNG with two headers',
    answer: 'either',
    make: ({ png }) => Buffer.concat([png.subarray(0, 33), ihdr(40_000, 40_000), png.subarray(33)]),
  },
  {
    name: 'a white PNG of 49 megapixels in 150 kB',
    answer: ['blank'],
    rare: true,
    make: () => pngOf(ihdr(7_000, 7_000), chunk('IDAT', deflateSync(Buffer.alloc((7_000 * 3 + 1) * 7_000)))),
  },
  {
    name: 'an interlaced PNG of 36 megapixels',
    answer: BROKEN,
    rare: true,
    make: () => pngOf(ihdr(6_000, 6_000, 8, 2, 1), chunk('IDAT', deflateSync(Buffer.alloc(6_000 * 6_000 * 3 + 90_000)))),
  },
  {
    name: 'a long ribbon',
    answer: ['wrong-aspect'],
    make: ({ jpeg }) => sharp(jpeg).resize(3_000, 300, { fit: 'fill' }).jpeg().toBuffer(),
  },
  { name: 'a small picture', answer: ['too-small'], make: ({ jpeg }) => sharp(jpeg).resize(160, 120).jpeg().toBuffer() },
  {
    name: 'one colour',
    answer: ['blank'],
    make: (_base, dice) =>
      sharp({
        create: {
          width: 800,
          height: 600,
          channels: 3,
          background: { r: dice.whole(0, 255), g: dice.whole(0, 255), b: dice.whole(0, 255) },
        },
      })
        .jpeg()
        .toBuffer(),
  },
];

function twice(jpeg: Buffer, isMeant: (marker: number) => boolean): Buffer {
  const { segments, scans } = partsOf(jpeg);
  return joined({ scans, segments: segments.flatMap((part) => (isMeant(part.marker) ? [part, part] : [part])) });
}

function withMarker(jpeg: Buffer, marker: number): Buffer {
  const { segments, scans } = partsOf(jpeg);
  return joined({ scans, segments: segments.map((part) => (isFrame(part.marker) ? { ...part, marker } : part)) });
}

function flippedAt(file: Buffer, at: number): Buffer {
  const damaged = Buffer.from(file);
  damaged[at]! ^= 0xff;
  return damaged;
}

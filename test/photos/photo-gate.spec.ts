import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GateVerdict } from '../../src/photos/photo-examination.ts';
import { PhotoGate } from '../../src/photos/photo-gate.ts';
import { thumbnailOf } from '../../src/photos/thumbnail.ts';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import { Refusal } from '../../src/platform/refusal.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { brokenFiles, CANARY, carriers, declaredPng, goodJpeg, realLifeFiles, withChunk, type SampleFile } from '../support/bad-files.ts';
import { classified } from './classify.ts';
import { labelledSet } from './labelled-set.ts';
import { faultsOf, phoneSet } from './phone-set.ts';

type Accepted = Extract<GateVerdict, { ok: true }>;

const gate = new PhotoGate();
afterAll(() => gate.onApplicationShutdown());

function examine(bytes: Buffer, slot: PhotoSlot = 'idFront'): Promise<GateVerdict> {
  return gate.examine(bytes, bytes[0] === 0x89 ? 'png' : 'jpeg', slot);
}

async function accept(bytes: Buffer, slot?: PhotoSlot): Promise<Accepted> {
  const result = await examine(bytes, slot);
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result;
}

/** Comes again for as long as it is asked to. */
async function insist(bytes: Buffer): Promise<Accepted> {
  for (;;) {
    try {
      return await accept(bytes);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'service-unavailable') throw error;
    }
  }
}

async function codesOf(files: readonly SampleFile[]): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const { name, bytes } of files) {
    const result = await examine(bytes);
    entries.push([name, result.ok ? 'accepted' : result.code]);
  }
  return Object.fromEntries(entries);
}

function every(files: readonly SampleFile[], code: string): Record<string, string> {
  return Object.fromEntries(files.map(({ name }) => [name, code]));
}

describe('the photo gate', () => {
  let good: Buffer;
  beforeAll(async () => {
    good = await goodJpeg();
  });

  test('accepts every kind of photo that cameras and scanners make', async () => {
    const files = await realLifeFiles();
    expect(await codesOf(files)).toEqual(every(files, 'accepted'));
  });

  test('refuses what is broken inside, however well it begins', async () => {
    const files = await brokenFiles();
    expect(await codesOf(files)).toEqual(every(files, 'undecodable'));
  });

  test('asks to come again with a good photo for which the machine had no time', async () => {
    const { data, info } = await sharp(good).resize(7000, 5500, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true });
    const large = await sharp(data, { raw: info }).jpeg({ quality: 60, progressive: true }).toBuffer();
    await accept(good); // the thread is there
    pauseThisProcess({ afterCpuMs: 100, forMs: 5_500 });
    await expect(examine(large)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(await insist(large)).toMatchObject({ measures: { sourceWidth: 7000, sourceHeight: 5500 } });
  });

  test('keeps nothing but pixels: what a file carries besides is gone', async () => {
    for (const { name, bytes } of await carriers()) {
      expect(bytes.includes(CANARY) || name.startsWith('EXIF')).toBe(true);
      const { jpeg } = await accept(bytes);
      expect([name, jpeg.includes(CANARY), markersOf(jpeg).filter((marker) => !PICTURE_MARKERS.has(marker))]).toEqual([name, false, []]);
    }
  });

  test('keeps no place, profile or note of the camera', async () => {
    const [exif] = await carriers();
    const { exif: kept, icc, xmp, iptc, orientation, comments } = await sharp((await accept(exif!.bytes)).jpeg).metadata();
    expect({ kept, icc, xmp, iptc, orientation, comments }).toEqual({});
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %i upright', async (orientation) => {
    const { jpeg, width, height, measures } = await accept(await redCornerStoredAs(orientation));
    expect({ width, height, sent: [measures.sourceWidth, measures.sourceHeight] }).toEqual({ width: 600, height: 400, sent: [600, 400] });
    const corner = await colourAt(jpeg, 60, 60);
    const others = [await colourAt(jpeg, 540, 60), await colourAt(jpeg, 60, 340), await colourAt(jpeg, 540, 340)];
    expect(corner[0] - corner[1]).toBeGreaterThan(120);
    for (const [red, green] of others) expect(red - green).toBeLessThan(60);
  });

  test('turns a photo of another colour space into the same colours in sRGB', async () => {
    const green = sharp({ create: { width: 400, height: 300, channels: 3, background: { r: 20, g: 180, b: 60 } } });
    const black = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#000000' } })
      .raw()
      .toBuffer();
    const spots = [40, 120, 200, 280].flatMap((left) =>
      [40, 160].map((top) => ({ input: black, raw: { width: 40, height: 40, channels: 3 as const }, left, top })),
    );
    const p3 = await green.composite(spots).withIccProfile('p3').png().toBuffer();
    const [red, greenPart, blue] = await colourAt((await accept(p3)).jpeg, 380, 280);
    for (const [seen, meant] of [[red, 20], [greenPart, 180], [blue, 60]] as const) expect(Math.abs(seen - meant)).toBeLessThan(8); // prettier-ignore
  });

  test('shows what is see-through on white', async () => {
    const cutOut = await sharp(good)
      .joinChannel(
        await sharp({ create: { width: 1440, height: 1080, channels: 3, background: '#000000' } })
          .extractChannel(0)
          .raw()
          .toBuffer(),
        { raw: { width: 1440, height: 1080, channels: 1 } },
      ) // prettier-ignore
      .png()
      .toBuffer();
    expect(await examine(cutOut)).toEqual({ ok: false, code: 'blank' });
  });

  test('keeps at most 2000 pixels a side and the proportions', async () => {
    const large = await sharp(good).resize(4000, 3000, { fit: 'fill' }).jpeg().toBuffer();
    const { width, height, jpeg, measures } = await accept(large);
    expect([width, height, measures.sourceWidth, measures.sourceHeight]).toEqual([2000, 1500, 4000, 3000]);
    const stored = await sharp(jpeg).metadata();
    expect([stored.width, stored.height, stored.space, stored.channels]).toEqual([2000, 1500, 'srgb', 3]);
  });

  test('refuses a declared 900 megapixels in under 200 ms, undecoded', async () => {
    const bomb = declaredPng(30_000, 30_000);
    await accept(good); // the thread is there
    const begun = process.cpuUsage();
    expect(await examine(bomb)).toEqual({ ok: false, code: 'too-many-pixels' });
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(200);
  });

  test('counts megapixels exactly: 50 million pass the count, one row more does not', async () => {
    expect(await examine(declaredPng(10_000, 5_001))).toEqual({ ok: false, code: 'too-many-pixels' });
    expect(await examine(declaredPng(10_000, 5_000))).toEqual({ ok: false, code: 'undecodable' });
  });

  test('refuses what is too small or a narrow strip, either way round', async () => {
    const sized = (width: number, height: number) => sharp(good).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
    expect(await examine(await sized(299, 200))).toEqual({ ok: false, code: 'too-small' });
    expect(await examine(await sized(199, 300))).toEqual({ ok: false, code: 'too-small' });
    expect(await examine(await sized(1604, 400))).toEqual({ ok: false, code: 'wrong-aspect' });
    expect(await examine(await sized(400, 1604))).toEqual({ ok: false, code: 'wrong-aspect' });
  });

  test('does not unpack the texts of a PNG: a thousand packed megabytes cost nothing', async () => {
    const packed = (await import('node:zlib')).deflateSync(Buffer.alloc(4_000_000, 65));
    const text = Buffer.concat([Buffer.from('Comment\0\0'), packed]);
    const png = await sharp(good).resize(900).png().toBuffer();
    const texts = Array.from({ length: 250 }, () => withChunk(png, 'zTXt', text).subarray(33, -(png.length - 33)));
    const before = process.resourceUsage().maxRSS;
    await accept(Buffer.concat([png.subarray(0, 33), ...texts, png.subarray(33)]));
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300_000);
  });

  test('knows the slot: what drowns the print of a paper is a lamp beside a face', async () => {
    const portrait = labelledSet(['lan']).find(({ slot, defect }) => slot === 'portrait' && defect === 'cccd, glare, grade 3')!;
    const bytes = await portrait.bytes();
    expect((await accept(bytes, 'portrait')).advice.map(({ code }) => code)).toEqual(['glare']);
    expect(await examine(bytes, 'idBack')).toEqual({ ok: false, code: 'glare' });
  });

  test('takes white paper, a lit wall and an overexposed print that can still be read for what they are', async () => {
    const scan = await sharp(good).extend({ top: 900, bottom: 900, left: 900, right: 900, background: '#ffffff' }).jpeg().toBuffer();
    const bleached = await sharp(good).linear(2.4, 0).jpeg().toBuffer();
    for (const bytes of [scan, bleached]) {
      const { measures, advice } = await accept(bytes);
      expect(measures.blown).toBeGreaterThan(30);
      expect([measures.glare, advice.filter(({ code }) => code === 'glare')]).toEqual([0, []]);
    }
  });

  test('says each piece of advice in both languages, in composed letters', async () => {
    const advised = labelledSet(['lan']).filter(({ slot, label }) => slot === 'idBack' && typeof label !== 'string' && label.length > 0);
    for (const photo of advised.slice(0, 3)) {
      for (const { vi, en } of (await accept(await photo.bytes(), 'idBack')).advice) {
        expect([vi.normalize('NFC') === vi, vi.endsWith('.'), en.endsWith('.'), vi === en]).toEqual([true, true, true, false]);
      }
    }
  });

  test('makes thumbnails of 320 pixels', async () => {
    const { width, height } = await sharp(await thumbnailOf((await accept(good)).jpeg)).metadata();
    expect([width, height]).toEqual([320, 240]);
  });
});

/** One of every so many: the whole is `npm run test:photos`. */
function sampled<T>(all: readonly T[], every: number): T[] {
  return all.filter((_, index) => index % every === 0);
}

describe('a sample of the photos that are labelled', () => {
  const sample = sampled(labelledSet(['lan']), 3);

  test('is of sets that are large enough to show something', () => {
    expect(labelledSet().length).toBeGreaterThanOrEqual(60);
    expect(phoneSet().length).toBeGreaterThanOrEqual(200);
    expect(new Set(sample.map(({ label }) => String(label))).size).toBeGreaterThan(10);
  });

  test.each(sample)('$slot, $defect: $label', async (photo) => {
    expect(await classified(gate, photo)).toEqual(photo.label);
  });
});

describe('a good photo as phones write it', () => {
  const small = phoneSet().filter(({ kind }) => !kind.includes('megapixels'));

  test.each(sampled(small, 13))('$kind, of $slot, turned as $orientation, is accepted, upright and in sRGB', async (photo) => {
    expect(await faultsOf(gate, photo)).toEqual([]);
  });
});

describe('the decoder', () => {
  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>')],
    ['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['PDF', Buffer.from('%PDF-1.4\n%%EOF')],
  ])('has no door for %s anywhere in the process', async (_kind, bytes) => {
    await expect(sharp(bytes).metadata()).rejects.toThrow();
  });

  test('opens no files', async () => {
    await expect(sharp('package.json').metadata()).rejects.toThrow();
  });
});

/** SOI, JFIF, tables, frame, scan, EOI. */
const PICTURE_MARKERS = new Set([0xd8, 0xe0, 0xdb, 0xc0, 0xc4, 0xda, 0xd9]);

function markersOf(jpeg: Buffer): number[] {
  const markers = [0xd8];
  let at = 2;
  while (at < jpeg.length) {
    const marker = jpeg[at + 1]!;
    markers.push(marker);
    if (marker === 0xda) break;
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  // Behind the scan's data stands the end marker, and behind that nothing.
  if (jpeg.readUInt16BE(jpeg.length - 2) !== 0xffd9) markers.push(-1);
  return markers;
}

async function colourAt(jpeg: Buffer, x: number, y: number): Promise<[number, number, number]> {
  const [red, green, blue] = await sharp(jpeg)
    .extract({ left: x - 8, top: y - 8, width: 16, height: 16 })
    .resize(1, 1)
    .raw()
    .toBuffer();
  return [red!, green!, blue!];
}

/** A checkered 600×400 picture whose upper left is red, stored turned as the given EXIF orientation says. */
async function redCornerStoredAs(orientation: number): Promise<Buffer> {
  const [width, height] = [600, 400];
  const turned = orientation >= 5;
  const [storedWidth, storedHeight] = turned ? [height, width] : [width, height];
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = (x >> 3) % 2 === (y >> 3) % 2 ? 200 : 150;
      const colour = x < width / 3 && y < height / 3 ? [light, 20, 20] : [light, light, light];
      const mirroredX = [2, 3, 6, 7].includes(orientation) ? width - 1 - x : x;
      const mirroredY = [3, 4, 7, 8].includes(orientation) ? height - 1 - y : y;
      const [storedX, storedY] = turned ? [mirroredY, mirroredX] : [mirroredX, mirroredY];
      pixels.set(colour, (storedY * storedWidth + storedX) * 3);
    }
  }
  return sharp(pixels, { raw: { width: storedWidth, height: storedHeight, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
}

/** The system counts processor time in these. */
const TICK_MS = 10;

/** As a container's freezer, a debugger or a machine that moves elsewhere does it: in the middle of work, however long that takes to begin. */
function pauseThisProcess({ afterCpuMs, forMs }: { afterCpuMs: number; forMs: number }): void {
  const { user, system } = process.cpuUsage();
  const enough = Math.ceil(((user + system) / 1000 + afterCpuMs) / TICK_MS);
  const used = `used() { set -- $(sed 's/.*) //' /proc/${process.pid}/stat); echo $((\${12} + \${13})); }`;
  const wait = `while [ -e /proc/${process.pid} ] && [ $(used) -lt ${enough} ]; do sleep 0.01; done`;
  const script = `${used}; ${wait}; kill -STOP ${process.pid}; sleep ${forMs / 1000}; kill -CONT ${process.pid}`;
  spawn('sh', ['-c', script], { stdio: 'ignore', detached: true }).unref();
}

import { afterAll, describe, expect, it } from '@jest/globals';
import type { Sharp } from 'sharp';
import { brokenFiles, declaredPng } from '../../test/support/bad-files.ts';
import { QR_SAMPLES, qrPhoto, qrPicture, qrSample, type Shot } from '../../test/support/qr-photos.ts';
import { PhotoLine } from '../photos/photo-line.ts';
import { Refusal } from '../platform/refusal.ts';
import { sharp } from '../platform/safe-sharp.ts';
import type { PhotoFormat } from '../photos/spool.storage.ts';
import { greyPicture, type PictureFault } from './grey-picture.ts';
import { QrReader, type WaitingPhoto } from './qr-reader.ts';

const HEALTH_CARD = qrSample('BHYT_OLD_15');
const CITIZEN_CARD = qrSample('CCCD_CHIP_7');

const reader = new QrReader(new PhotoLine());
afterAll(() => reader.onApplicationShutdown());

const readFile = (bytes: Buffer, format: PhotoFormat = 'jpeg') => readWaiting({ format, read: () => Promise.resolve(bytes) });

/** Where the machine has no time for a photo, it comes again, as it is asked to. */
async function readWaiting(photo: WaitingPhoto): Promise<string[] | PictureFault> {
  for (;;) {
    try {
      return await reader.read(photo);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'service-unavailable') throw error;
    }
  }
}

const readShot = async (payload: string, shot: Shot) => readFile(await (await qrPhoto(payload, shot)).jpeg({ quality: 85 }).toBuffer());

describe('the code on a photo', () => {
  it.each(QR_SAMPLES)('is read with every letter: $kind', async ({ payload }) => {
    expect(await readShot(payload, {})).toEqual([payload]);
  });

  it('is read whichever way the card lies', async () => {
    const missed: number[] = [];
    for (let turn = 5; turn < 360; turn += 30) {
      const [text] = await readShot(HEALTH_CARD, { turn, module: 5, width: 1200, height: 1000 });
      if (text !== HEALTH_CARD) missed.push(turn);
    }
    expect(missed).toEqual([]);
  });

  it.each<[string, Shot]>([
    ['of 12 megapixels', { width: 4000, height: 3000, module: 9, turn: 7 }],
    ['of 12 megapixels on which the card is far away', { width: 4000, height: 3000, module: 3, turn: 20, blur: 0.8 }],
    ['that is slightly blurred', { module: 6, blur: 2.4 }],
    ['that is slightly blurred, of a card at an angle', { module: 5, blur: 2, turn: 33 }],
    ['on which a module is two pixels', { width: 900, height: 700, module: 2, blur: 0.4, turn: 8 }],
    ['in the dark, full of grain', { width: 1400, height: 1000, module: 4, noise: 60, turn: 12 }],
    ['with a deep shadow', { shade: 0.92 }],
    ['in fog', { contrast: 0.15 }],
  ])('%s is read', async (_what, shot) => {
    expect(await readShot(HEALTH_CARD, shot)).toEqual([HEALTH_CARD]);
    expect(await readShot(CITIZEN_CARD, shot)).toEqual([CITIZEN_CARD]);
  });

  it.each<[string, PhotoFormat, (photo: Sharp) => Sharp]>([
    ['a PNG', 'png', (photo) => photo.png()],
    ['an interlaced PNG', 'png', (photo) => photo.png({ progressive: true })],
    ['a PNG of 16 bits per channel', 'png', (photo) => photo.toColourspace('rgb16').png()],
    ['a grey PNG', 'png', (photo) => photo.toColourspace('b-w').png()],
    ['a progressive JPEG', 'jpeg', (photo) => photo.jpeg({ progressive: true })],
    ['a CMYK JPEG', 'jpeg', (photo) => photo.toColourspace('cmyk').jpeg()],
    ['a Display P3 JPEG', 'jpeg', (photo) => photo.withIccProfile('p3').jpeg()],
    ['a JPEG turned by EXIF', 'jpeg', (photo) => photo.withMetadata({ orientation: 8 }).jpeg()],
    ['a JPEG of 48 megapixels', 'jpeg', (photo) => photo.resize({ width: 8000, kernel: 'nearest' }).jpeg()],
    ['a mirrored JPEG, as front cameras take it', 'jpeg', (photo) => photo.flop().jpeg()],
  ])('is read from %s', async (_what, format, as) => {
    const photo = await qrPhoto(CITIZEN_CARD, { turn: 5 });
    expect(await readFile(await as(photo).toBuffer(), format)).toEqual([CITIZEN_CARD]);
  });

  it('is read when it is all that the picture shows, however small', async () => {
    expect(await readFile(await (await qrPicture(CITIZEN_CARD, 2)).png().toBuffer(), 'png')).toEqual([CITIZEN_CARD]);
  });

  it('is read when its ground is transparent', async () => {
    const picture = await (await qrPicture(CITIZEN_CARD, 4)).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    const { width, height } = picture.info;
    const ink = sharp(
      picture.data.map((grey) => 255 - grey),
      { raw: { width, height, channels: 1 } },
    );
    const black = sharp({ create: { width, height, channels: 3, background: '#000000' } });
    const transparent = await black
      .joinChannel(await ink.png().toBuffer())
      .png()
      .toBuffer();
    expect(await readFile(transparent, 'png')).toEqual([CITIZEN_CARD]);
  });

  it('is read together with the one beside it', async () => {
    const texts = await readShot(HEALTH_CARD, { beside: CITIZEN_CARD, module: 4, width: 1800, height: 900 });
    expect([...texts].sort()).toEqual([CITIZEN_CARD, HEALTH_CARD].sort());
  });
});

describe('a photo without a code', () => {
  it('has no texts', async () => {
    const table = sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#78644f' } });
    expect(await readFile(await table.jpeg().toBuffer())).toEqual([]);
  });

  it('whose code is too blurred for anybody has no texts', async () => {
    expect(await readShot(HEALTH_CARD, { module: 5, blur: 12 })).toEqual([]);
  });
});

describe('a file that is no photo', () => {
  it.each(['half a JPEG', 'a cut PNG', 'a PNG signature before a page', 'a JPEG of its first eight bytes'])(
    'cannot be decoded: %s',
    async (name) => {
      const { bytes } = (await brokenFiles()).find((file) => file.name === name)!;
      expect(await readFile(bytes, name.includes('PNG') ? 'png' : 'jpeg')).toBe('undecodable');
    },
  );

  it('has too many pixels when its header says so, and is never unpacked', async () => {
    expect(await readFile(declaredPng(30_000, 30_000), 'png')).toBe('too-many-pixels');
  });
});

/** A picture of nothing but corners of codes, each of which might be a code's. */
async function keepsBusy(side: number): Promise<Buffer> {
  const corner = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
  const pixels = Buffer.alloc(side * side, 255);
  for (let at = 0; at < pixels.length; at++) if (corner[Math.floor(at / side) % 8]?.[(at % side) % 8] === '1') pixels[at] = 0;
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

describe('the search', () => {
  it('has its own time for each photo: one that only had to wait is read', async () => {
    const [busy, plain] = [await keepsBusy(3000), await (await qrPicture(HEALTH_CARD, 3)).png().toBuffer()];
    const afterTheBusyOne = async () => {
      // By then the other is long opened, and is being searched.
      for (let time = 0; time < 2; time++) await greyPicture(busy, 'png');
      return plain;
    };
    const read = await Promise.all([readFile(busy, 'png'), readWaiting({ format: 'png', read: afterTheBusyOne })]);
    expect(read).toEqual([[], [HEALTH_CARD]]);
  });

  it('leaves the event loop free', async () => {
    const photo = await (await qrPhoto(HEALTH_CARD, { width: 4000, height: 3000, module: 8 })).jpeg().toBuffer();
    await readFile(photo);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await Promise.all([readFile(photo), readFile(photo), readFile(photo)]);
    clearInterval(ticking);
    // Blocked by the searches, the loop would turn between them only.
    expect(turns).toBeGreaterThan(20);
  });

  it('gives every one of a crowd its own code', async () => {
    const payloads = QR_SAMPLES.map(({ payload }) => payload);
    const pictures = await Promise.all(payloads.map(async (payload) => (await qrPicture(payload, 3)).png().toBuffer()));
    expect(await Promise.all(pictures.map((picture) => readFile(picture, 'png')))).toEqual(payloads.map((payload) => [payload]));
  });
});

import type { ChannelStats, Sharp } from 'sharp';
import { sharp } from '../../platform/safe-sharp.ts';
import { MEASURED_SIDE } from '../../photos/photo-measures.ts';
import { sharpness } from '../../photos/sharpness.ts';
import { Dice } from './dice.ts';
import { addGrain } from './grain.ts';

const { PI, exp, floor, hypot, max, min, round, sqrt } = Math;

/** What can go wrong when a photo is taken or chosen. What our gate makes of each is said in photo-truth.ts. */
export const PHOTO_DEFECTS = [
  'blurred',
  'smeared',
  'blank',
  'dark',
  'bright',
  'glare',
  'hazy',
  'grainy',
  'tiny',
  'narrow',
  'turned',
  'screenshot',
] as const;

export type PhotoDefect = (typeof PHOTO_DEFECTS)[number];

/** RGB, row by row. */
export interface Picture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** How to make each of them, and what its amount is an amount of. */
const SPOIL: Record<PhotoDefect, (picture: Picture, amount: number) => Sharp | Promise<Sharp>> = {
  /** Of the long side: what a lens does that focused on something else. */
  blurred: (picture, share) => open(picture).blur(longSide(picture) * share),
  /** Of the long side: how far a hand moved while the shutter was open. */
  smeared: (picture, share) => open(picture).convolve(movement(round(longSide(picture) * share))),
  /** Of the photo, from below: a finger before the lens. */
  blank: coveredBy,
  /** Of the light. */
  dark: (picture, light) => open(picture).linear(light, 1),
  /** Of the light, which is a low sun's. */
  bright: (picture, light) => open(picture).linear([1.2 * light, light, 0.75 * light], [0, 0, 0]),
  /** Of the photo, drowned in light; its halo comes on top. */
  glare: shoneUpon,
  /** Contrast that is left, as the gate measures it: a breath on the lens. */
  hazy: breathedUpon,
  /** Of the scale: what a phone does in the evening. */
  grainy: (picture, share) => open({ ...picture, pixels: inTheEvening(picture.pixels, share) }),
  /** Pixels of the long side. */
  tiny: (picture, side) => open(picture).resize({ width: side, height: side, fit: 'inside' }),
  /** So many times as long as wide: the middle that is left of the photo. */
  narrow: cutToStrip,
  /** Degrees clockwise. */
  turned: (picture, degrees) => open(picture).rotate(degrees, { background: DESK }),
  /** Of the bars above and below the photo on a phone's screen. */
  screenshot: onScreen,
};

/** How bad a defect is: in its own measure, or until so little sharpness and steadiness are left as the gate measures them. */
export type Amount = number | { readonly sharpnessLeft: number; readonly between: readonly [mild: number, bad: number] };

/** The picture with one defect. */
export async function spoilt(picture: Picture, defect: PhotoDefect, amount: Amount): Promise<Sharp> {
  const spoil = SPOIL[defect];
  if (typeof amount === 'number') return spoil(picture, amount);
  let [mild, bad] = amount.between;
  // Faces and papers differ in how much there is to lose, so that no fixed amount leaves as much of each.
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (mild + bad) / 2;
    if ((await sharpnessLeft(await spoil(picture, middle))) > amount.sharpnessLeft) mild = middle;
    else bad = middle;
  }
  return spoil(picture, bad);
}

const HALVINGS = 7;

async function sharpnessLeft(spoiltPicture: Sharp): Promise<number> {
  const { data, info } = await spoiltPicture.raw().toBuffer({ resolveWithObject: true });
  const grey = await sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .resize({ width: MEASURED_SIDE, height: MEASURED_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const measured = sharpness({ pixels: grey.data, width: grey.info.width, height: grey.info.height });
  return min(measured.sharpness, measured.steadiness);
}

export function open({ pixels, width, height }: Picture): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

function longSide({ width, height }: Picture): number {
  return max(width, height);
}

/** Along the rows. */
function movement(length: number) {
  const width = max(3, length | 1);
  return { width, height: 3, kernel: Array.from({ length: width * 3 }, (_, at) => (at >= width && at < 2 * width ? 1 : 0)) };
}

const FINGER = [132, 96, 82];
/** A finger is no wall: of what lies behind it so much comes through, which nobody can see. */
const COMES_THROUGH = 0.01;

async function coveredBy(picture: Picture, share: number): Promise<Sharp> {
  const { width } = picture;
  const height = round(picture.height * share);
  const top = picture.height - height;
  const covered = await open(picture)
    .extract({ left: 0, top, width, height })
    .linear([COMES_THROUGH, COMES_THROUGH, COMES_THROUGH], FINGER)
    .raw()
    .toBuffer();
  return open(picture).composite([{ input: covered, raw: { width, height, channels: 3 }, left: 0, top }]);
}

/** A breath on the lens dims the scene and not the sensor, whose grain stays, and grows as it turns itself up. */
async function breathedUpon(picture: Picture, contrast: number): Promise<Sharp> {
  const grey = await open(picture).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const [{ mean, stdev }] = (await sharp(grey.data, { raw: grey.info }).stats()).channels as [ChannelStats];
  const share = contrast / stdev;
  const { data } = await open(picture)
    .linear(share, 176 - share * mean)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (const throwing of ['breath', 'dim light']) addGrain(pixels, new Dice(throwing));
  return open({ ...picture, pixels: data });
}

/** Pixels of the photo for one of the sheet the light is painted on: it is so soft that nobody can tell. */
const COARSE = 8;

/** A lamp's reflection right of the middle, where a card has its print: a core that drowns everything, and a halo that fades. */
async function shoneUpon(picture: Picture, share: number): Promise<Sharp> {
  const [width, height] = [round(picture.width / COARSE), round(picture.height / COARSE)];
  const [middleX, middleY] = [width * 0.56, height * 0.48];
  const radius = sqrt((share * width * height) / PI);
  const halo = max(width, height) * 0.025;
  const light = Buffer.alloc(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const outside = max(0, hypot((x + 0.5 - middleX) / 1.25, (y + 0.5 - middleY) * 1.25) - radius);
      light[at] = round(255 * exp(-((outside / halo) ** 2)));
    }
  }
  const { data, info } = await sharp(light, { raw: { width, height, channels: 1 } })
    .resize({ width: picture.width, height: picture.height, fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return open(picture).composite([
    { input: data, raw: { width: info.width, height: info.height, channels: info.channels as 3 }, blend: 'screen' },
  ]);
}

const DESK = '#6b5a48';

/** Noise that is bright and has no colour. */
function inTheEvening(pixels: Buffer, share: number): Buffer {
  const noisy = Buffer.from(pixels);
  let state = 1;
  for (let at = 0; at < noisy.length; at++) {
    state = (state * 48271) % 2147483647;
    noisy[at] = max(0, min(255, noisy[at]! + ((state & 0xff) - 128) * share));
  }
  return noisy;
}

/** Along its longer side. */
function cutToStrip(picture: Picture, aspect: number): Sharp {
  const { width, height } = picture;
  const size = width > height ? { width, height: floor(width / aspect) } : { width: floor(height / aspect), height };
  return open(picture).extract({ ...size, left: (width - size.width) >> 1, top: (height - size.height) >> 1 });
}

const SCREEN = { width: 1080, height: 2340 };
const [BAR, INK] = ['#16181c', '#e8eaed'];

/** The photo as a gallery shows it on a phone, bars, clock, battery and buttons; cut to so much of the bars, as a careful person does. */
async function onScreen(picture: Picture, share: number): Promise<Sharp> {
  const scale = min(SCREEN.width / picture.width, (SCREEN.height * 0.8) / picture.height);
  const [width, height] = [round(picture.width * scale), round(picture.height * scale)];
  const { data } = await open(picture).resize({ width, height, fit: 'fill' }).raw().toBuffer({ resolveWithObject: true });
  const sign = (left: number, top: number, signWidth: number, signHeight: number) => ({
    input: { create: { width: signWidth, height: signHeight, channels: 3 as const, background: INK } },
    left,
    top,
  });
  const screen = await sharp({ create: { ...SCREEN, channels: 3, background: BAR } })
    .composite([
      {
        input: data,
        raw: { width, height, channels: 3 },
        left: round((SCREEN.width - width) / 2),
        top: round((SCREEN.height - height) / 2),
      },
      ...[54, 70, 90, 106].map((left) => sign(left, 36, 10, 28)),
      sign(980, 38, 50, 24),
      ...[160, 400, 640, 880].map((left) => sign(left, 2230, 44, 44)),
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  const kept = height + round((SCREEN.height - height) * share);
  return sharp(screen, { raw: { ...SCREEN, channels: 3 } }).extract({
    left: 0,
    top: (SCREEN.height - kept) >> 1,
    width: SCREEN.width,
    height: kept,
  });
}

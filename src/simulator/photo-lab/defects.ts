import type { ChannelStats, Sharp } from 'sharp';
import { sharp } from '../../platform/safe-sharp.ts';
import { Dice } from './dice.ts';
import { addGrain } from './grain.ts';

const { PI, exp, hypot, max, min, round, sqrt } = Math;

/**
 * What can go wrong when a photo is taken or chosen. The gate refuses blurred, smeared, blank, dark and tiny photos, and papers under
 * glare; for the rest it has advice.
 */
export const PHOTO_DEFECTS = ['blurred', 'smeared', 'blank', 'dark', 'bright', 'glare', 'hazy', 'tiny', 'screenshot'] as const;

export type PhotoDefect = (typeof PHOTO_DEFECTS)[number];

/** RGB, row by row. */
export interface Picture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** How bad it is where nobody says otherwise. */
const USUAL: Record<PhotoDefect, number> = {
  /** Of the long side: what a lens does that focused on something else, with no name on the card left to read. */
  blurred: 0.01,
  /** Of the long side: how far a hand moved while the shutter was open. */
  smeared: 0.05,
  /** Contrast that is left: a finger on the lens. */
  blank: 0.01,
  /** Of the light. */
  dark: 0.1,
  /** Of the light, which is a low sun's. */
  bright: 3.2,
  /** Of the photo, drowned in light; its halo comes on top. */
  glare: 0.2,
  /** Contrast that is left, as the gate measures it: a breath on the lens. */
  hazy: 8,
  /** Pixels of the long side. */
  tiny: 160,
  /** Of the screen's height, for the photo on it at most. */
  screenshot: 0.8,
};

const SPOIL: Record<PhotoDefect, (picture: Picture, amount: number) => Sharp | Promise<Sharp>> = {
  blurred: (picture, share) => open(picture).blur(longSide(picture) * share),
  smeared: (picture, share) => open(picture).convolve(movement(round(longSide(picture) * share))),
  blank: (picture, contrast) => open(picture).linear(contrast, 196 * (1 - contrast)),
  dark: (picture, light) => open(picture).linear(light, 1),
  bright: (picture, light) => open(picture).linear([1.2 * light, light, 0.75 * light], [0, 0, 0]),
  glare: shoneUpon,
  hazy: breathedUpon,
  tiny: (picture, side) => open(picture).resize({ width: side, height: side, fit: 'inside' }),
  screenshot: onScreen,
};

/** The picture with one defect. @param amount how bad, in the defect's own measure */
export async function spoilt(picture: Picture, defect: PhotoDefect, amount = USUAL[defect]): Promise<Sharp> {
  return SPOIL[defect](picture, amount);
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

/** A breath on the lens dims the scene and not the sensor, whose grain stays. */
async function breathedUpon(picture: Picture, contrast: number): Promise<Sharp> {
  const grey = await open(picture).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const [{ mean, stdev }] = (await sharp(grey.data, { raw: grey.info }).stats()).channels as [ChannelStats];
  const share = contrast / stdev;
  const { data } = await open(picture)
    .linear(share, 176 - share * mean)
    .raw()
    .toBuffer({ resolveWithObject: true });
  addGrain(new Uint8ClampedArray(data.buffer, data.byteOffset, data.length), new Dice('breath'));
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

const SCREEN = { width: 1080, height: 2340 };
const [BAR, INK] = ['#16181c', '#e8eaed'];

/** The photo as a gallery shows it on a phone: bars above and below, the clock and the battery, a row of buttons. */
async function onScreen(picture: Picture, share: number): Promise<Sharp> {
  const scale = min(SCREEN.width / picture.width, (SCREEN.height * share) / picture.height);
  const [width, height] = [round(picture.width * scale), round(picture.height * scale)];
  const { data } = await open(picture).resize({ width, height, fit: 'fill' }).raw().toBuffer({ resolveWithObject: true });
  const mark = (left: number, top: number, markWidth: number, markHeight: number) => ({
    input: { create: { width: markWidth, height: markHeight, channels: 3 as const, background: INK } },
    left,
    top,
  });
  return sharp({ create: { ...SCREEN, channels: 3, background: BAR } }).composite([
    {
      input: data,
      raw: { width, height, channels: 3 },
      left: round((SCREEN.width - width) / 2),
      top: round((SCREEN.height - height) / 2),
    },
    ...[54, 70, 90, 106].map((left) => mark(left, 36, 10, 28)),
    mark(980, 38, 50, 24),
    ...[160, 400, 640, 880].map((left) => mark(left, 2230, 44, 44)),
  ]);
}

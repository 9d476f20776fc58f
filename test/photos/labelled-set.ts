import type { AdviceCode } from '../../src/photos/photo-advice.ts';
import type { PhotoFault } from '../../src/photos/photo-gate.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { open, spoilt, type PhotoDefect, type Picture } from '../../src/simulator/photo-lab/defects.ts';
import { drawnPhoto } from '../support/drawn-photos.ts';

/** What the gate is to say of a photo: a refusal, or an acceptance with these pieces of advice. */
export type Label = `refused: ${PhotoFault | 'same-as-other-slot'}` | readonly AdviceCode[];

export interface LabelledPhoto {
  readonly defect: string;
  readonly slot: PhotoSlot;
  readonly label: Label;
  /** What lies in another slot already. */
  readonly beside?: () => Promise<Buffer>;
  bytes(): Promise<Buffer>;
}

const SEEDS = ['lan', 'minh'];
const GOOD: Label = [];

/** Good photos, and the same with one graded defect each, for every slot. The same on every machine. */
export function labelledSet(seeds: readonly string[] = SEEDS): LabelledPhoto[] {
  return PHOTO_SLOTS.flatMap((slot) => seeds.flatMap((seed) => photosOf(slot, seed)));
}

function photosOf(slot: PhotoSlot, seed: string): LabelledPhoto[] {
  const isPaper = slot !== 'portrait';
  const original = () => drawnPhoto({ slot, seed });
  const photo = (defect: string, label: Label, bytes: () => Promise<Buffer>) => ({ defect, slot, label, bytes });
  const spoiltBy = (kind: PhotoDefect, amount?: number) => async () =>
    (await spoilt(await picture(slot, seed), kind, amount)).jpeg().toBuffer();
  const edited = (edit: (taken: Picture) => ReturnType<typeof open>) => async () =>
    edit(await picture(slot, seed))
      .jpeg()
      .toBuffer();
  return [
    photo('none', GOOD, original),
    photo(
      'none, sent by a messenger',
      GOOD,
      edited((taken) => open(taken).resize({ width: 1280, height: 1280, fit: 'inside' })),
    ),
    photo('out of focus, hardly', GOOD, spoiltBy('blurred', 0.0009)),
    photo('out of focus, slightly', ['rather-blurred'], spoiltBy('blurred', isPaper ? 0.003 : 0.0025)),
    photo('out of focus, much', 'refused: blurred', spoiltBy('blurred')),
    photo('smeared, slightly', ['rather-blurred'], spoiltBy('smeared', isPaper ? 0.022 : 0.014)),
    photo('smeared, much', 'refused: blurred', spoiltBy('smeared')),
    photo('dark, a little', GOOD, spoiltBy('dark', 0.65)),
    photo('dark, rather', ['rather-dark'], spoiltBy('dark', 0.34)),
    photo('dark, much', 'refused: dark', spoiltBy('dark')),
    photo('bright, a little', GOOD, spoiltBy('bright', 1.02)),
    photo('bright, much', ['rather-bright'], spoiltBy('bright')),
    photo('glare, a spot', GOOD, spoiltBy('glare', 0.004)),
    photo('glare, a patch', ['glare'], spoiltBy('glare', 0.05)),
    photo('glare, over the print', isPaper ? 'refused: glare' : ['glare'], spoiltBy('glare')),
    photo('haze', ['low-contrast'], spoiltBy('hazy')),
    photo('a covered lens', 'refused: blank', spoiltBy('blank')),
    photo(
      'few pixels',
      ['low-resolution'],
      edited((taken) => open(taken).resize({ width: 560, height: 560, fit: 'inside' })),
    ),
    photo('hardly any pixels', 'refused: too-small', spoiltBy('tiny')),
    photo(
      'a strip',
      ['narrow'],
      edited((taken) => strip(taken, isPaper, 3)),
    ),
    photo(
      'a shred',
      'refused: wrong-aspect',
      edited((taken) => strip(taken, isPaper, 5.4)),
    ),
    photo(
      'the wrong way round',
      [isPaper ? 'card-upright' : 'portrait-sideways'],
      edited((taken) => open(taken).rotate(90)),
    ),
    photo('a screenshot', ['screenshot-like'], spoiltBy('screenshot')),
    // Of two photos that are the same the later one is refused, and a portrait is never the later one.
    ...(isPaper ? [{ ...photo('the same in two slots', 'refused: same-as-other-slot', original), beside: original }] : []),
    // What no measure sees and a clerk's eye does: taken as it is.
    photo(
      'grainy',
      GOOD,
      edited((taken) => open({ ...taken, pixels: grainy(taken.pixels) })),
    ),
    photo(
      'askew',
      GOOD,
      edited((taken) => open(taken).rotate(12, { background: '#6b5a48' })),
    ),
    photo(
      'a thumb in the corner',
      GOOD,
      edited((taken) => open(taken).composite([thumb(taken)])),
    ),
  ];
}

const pictures = new Map<string, Promise<Picture>>();

function picture(slot: PhotoSlot, seed: string): Promise<Picture> {
  const key = `${slot} ${seed}`;
  const known = pictures.get(key) ?? drawnPhoto({ slot, seed }).then(decoded);
  pictures.set(key, known);
  return known;
}

async function decoded(jpeg: Buffer): Promise<Picture> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** The middle of the photo, along its longer side, so many times as long as wide. */
function strip(taken: Picture, lying: boolean, aspect: number) {
  const { width, height } = taken;
  const size = lying ? { width, height: Math.floor(width / aspect) } : { width: Math.floor(height / aspect), height };
  return open(taken).extract({ ...size, left: (width - size.width) >> 1, top: (height - size.height) >> 1 });
}

/** What a phone does in the evening: noise of a fifteenth of the scale. */
function grainy(pixels: Buffer): Buffer {
  const noisy = Buffer.from(pixels);
  const { max, min } = Math;
  let state = 1;
  for (let at = 0; at < noisy.length; at++) {
    state = (state * 48271) % 2147483647;
    noisy[at] = max(0, min(255, noisy[at]! + ((state & 0xff) - 128) * 0.2));
  }
  return noisy;
}

function thumb({ width, height }: Picture) {
  const size = { width: Math.round(width / 4), height: Math.round(height / 3) };
  return { input: { create: { ...size, channels: 3 as const, background: '#b58a70' } }, left: 0, top: height - size.height };
}

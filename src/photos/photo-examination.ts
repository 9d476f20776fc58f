import pLimit from 'p-limit';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import { decoded, type NoPicture } from './decoding.ts';
import { adviceOn, type PhotoAdvice } from './photo-advice.ts';
import { PATCH_SIDE } from './light.ts';
import { examine, MEASURED_SIDE, type MeasuredCopies, type PhotoMeasures } from './photo-measures.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { PHOTO_LIMITS } from './photo-thresholds.ts';
import { unusable } from './photo-verdict.rule.ts';
import { neededChunks } from './png-chunks.ts';
import { sharp } from '../platform/safe-sharp.ts';
import type { PhotoFormat } from './spool.storage.ts';

/** Why a photo is refused. */
export type PhotoFault = Extract<
  FaultCode,
  'undecodable' | 'too-many-pixels' | 'too-small' | 'wrong-aspect' | 'blank' | 'dark' | 'blurred' | 'glare'
>;

export type GateVerdict =
  | {
      readonly ok: true;
      /** Our own picture of what was sent: upright, sRGB, at most 2000 pixels a side, without any metadata. */
      readonly jpeg: Buffer;
      readonly width: number;
      readonly height: number;
      readonly measures: PhotoMeasures;
      readonly perceptualHash: string;
      readonly advice: PhotoAdvice[];
    }
  | { readonly ok: false; readonly code: PhotoFault };

export type GateResult = GateVerdict | Extract<NoPicture, 'starved'>;

/**
 * Most files are decoded row by row, in a few megabytes. Interlaced PNGs and progressive JPEGs must be held whole: those that
 * unpack to more than this go one at a time, so that one such picture is the most that memory ever holds.
 */
const HELD_WHOLE_BYTES = 64_000_000;
const oneAtATime = pLimit(1);

/**
 * Decides on a photo and makes the one that is kept. The bytes that were sent are never stored: payloads, places, device
 * numbers and whatever else hides in a file end here, because only the pixels go on.
 * @param sent the bytes that were sent
 * @param format what their signature says they are
 */
export async function examinePhoto(sent: Uint8Array, format: PhotoFormat, slot: PhotoSlot): Promise<GateResult> {
  const whole = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
  const file = format === 'png' ? neededChunks(whole) : whole;
  const header = await headerOf(file);
  if (!header) return refused('undecodable');
  const outside = outsideLimits(header);
  if (outside) return refused(outside);

  const upright = header.heldWholeBytes > HELD_WHOLE_BYTES ? await oneAtATime(() => decode(file)) : await decode(file);
  if (upright === 'broken') return refused('undecodable');
  if (upright === 'starved') return upright;
  const { figures, perceptualHash } = examine(await measuredCopies(upright));
  const measures = { sourceWidth: header.width, sourceHeight: header.height, ...figures };
  const fault = unusable(measures, slot);
  if (fault) return refused(fault);

  // A Huffman table of each photo's own makes large ones one percent smaller, and encoding three times as long.
  const jpeg = await fromPixels(upright).jpeg({ quality: PHOTO_LIMITS.storedQuality, optimiseCoding: false }).toBuffer();
  const { width, height } = upright.info;
  return { ok: true, jpeg, width, height, measures, perceptualHash, advice: adviceOn(measures, slot) };
}

interface Header {
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** Memory that the decoder needs for the whole picture at once; 0 when it goes row by row. */
  readonly heldWholeBytes: number;
}

interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

/** By the header alone: nothing is decoded, so nine hundred declared megapixels cost nothing. */
async function headerOf(file: Buffer): Promise<Header | undefined> {
  try {
    const { autoOrient, isProgressive, channels, depth } = await sharp(file, { limitInputPixels: false }).metadata();
    const bytesPerPixel = channels * (depth === 'ushort' ? 2 : 1);
    return { ...autoOrient, heldWholeBytes: isProgressive ? autoOrient.width * autoOrient.height * bytesPerPixel : 0 };
  } catch {
    return undefined;
  }
}

function outsideLimits({ width, height }: Header): PhotoFault | undefined {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  if (long * short > PHOTO_LIMITS.mostPixels) return 'too-many-pixels';
  if (long < PHOTO_LIMITS.leastLongSide || short < PHOTO_LIMITS.leastShortSide) return 'too-small';
  if (long > short * PHOTO_LIMITS.mostAspect) return 'wrong-aspect';
  return undefined;
}

/** One pass over the file; JPEGs are decoded at half, a quarter or an eighth of their size when that is enough. */
function decode(file: Buffer): Promise<Pixels | NoPicture> {
  const side = PHOTO_LIMITS.storedSide;
  return decoded(sharp(file, { failOn: 'warning', limitInputPixels: PHOTO_LIMITS.mostPixels }), (picture) =>
    picture
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
}

async function measuredCopies(upright: Pixels): Promise<MeasuredCopies> {
  const grey = await fromPixels(upright)
    .resize({ width: MEASURED_SIDE, height: MEASURED_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  // The linear kernel makes no brighter rims along edges, as the sharper ones do.
  const colour = await fromPixels(upright)
    .resize({ width: PATCH_SIDE, height: PATCH_SIDE, fit: 'inside', kernel: 'linear', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    grey: { pixels: grey.data, width: grey.info.width, height: grey.info.height },
    colour: { pixels: colour.data, width: colour.info.width, height: colour.info.height },
  };
}

function fromPixels({ data, info: { width, height, channels } }: Pixels) {
  return sharp(data, { raw: { width, height, channels } });
}

function refused(code: PhotoFault): GateVerdict {
  return { ok: false, code };
}

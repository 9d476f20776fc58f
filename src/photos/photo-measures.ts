import { PHOTO_THRESHOLDS } from './photo-thresholds.ts';

/** Longest side of the grey copy that everything is measured on, so that a figure means the same for every camera. */
export const MEASURED_SIDE = 800;

/** What can be said of a photo in numbers, rounded to one decimal. Stored beside it and shown to its sender. */
export interface PhotoMeasures {
  /** Width and height of the photo as it was sent, upright, in pixels. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Mean luma, 0 (black) to 255 (white). */
  readonly brightness: number;
  /** The luma that only the brightest fiftieth of the photo exceeds: is there light anywhere? */
  readonly highlights: number;
  /** Standard deviation of luma. */
  readonly contrast: number;
  /**
   * Variance of the Laplacian within the sharpest twentieth of 16×16 tiles. The sharpest part decides, not the average: a card
   * on a white scanner or a face before a smooth wall is mostly without edges, and sharp.
   */
  readonly sharpness: number;
}

/** One grey byte per pixel. */
export interface GreyCopy {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function measure(grey: GreyCopy): Omit<PhotoMeasures, 'sourceWidth' | 'sourceHeight'> {
  const histogram = new Uint32Array(256);
  for (const luma of grey.pixels) histogram[luma]!++;
  const count = grey.pixels.length;
  const brightness = sumOver(histogram, (luma) => luma) / count;
  const contrast = Math.sqrt(sumOver(histogram, (luma) => (luma - brightness) ** 2) / count);
  return {
    brightness: rounded(brightness),
    highlights: lumaExceededBy(histogram, count * 0.02),
    contrast: rounded(contrast),
    sharpness: rounded(sharpness(grey)),
  };
}

export type ShowsNothing = 'blank' | 'dark' | 'blurred';

/** Why no clerk could use the photo, or undefined. */
export function unusable({ contrast, highlights, sharpness }: PhotoMeasures): ShowsNothing | undefined {
  if (contrast < PHOTO_THRESHOLDS.blankContrast) return 'blank';
  if (highlights < PHOTO_THRESHOLDS.darkHighlights) return 'dark';
  if (sharpness < PHOTO_THRESHOLDS.blurredSharpness) return 'blurred';
  return undefined;
}

function sumOver(histogram: Uint32Array, value: (luma: number) => number): number {
  return histogram.reduce((sum, count, luma) => sum + count * value(luma), 0);
}

function lumaExceededBy(histogram: Uint32Array, share: number): number {
  let above = 0;
  for (let luma = 255; luma > 0; luma--) {
    above += histogram[luma]!;
    if (above > share) return luma;
  }
  return 0;
}

const TILES = 16;

function sharpness(grey: GreyCopy): number {
  const variances: number[] = [];
  for (let row = 0; row < TILES; row++) {
    for (let column = 0; column < TILES; column++) variances.push(laplacianVariance(grey, row, column));
  }
  variances.sort((a, b) => b - a);
  return variances[Math.floor(variances.length / 20)]!;
}

function laplacianVariance({ pixels, width, height }: GreyCopy, row: number, column: number): number {
  const fromX = Math.max(1, Math.floor((column * width) / TILES));
  const toX = Math.min(width - 1, Math.floor(((column + 1) * width) / TILES));
  const fromY = Math.max(1, Math.floor((row * height) / TILES));
  const toY = Math.min(height - 1, Math.floor(((row + 1) * height) / TILES));
  let sum = 0;
  let squares = 0;
  for (let y = fromY; y < toY; y++) {
    for (let at = y * width + fromX; at < y * width + toX; at++) {
      const edge = 4 * pixels[at]! - pixels[at - 1]! - pixels[at + 1]! - pixels[at - width]! - pixels[at + width]!;
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (toX - fromX) * (toY - fromY);
  return count > 0 ? squares / count - (sum / count) ** 2 : 0;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

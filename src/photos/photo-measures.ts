import { lightOn, type ColourCopy } from './light.ts';
import { perceptualHash } from './perceptual-hash.ts';
import { flatLines, tone, type GreyCopy } from './tone.ts';
import { sharpness } from './sharpness.ts';

/** Longest side of the grey copy that most is measured on, so that a figure means the same for every camera. */
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
  /**
   * The same along rows or along columns, whichever is less, and doubled: about the sharpness of a still photo. A hand that moved
   * leaves the edges that lie along its movement, which keep the sharpness up, and no others.
   */
  readonly steadiness: number;
  /** Percent of the photo that shows nothing but light: lamp, sky, white paper. */
  readonly blown: number;
  /** The same of the middle, where the face of a portrait is. */
  readonly blownMiddle: number;
  /** Percent of the photo whose colour is lost to the light: one channel at its end, another well below. */
  readonly lostColour: number;
  /** Percent of the photo under reflections: patches of light that fade out into something darker. White paper and the sky are none. */
  readonly glare: number;
  /** Percent of the rows, or of the columns, that are of one tone from edge to edge: screens have them, cameras do not. */
  readonly flatLines: number;
}

/** What is measured in pixels; the size of the original is in its header. */
export type Figures = Omit<PhotoMeasures, 'sourceWidth' | 'sourceHeight'>;

/** The two copies of one photo that everything is measured on. */
export interface MeasuredCopies {
  readonly grey: GreyCopy;
  readonly colour: ColourCopy;
}

/** What a thread finds out about a photo: what is told of it, and by what others like it are found. */
export interface Findings {
  readonly figures: Figures;
  readonly perceptualHash: string;
}

export function examine(copies: MeasuredCopies): Findings {
  return { figures: measure(copies), perceptualHash: perceptualHash(copies.grey) };
}

export function measure({ grey, colour }: MeasuredCopies): Figures {
  const figures: Figures = { ...tone(grey), ...sharpness(grey), ...lightOn(colour), flatLines: flatLines(grey) };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])) as unknown as Figures;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

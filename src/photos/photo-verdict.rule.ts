import type { PhotoMeasures } from './photo-measures.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { PHOTO_THRESHOLDS } from './photo-thresholds.ts';

export type ShowsNothing = 'blank' | 'dark' | 'blurred' | 'glare';

/** Why no clerk could use the photo for this slot, or undefined: a blurred photo stops the flow [S], and so does one that shows nothing [D]. */
export function unusable(measures: PhotoMeasures, slot: PhotoSlot): ShowsNothing | undefined {
  const { contrast, highlights, sharpness, steadiness, glare } = measures;
  if (contrast < PHOTO_THRESHOLDS.blankContrast) return 'blank';
  if (highlights < PHOTO_THRESHOLDS.darkHighlights) return 'dark';
  if (sharpness < PHOTO_THRESHOLDS.blurredSharpness || steadiness < PHOTO_THRESHOLDS.smearedSteadiness) return 'blurred';
  // What a lamp hides on a paper is print. On a portrait it is a lamp.
  if (slot !== 'portrait' && glare >= PHOTO_THRESHOLDS.coveringGlare) return 'glare';
  return undefined;
}

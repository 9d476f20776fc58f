import { describe, expect, test } from '@jest/globals';
import { adviceOn } from './photo-advice.ts';
import type { PhotoMeasures } from './photo-measures.ts';
import { PHOTO_SLOTS, type PhotoSlot } from './photo-slot.ts';
import { PHOTO_THRESHOLDS } from './photo-thresholds.ts';
import { unusable } from './photo-verdict.rule.ts';

const GOOD: PhotoMeasures = {
  sourceWidth: 3000,
  sourceHeight: 3000,
  brightness: 130,
  highlights: 220,
  contrast: 60,
  sharpness: 3000,
  steadiness: 2000,
  blown: 0,
  blownMiddle: 0,
  lostColour: 0,
  glare: 0,
  flatLines: 0,
};

const codes = (changes: Partial<PhotoMeasures>, slot: PhotoSlot = 'idFront') =>
  adviceOn({ ...GOOD, ...changes }, slot).map(({ code }) => code);

describe('a photo', () => {
  test.each(PHOTO_SLOTS)('that is good in every respect is taken as %s without a word', (slot) => {
    expect([unusable(GOOD, slot), codes({}, slot)]).toEqual([undefined, []]);
  });

  test.each([
    ['contrast', PHOTO_THRESHOLDS.blankContrast, 'blank'],
    ['highlights', PHOTO_THRESHOLDS.darkHighlights, 'dark'],
    ['sharpness', PHOTO_THRESHOLDS.blurredSharpness, 'blurred'],
    ['steadiness', PHOTO_THRESHOLDS.smearedSteadiness, 'blurred'],
  ] as const)('is refused when its %s is below %d, as %s', (measure, threshold, code) => {
    expect(unusable({ ...GOOD, [measure]: threshold - 0.1 }, 'portrait')).toBe(code);
    expect(unusable({ ...GOOD, [measure]: threshold }, 'portrait')).toBeUndefined();
  });

  test('under glare is refused as a paper, not as a portrait', () => {
    const shone = { ...GOOD, glare: PHOTO_THRESHOLDS.coveringGlare };
    expect(PHOTO_SLOTS.map((slot) => unusable(shone, slot))).toEqual([undefined, 'glare', 'glare']);
    expect(unusable({ ...shone, glare: shone.glare - 0.1 }, 'idFront')).toBeUndefined();
  });

  test('is advised on what could be better, on all of it at once', () => {
    expect(codes({ highlights: 80, contrast: 8, steadiness: 20 })).toEqual(['rather-blurred', 'rather-dark', 'low-contrast']);
    expect(codes({ sourceWidth: 700, sourceHeight: 700 })).toEqual(['low-resolution']);
    expect(codes({ glare: 3 })).toEqual(['glare']);
  });

  test('is too bright where colours are lost, or a face; white paper is not', () => {
    expect(codes({ blown: 25, lostColour: 6 })).toEqual(['rather-bright']);
    expect(codes({ blown: 70, blownMiddle: 80 })).toEqual([]);
    expect(codes({ blown: 70, blownMiddle: 80 }, 'portrait')).toEqual(['rather-bright']);
    expect(codes({ blown: 20, blownMiddle: 80, glare: 20 }, 'portrait')).toEqual(['glare']);
  });

  test('is a screenshot by its flat lines and its shape, not by one of them', () => {
    expect(codes({ sourceWidth: 1080, sourceHeight: 2340, flatLines: 30 })).toEqual(['screenshot-like']);
    expect(codes({ sourceWidth: 2100, sourceHeight: 2970, flatLines: 30 }, 'portrait')).toEqual([]);
    expect(codes({ sourceWidth: 1080, sourceHeight: 2340, flatLines: 2 }, 'portrait')).toEqual([]);
  });

  test('is the wrong way round by its slot', () => {
    const [upright, lying] = [{ sourceWidth: 3000, sourceHeight: 4000 }, { sourceWidth: 4000, sourceHeight: 3000 }]; // prettier-ignore
    expect(PHOTO_SLOTS.map((slot) => codes(upright, slot))).toEqual([[], ['card-upright'], ['card-upright']]);
    expect(PHOTO_SLOTS.map((slot) => codes(lying, slot))).toEqual([['portrait-sideways'], [], []]);
    expect(codes({ sourceWidth: 4000, sourceHeight: 1400 })).toEqual(['narrow']);
  });
});

import type { AdviceCode } from '../../photos/photo-advice.ts';
import type { PhotoFault } from '../../photos/photo-examination.ts';
import type { PhotoSlot } from '../../photos/photo-slot.ts';
import type { Amount, PhotoDefect } from './defects.ts';

/** 1 = hardly to be seen · 2 = plain · 3 = as bad as it gets. */
export const GRADES = [1, 2, 3] as const;
export type Grade = (typeof GRADES)[number];

/** What our gate says of a photo: takes it without a word, with advice, or refuses it. */
export type Expected =
  | { readonly expected: 'accepted'; readonly codes: readonly [] }
  | { readonly expected: 'advice'; readonly codes: readonly AdviceCode[] }
  | { readonly expected: 'refused'; readonly codes: readonly PhotoFault[] };

interface GradedDefect {
  /** In the defect's own measure; see defects.ts. */
  readonly amount: Amount;
  readonly says: Expected;
}

type Series = readonly [GradedDefect, GradedDefect, GradedDefect];

const ACCEPTED: Expected = { expected: 'accepted', codes: [] };
const advice = (...codes: AdviceCode[]): Expected => ({ expected: 'advice', codes });
const refused = (code: PhotoFault): Expected => ({ expected: 'refused', codes: [code] });

const series = (amounts: readonly [Amount, Amount, Amount], ...says: readonly [Expected, Expected, Expected]): Series => [
  { amount: amounts[0], says: says[0] },
  { amount: amounts[1], says: says[1] },
  { amount: amounts[2], says: says[2] },
];

/** Half-way between advice and refusal. */
const HALF_LOST: Amount = { sharpnessLeft: 21, between: [0.001, 0.05] };

/**
 * The graded defects and what our gate makes of each. The amounts were fitted to the gate's thresholds, which come from real pictures,
 * and never the other way round. Some things no gate refuses: a thumb over
 * half the card, too much sun, a screenshot, grain; they are for the clerk's eye.
 */
const DEFECTS: Readonly<Record<PhotoDefect, Readonly<Record<'portrait' | 'paper', Series>>>> = {
  blurred: both(series([0.0009, HALF_LOST, 0.01], ACCEPTED, advice('rather-blurred'), refused('blurred'))),
  smeared: both(series([0.003, HALF_LOST, 0.05], ACCEPTED, advice('rather-blurred'), refused('blurred'))),
  blank: both(series([0.12, 0.4, 1], ACCEPTED, ACCEPTED, refused('blank'))),
  dark: both(series([0.65, 0.34, 0.1], ACCEPTED, advice('rather-dark'), refused('dark'))),
  bright: both(series([1.02, 3.3, 3.6], ACCEPTED, advice('rather-bright'), advice('rather-bright'))),
  glare: {
    portrait: series([0.004, 0.05, 0.2], ACCEPTED, advice('glare'), advice('glare')),
    paper: series([0.004, 0.05, 0.2], ACCEPTED, advice('glare'), refused('glare')),
  },
  hazy: both(series([24, 8, 6], ACCEPTED, advice('low-contrast'), advice('low-contrast'))),
  grainy: both(series([0.07, 0.2, 0.35], ACCEPTED, ACCEPTED, ACCEPTED)),
  tiny: both(series([1000, 560, 160], ACCEPTED, advice('low-resolution'), refused('too-small'))),
  narrow: both(series([2, 3, 5.4], ACCEPTED, advice('narrow'), refused('wrong-aspect'))),
  turned: {
    portrait: series([6, 12, 90], ACCEPTED, ACCEPTED, advice('portrait-sideways')),
    paper: series([6, 12, 90], ACCEPTED, ACCEPTED, advice('card-upright')),
  },
  screenshot: {
    portrait: series([0, 0.5, 1], ACCEPTED, advice('screenshot-like'), advice('screenshot-like')),
    paper: series([0, 0.5, 1], ACCEPTED, advice('card-upright'), advice('screenshot-like')),
  },
};

function both(one: Series) {
  return { portrait: one, paper: one };
}

export function gradedDefect(slot: PhotoSlot, defect: PhotoDefect, grade: Grade): GradedDefect {
  return DEFECTS[defect][slot === 'portrait' ? 'portrait' : 'paper'][grade - 1]!;
}

/** What our gate says of a photo of the lab. A test asks it. */
export function expectedOf(slot: PhotoSlot, defect: PhotoDefect | undefined, grade: Grade): Expected {
  return defect === undefined ? ACCEPTED : gradedDefect(slot, defect, grade).says;
}

import { describe, expect, it } from '@jest/globals';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import { REASONS, type Reason, type ReasonCode } from '../reasons/reason-catalogue.ts';
import { AmendableParts } from './amendable-parts.rule.ts';
import { FORM_FIELD_NAMES } from './form/declaration-form.ts';

const PARTS = [...FORM_FIELD_NAMES, ...PHOTO_SLOTS];
const PAPER = ['idNumber', 'idType', 'idFront', 'idBack'];
const SIDES = ['idFront', 'idBack'];
const ADDRESS = ['provinceCode', 'districtCode', 'wardCode', 'street'];
const MAIL = ['emailCopy', 'emailForNotices', 'email'];

type RetryCode = { [Code in ReasonCode]: (typeof REASONS)[Code]['final'] extends true ? never : Code }[ReasonCode];

/** What a citizen may change for each reason, whichever part it is given for: `itself` is that part alone. */
const OPENS: Record<RetryCode, 'itself' | readonly string[] | Record<string, readonly string[]>> = {
  'photo-blurred': 'itself',
  'photo-dark': 'itself',
  'photo-wrong-kind': 'itself',
  'photo-wrong-person': 'itself',
  'face-covered': 'itself',
  'portrait-not-alike': 'itself',
  'photo-cut-off': 'itself',
  'photo-glare': 'itself',
  'photo-not-original': 'itself',
  'photo-sides-swapped': SIDES,
  'photo-of-other-paper': SIDES,
  'paper-expired': PAPER,
  'paper-damaged': PAPER,
  'paper-not-accepted': PAPER,
  'id-type-wrong': PAPER,
  'id-number-differs-from-paper': PAPER,
  'name-differs-from-paper': 'itself',
  'name-without-diacritics': 'itself',
  'insurance-number-wrong': 'itself',
  'several-insurance-numbers': ['insuranceNumber'],
  'differs-from-bhxh-database': { insuranceNumber: ['insuranceNumber'], fullName: ['fullName'], idNumber: PAPER, dossier: [] },
  'differs-from-population-database': { fullName: ['fullName'], idNumber: PAPER, dossier: [] },
  'phone-wrong': 'itself',
  'phone-not-own': 'itself',
  'phone-used-by-another-account': 'itself',
  'email-wrong': MAIL,
  'email-not-own': MAIL,
  'address-incomplete': ADDRESS,
  'address-outdated': ADDRESS,
  'papers-missing': [],
  'original-not-shown': [],
  'form-not-signed': [],
  'came-for-somebody-else': [],
};

const GIVEN = Object.entries<Reason>(REASONS)
  .filter(([, { final }]) => !final)
  .flatMap(([code, { appliesTo }]) => appliesTo.map((part) => [code as RetryCode, part] as const));

const sorted = (parts: readonly string[]) => PARTS.filter((part) => parts.includes(part));

function opened(reasonCode: string, part: string): string[] {
  const isSlot = (PHOTO_SLOTS as readonly string[]).includes(part);
  const amendable = new AmendableParts([{ reasonCode, ...(part !== 'dossier' && { [isSlot ? 'slot' : 'field']: part }) }]);
  return PARTS.filter((known) => amendable.has(known));
}

describe('what a reason lets its citizen change', () => {
  it.each(GIVEN)('%s, given for %s', (code, part) => {
    const opens = OPENS[code];
    const expected = opens === 'itself' ? [part] : Array.isArray(opens) ? opens : (opens as Record<string, readonly string[]>)[part]!;
    expect(opened(code, part)).toEqual(sorted(expected));
  });

  it('is a part of the declaration, and the part itself is among it', () => {
    const known: readonly string[] = [...PARTS, 'dossier'];
    for (const { appliesTo, unlocks } of Object.values<Reason>(REASONS))
      expect([...appliesTo, ...unlocks].filter((part) => !known.includes(part))).toEqual([]);
    for (const [code, part] of GIVEN)
      if (part !== 'dossier') expect([code, opened(code, part)]).toEqual([code, expect.arrayContaining([part])]);
  });

  it('never names a kind of paper that some process refuses', () => {
    const named = Object.entries<Reason>(REASONS).filter(([, { vi, en }]) => /\bCMND\b|(?<!citizen )identity card\b/i.test(vi + en));
    expect(named.map(([code]) => code)).toEqual([]);
  });
});

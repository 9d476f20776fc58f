import { describe, expect, it } from '@jest/globals';
import { FORM_FIELDS } from '../declarations/form/declaration-form.ts';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import { REASONS, type Reason } from '../reasons/reason-catalogue.ts';
import { rejectionFaults, returnFaults } from './reason-use.rule.ts';

const uses = Object.entries<Reason>(REASONS).flatMap(([reasonCode, { appliesTo, final }]) =>
  appliesTo.map((part) => ({ reasonCode, part, final })),
);

function itemOf({ reasonCode, part }: { reasonCode: string; part: string }) {
  if (part === 'dossier') return { reasonCode };
  return (PHOTO_SLOTS as readonly string[]).includes(part) ? { slot: part, reasonCode } : { field: part, reasonCode };
}

describe('every reason of the catalogue', () => {
  it('is for a field of the form, a photo, or the whole dossier', () => {
    const parts = new Set(['dossier', ...PHOTO_SLOTS, ...Object.keys(FORM_FIELDS)]);
    expect(uses.filter(({ part }) => !parts.has(part))).toEqual([]);
  });

  it('returns each part that it is for, unless it is final: then it rejects, and only then', () => {
    for (const { reasonCode, part, final } of uses) {
      const faults = returnFaults([itemOf({ reasonCode, part })]);
      expect([reasonCode, faults.length === 0, rejectionFaults(reasonCode).length > 0]).toEqual([reasonCode, !final, !final]);
    }
  });
});

it('a part may come back for several reasons at once', () => {
  const items = ['photo-dark', 'photo-glare'].map((reasonCode) => ({ slot: 'idFront', reasonCode }));
  expect(returnFaults([...items, { reasonCode: 'papers-missing' }, { field: 'phone', reasonCode: 'phone-not-own' }])).toEqual([]);
});

it('says no reason twice about one part, and the second one is named', () => {
  const items = ['photo-dark', 'photo-glare', 'photo-dark'].map((reasonCode) => ({ slot: 'idFront', reasonCode }));
  expect(returnFaults(items)).toEqual([{ pointer: '/items/2/reasonCode', code: 'already-used' }]);
  expect(returnFaults([...items.slice(0, 2), { slot: 'idBack', reasonCode: 'photo-dark' }])).toEqual([]);
});

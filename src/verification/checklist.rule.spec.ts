import { describe, expect, it } from '@jest/globals';
import { missingItems, type Checklist } from './checklist.rule.ts';

const complete: Checklist = {
  personPresent: true,
  originalIdSeen: true,
  originalIdNumber: '031165000123',
  portraitMatches: true,
  phoneConfirmed: true,
  formSigned: true,
};
const dossier = { idNumber: '031165000123', isUnknownToRegistry: false };

describe('the checklist of the counter', () => {
  it('misses nothing when everything was checked', () => {
    expect(missingItems(complete, dossier)).toEqual([]);
  });

  it.each(['personPresent', 'originalIdSeen', 'portraitMatches', 'phoneConfirmed', 'formSigned'] as const)(
    'misses %s when it was not ticked',
    (item) => {
      expect(missingItems({ ...complete, [item]: false }, dossier)).toEqual([item]);
    },
  );

  it('compares the number of the original with the declared one', () => {
    expect(missingItems({ ...complete, originalIdNumber: '031165000124' }, dossier)).toEqual(['originalIdNumber']);
    expect(missingItems({ ...complete, originalIdNumber: ' c1234567 ' }, { ...dossier, idNumber: 'C1234567' })).toEqual([]);
  });

  it('wants an explicit word for a number that the registry does not know', () => {
    const unknown = { ...dossier, isUnknownToRegistry: true };
    expect(missingItems(complete, unknown)).toEqual(['registryUnknownConfirmed']);
    expect(missingItems({ ...complete, registryUnknownConfirmed: true }, unknown)).toEqual([]);
  });
});

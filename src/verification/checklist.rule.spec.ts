import { describe, expect, it } from '@jest/globals';
import { checkedItems, missingItems, type Checklist } from './checklist.rule.ts';

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

  it.each(['031 165 000 123', '031.165.000.123', '031-165-000-123', '\u00a0031165000123\n'])(
    'reads %j as the groups of one number',
    (typed) => {
      expect(missingItems({ ...complete, originalIdNumber: typed }, dossier)).toEqual([]);
    },
  );

  it.each(['', ' ', '031165000132', '31165000123', '0311650001233', '031165000123/1', '０３１１６５０００１２３'])(
    'takes %j for another number',
    (typed) => {
      expect(missingItems({ ...complete, originalIdNumber: typed }, dossier)).toEqual(['originalIdNumber']);
    },
  );

  it('wants an explicit word for a number that the registry does not know', () => {
    const unknown = { ...dossier, isUnknownToRegistry: true };
    expect(missingItems(complete, unknown)).toEqual(['registryUnknownConfirmed']);
    expect(missingItems({ ...complete, registryUnknownConfirmed: true }, unknown)).toEqual([]);
  });

  it('is put on record by the names of what was checked, never by the number', () => {
    const six = ['personPresent', 'originalIdSeen', 'originalIdNumber', 'portraitMatches', 'phoneConfirmed', 'formSigned'];
    expect(checkedItems(complete)).toEqual(six);
    expect(checkedItems({ ...complete, registryUnknownConfirmed: true })).toEqual([...six, 'registryUnknownConfirmed']);
    expect(checkedItems({ ...complete, registryUnknownConfirmed: false })).toEqual(six);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { InsuredPerson } from '../registry/registry.port.ts';
import { sideBySide, type DeclaredPerson } from './side-by-side.rule.ts';

const PERSON: InsuredPerson = {
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  dateOfBirth: '1965-04-12',
  sex: 'female',
  idNumber: '031165000123',
  provinceCode: '31',
  phone: '+84352153000',
  diedOn: null,
};
const DECLARED: DeclaredPerson = {
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  idNumber: '031165000123',
  idType: 'cccd',
  provinceCode: '31',
  phone: '+84352153000',
};

const marksOf = (declared: Partial<DeclaredPerson>, person: Partial<InsuredPerson> | undefined = {}) =>
  Object.fromEntries(
    sideBySide({ ...DECLARED, ...declared }, person && { ...PERSON, ...person })
      .filter(({ match }) => match !== 'same')
      .map(({ field, match }) => [field, match]),
  );

describe('declared and registered data side by side', () => {
  it('show all that both know, each line marked', () => {
    expect(sideBySide(DECLARED, PERSON)).toEqual([
      { field: 'insuranceNumber', declared: '0397097379', registry: '0397097379', match: 'same' },
      { field: 'fullName', declared: 'Huỳnh Thị Minh', registry: 'Huỳnh Thị Minh', match: 'same' },
      { field: 'idNumber', declared: '031165000123', registry: '031165000123', match: 'same' },
      { field: 'birthYear', declared: '1965', registry: '1965', match: 'same' },
      { field: 'sex', declared: 'female', registry: 'female', match: 'same' },
      { field: 'provinceCode', declared: '31', registry: '31', match: 'same' },
      { field: 'phone', declared: '+84352153000', registry: '035****000', match: 'same' },
    ]);
  });

  it('mark the one name that differs, and tell missing marks from other letters', () => {
    expect(marksOf({ fullName: 'HUỲNH  THỊ MINH' })).toEqual({});
    expect(marksOf({ fullName: 'Huynh Thi Minh' })).toEqual({ fullName: 'differs-in-diacritics' });
    expect(marksOf({ fullName: 'Huỳnh Thị Mai' })).toEqual({ fullName: 'differs' });
  });

  it('mark another paper with what its number says of its owner', () => {
    expect(marksOf({ idNumber: '031065000123' })).toEqual({ idNumber: 'differs', sex: 'differs' });
    expect(marksOf({ idNumber: '031366000123' })).toEqual({ idNumber: 'differs', birthYear: 'differs' });
  });

  it('know neither birth year nor sex from a paper whose number does not say', () => {
    expect(marksOf({ idNumber: '031234567', idType: 'cmnd' }, { idNumber: '031234567' })).toEqual({ birthYear: 'unknown', sex: 'unknown' });
  });

  it('mark another province and another phone, which decide nothing', () => {
    expect(marksOf({ provinceCode: '01', phone: '+84352153111' })).toEqual({ provinceCode: 'differs', phone: 'differs' });
    expect(marksOf({}, { phone: null })).toEqual({ phone: 'unknown' });
  });

  it('never show the phone that the registry was given', () => {
    expect(JSON.stringify(sideBySide({ ...DECLARED, phone: '+84352153111' }, PERSON))).not.toContain('352153000');
  });

  it('know nothing of a number that the registry does not hold', () => {
    const lines = sideBySide(DECLARED, undefined);
    expect(new Set(lines.map(({ match }) => match))).toEqual(new Set(['unknown']));
    expect(lines.every(({ registry }) => registry === null)).toBe(true);
  });
});

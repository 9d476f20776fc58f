import { describe, expect, it } from '@jest/globals';
import { ageOn, matchWithRegistry } from './registry-match.ts';
import type { InsuredPerson } from './registry.port.ts';
import { REGISTRY_WARNINGS, warningOf } from './registry-warnings.ts';

const today = '2021-04-15';
const hoa: InsuredPerson = {
  insuranceNumber: '0110990032',
  fullName: 'Vũ Thị Hoa',
  dateOfBirth: '1979-10-25',
  sex: 'female',
  idNumber: '001179999032',
  provinceCode: '01',
  phone: null,
  diedOn: null,
};
const declared = { fullName: hoa.fullName, idNumber: hoa.idNumber };

describe('a declaration held against the registry', () => {
  it('matches when name and ID number belong to the insurance number', () => {
    expect(matchWithRegistry({ ...declared, fullName: 'vũ  thị hoa' }, hoa, today)).toEqual({ kind: 'match', differences: [] });
  });

  it('is of an unknown number when the registry has no such person', () => {
    expect(matchWithRegistry(declared, undefined, today)).toEqual({ kind: 'unknown-number', differences: [] });
  });

  it('differs in all that is another', () => {
    expect(matchWithRegistry({ ...declared, fullName: 'Vũ Thị Hồng' }, hoa, today)).toEqual({ kind: 'differs', differences: ['fullName'] });
    expect(matchWithRegistry({ ...declared, idNumber: '001179999033' }, hoa, today)).toEqual({
      kind: 'differs',
      differences: ['idNumber'],
    });
    expect(matchWithRegistry({ fullName: 'Lê Văn Phúc', idNumber: 'C1234567' }, hoa, today).differences).toEqual(['fullName', 'idNumber']);
  });

  it('that differs only in the marks of the name is left to a clerk', () => {
    expect(matchWithRegistry({ ...declared, fullName: 'Vũ Thị Hóa' }, hoa, today)).toEqual({
      kind: 'differs-in-diacritics',
      differences: ['fullName-diacritics'],
    });
    expect(matchWithRegistry({ fullName: 'Vu Thi Hoa', idNumber: '001179999033' }, hoa, today)).toEqual({
      kind: 'differs',
      differences: ['fullName-diacritics', 'idNumber'],
    });
  });

  it('knows a passport in small letters', () => {
    expect(matchWithRegistry({ ...declared, idNumber: 'xa1234567' }, { ...hoa, idNumber: 'XA1234567' }, today).kind).toBe('match');
  });

  it('tells of a death only when name and ID number are the owner’s', () => {
    const dead = { ...hoa, diedOn: today };
    expect(matchWithRegistry(declared, dead, today).kind).toBe('deceased');
    expect(matchWithRegistry(declared, dead, '2021-04-14').kind).toBe('match');
    expect(matchWithRegistry({ ...declared, idNumber: '001179999033' }, dead, today).kind).toBe('differs');
  });

  it('takes its owner for a minor until the 14th birthday', () => {
    const child = { ...hoa, dateOfBirth: '2007-04-15' };
    expect(matchWithRegistry(declared, child, '2021-04-14').kind).toBe('minor');
    expect(matchWithRegistry(declared, child, '2021-04-15').kind).toBe('match');
  });
});

describe('an age', () => {
  it.each([
    ['2021-04-11', '1965-04-12', 55],
    ['2021-04-12', '1965-04-12', 56],
    ['2021-02-28', '2004-02-29', 16],
    ['2021-03-01', '2004-02-29', 17],
  ])('on %s of one born on %s is %i', (day, dateOfBirth, age) => {
    expect(ageOn(day, dateOfBirth)).toBe(age);
  });
});

describe('the warning to the citizen', () => {
  it.each([
    ['match', undefined],
    ['minor', 'registers-through-guardian'],
    ['unknown-number', 'number-unknown-to-registry'],
    ['differs', 'data-differs-from-registry'],
    ['differs-in-diacritics', 'data-differs-from-registry'],
    ['deceased', 'data-differs-from-registry'],
  ] as const)('for %s is %s', (kind, warning) => {
    expect(warningOf({ kind, differences: [] })).toBe(warning);
  });

  it('of differing data names the form that mends them, in both languages', () => {
    expect(REGISTRY_WARNINGS['data-differs-from-registry'].vi).toContain('TK1-TS');
    expect(REGISTRY_WARNINGS['data-differs-from-registry'].en).toContain('TK1-TS');
  });
});

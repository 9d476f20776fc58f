import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { dataFile } from '../../platform/package-root.ts';
import { birthYearOf, checkIdNumber, maskIdNumber } from './id-number.rule.ts';

const today = '2021-04-15';

describe('an ID number', () => {
  it.each([
    ['031165000123', 'cccd'],
    ['031999789', 'cmnd'],
    ['C1234567', 'passport'],
    ['E12345678X', 'passport'],
  ])('%s is by its shape a %s', (raw, idType) => {
    expect(checkIdNumber(raw, { today })).toEqual({ ok: true, value: { idNumber: raw, idType } });
  });

  it('of a passport is kept in capitals', () => {
    expect(checkIdNumber('c1234567', { today })).toEqual({ ok: true, value: { idNumber: 'C1234567', idType: 'passport' } });
  });

  it('of digits alone is a passport only when that is said', () => {
    expect(checkIdNumber('12345678', { today })).toEqual({ ok: false, code: 'bad-format' });
    expect(checkIdNumber('12345678', { idType: 'passport', today })).toEqual({
      ok: true,
      value: { idNumber: '12345678', idType: 'passport' },
    });
    expect(checkIdNumber('999999999999', { idType: 'passport', today })).toMatchObject({ ok: true });
  });

  it.each([
    ['031165000123', 'cmnd'],
    ['031999789', 'cccd'],
    ['C1234567', 'cccd'],
    ['C1234', 'passport'],
  ] as const)('%s is no %s, whatever is said', (raw, idType) => {
    expect(checkIdNumber(raw, { idType, today })).toEqual({ ok: false, code: 'bad-format' });
  });

  it.each([
    '03116500012',
    '0311650001234',
    '031165000123 ',
    '031165000123\n',
    '０３１１６５０００１２３',
    '1234567890',
    'C12-4567',
    'ſ1234567',
    'ı1234567',
    "C123456'",
  ])('is not %j', (raw) => {
    expect(checkIdNumber(raw, { today })).toEqual({ ok: false, code: 'bad-format' });
  });

  it('that is empty is missing', () => {
    expect(checkIdNumber('', { today })).toEqual({ ok: false, code: 'required' });
  });

  it('never makes the rule throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(undefined, 'cccd', 'cmnd', 'passport'), (raw, idType) => {
        expect(typeof checkIdNumber(raw, { idType, today }).ok).toBe('boolean');
      }),
    );
  });

  it('is shown with its last four characters only', () => {
    expect(maskIdNumber('031165000123')).toBe('********0123');
    expect(maskIdNumber('C1234567')).toBe('****4567');
  });
});

describe('a citizen ID number', () => {
  const provinces = readFileSync(dataFile('places-2021-provinces.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => `0${line.slice(0, 2)}`);

  it('begins with 0 and the code of one of the 63 provinces, and with nothing else', () => {
    const known = new Set(provinces);
    expect(known.size).toBe(63);
    for (let prefix = 0; prefix < 1000; prefix++) {
      const code = String(prefix).padStart(3, '0');
      expect(checkIdNumber(`${code}165000123`, { today })).toMatchObject(
        known.has(code) ? { ok: true } : { ok: false, code: 'id-province-unknown' },
      );
    }
  });

  it.each([
    ['031065000123', 1965],
    ['031165000123', 1965],
    ['031203000123', 2003],
    ['031303000123', 2003],
    ['031400000123', 2100],
    ['031999000123', 2399],
  ])('%s tells the birth year %i', (idNumber, year) => {
    expect(birthYearOf(idNumber)).toBe(year);
  });

  it('may tell the present year but no later one', () => {
    expect(checkIdNumber('031221000123', { today })).toMatchObject({ ok: true });
    expect(checkIdNumber('031222000123', { today })).toEqual({ ok: false, code: 'id-birth-year-future' });
    expect(checkIdNumber('031222000123', { today: '2022-01-01' })).toMatchObject({ ok: true });
  });
});

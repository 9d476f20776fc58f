import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDossierNumber, parseDossierNumber } from './dossier-number.rule.ts';

describe('the dossier number', () => {
  it.each([
    [1, '00001.GD/2021/03102'],
    [49631, '49631.GD/2021/03102'],
    [99999, '99999.GD/2021/03102'],
    [100000, '100000.GD/2021/03102'],
  ])('writes sequence %d as %s', (sequence, text) => {
    expect(formatDossierNumber({ sequence, kind: 'GD', year: 2021, officeCode: '03102' })).toBe(text);
  });

  it('reads back every number it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 12 }),
        fc.integer({ min: 2020, max: 2099 }),
        fc.integer({ min: 0, max: 9999 }),
        (sequence, year, office) => {
          const number = { sequence, kind: 'GD', year, officeCode: `0${String(office).padStart(4, '0')}` };
          expect(parseDossierNumber(formatDossierNumber(number))).toEqual(number);
        },
      ),
    );
  });

  it('is written again as it was read, and nothing that is typed makes the reader fail', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'0123456789.GDH/ '), maxLength: 24 });
    const typed = fc.tuple(fc.integer({ min: 0, max: 10 ** 7 }), fc.constantFrom('GD', 'HS', 'gd'), fc.integer({ min: 0, max: 99999 }));
    const likely = typed.map(([sequence, kind, office]) => ` ${sequence}.${kind}/2021/${String(office).padStart(5, '0')}`);
    fc.assert(
      fc.property(fc.oneof(nearly, likely, fc.string({ unit: 'binary' })), (text) => {
        const number = parseDossierNumber(text);
        if (number) expect(formatDossierNumber(number)).toBe(text.trim());
      }),
    );
  });

  it.each([
    '',
    '1.GD/2021/03102',
    '00000.GD/2021/03102',
    '049631.GD/2021/03102',
    '49631.gd/2021/03102',
    '49631.GD/2021/3102',
    '49631.GD/2021/03102;',
    '４９６３１.GD/2021/03102',
  ])('does not take %j for a number', (text) => {
    expect(parseDossierNumber(text)).toBeUndefined();
  });
});

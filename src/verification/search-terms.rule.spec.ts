import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSearch } from './search-terms.rule.ts';

describe('what was typed into the search', () => {
  it.each([
    ['a dossier number', ' 49631.GD/2021/03102 ', { dossierNumber: '49631.GD/2021/03102' }],
    ['a dossier number in small letters', '49631.gd/2021/03102', { dossierNumber: '49631.GD/2021/03102' }],
    ['ten digits that may be two things', '0397097379', { insuranceNumber: '0397097379', idNumber: '0397097379', phone: '+84397097379' }],
    ['an insurance number in groups', '7912 345 678', { insuranceNumber: '7912345678', idNumber: '7912345678' }],
    ['a phone in another spelling', '+84 352.153-000', { phone: '+84352153000' }],
    ['a number of a citizen identity card', '031165000123', { idNumber: '031165000123' }],
    ['a passport in small letters', 'b1234567', { idNumber: 'B1234567' }],
    ['a name', 'Huỳnh Thị Minh', { words: ['huynh', 'thi', 'minh'] }],
    ['a name without diacritics, in any case and with any spaces', '  hUYNH   thi ', { words: ['huynh', 'thi'] }],
    ['a name with đ', 'Đặng', { words: ['dang'] }],
    ['names with an apostrophe or a hyphen', 'H’Hen Y-Moan', { words: ["h'hen", 'y-moan'] }],
    ['what could be a pattern', '%_*:&|!()\\', {}],
    ['nothing', '   ', {}],
    ['digits that are nothing', '12', {}],
  ])('is understood: %s', (_what, text, terms) => {
    expect(readSearch(text)).toEqual(terms);
  });

  it('never leaves more than letters, apostrophes and hyphens of a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        for (const word of readSearch(text).words ?? []) expect(word).toMatch(/^[a-z'-]+$/);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareNames } from './name-match.rule.ts';

const SYLLABLES = ['Hoà', 'Hòa', 'Thuỷ', 'Thủy', 'Nguyễn', 'Huỳnh', 'Đỗ', 'Ước', 'Quý', 'Tí', "H'Hen", 'Y-Moan', 'Êban', 'Ñiê', 'Ƀlơ̆'];
const names = fc.array(fc.constantFrom(...SYLLABLES), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));

describe('two names', () => {
  it.each([
    ['Hoà', 'Hòa'],
    ['Thuỷ', 'Thủy'],
    ['Quý', 'Qúy'],
    ['Nguyễn Hoài', 'NGUYỄN HOÀI'],
    ['Huỳnh Thị Minh', 'huỳnh  thị minh '],
    ['Nguyễn Thị Huỳnh', 'Nguy\u00ea\u0303n Thi\u0323 Huy\u0300nh'],
    ["H'Hen Niê", 'H’Hen Niê'],
  ])('are equal in spite of case, spaces, spelling and place of the tone: %s, %s', (one, other) => {
    expect(compareNames(one, other)).toBe('equal');
  });

  it.each([
    ['Hoa', 'Hóa'],
    ['Hoà', 'Hóa'],
    ['Đỗ Ước', 'Do Uoc'],
    ['Huỳnh Thị Minh', 'HUYNH THI MINH'],
    ['Ñiê', 'Niê'],
    ['Thu', 'Thư'],
    ['Bốn', 'Bón'],
    ['Małgorzata Dąbrowska', 'MALGORZATA DABROWSKA'],
    ['Zdeněk Dvořák', 'Zdenek Dvorak'],
    ['Jānis Bērziņš', 'Janis Berzins'],
    ['Győző Žukauskaitė', 'Gyozo Zukauskaite'],
  ])('of the same letters with other marks differ in diacritics: %s, %s', (one, other) => {
    expect(compareNames(one, other)).toBe('differs-in-diacritics');
  });

  it.each([
    ['Lý', 'Lí'],
    ['Huỳnh Thị Minh', 'Huỳnh Minh'],
    ['Y-Moan', 'Y Moan'],
    ['Minh', ''],
  ])('of other letters differ: %s, %s', (one, other) => {
    expect(compareNames(one, other)).toBe('differs');
  });

  it('compare the same both ways and through any Unicode form or case', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        const verdict = compareNames(one, other);
        expect(compareNames(other, one)).toBe(verdict);
        expect(compareNames(one.normalize('NFD').toUpperCase(), ` ${other.toLowerCase()}`)).toBe(verdict);
      }),
    );
  });

  it('keep a tone in its own syllable', () => {
    expect(compareNames('Hòa Minh', 'Hoa Mình')).toBe('differs-in-diacritics');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkFullName } from './full-name.rule.ts';

const SIXTY = 'Công Tằng Tôn Nữ Thị Nguyễn Hoàng Phương Thảo Quỳnh Anh Minh';

describe('a full name', () => {
  it.each([
    'Huỳnh Thị Minh',
    'Đỗ Ước',
    'Hoà',
    'Hòa',
    "H'Hen Niê",
    'K’Brêu',
    "K' Brêu",
    'Y-Moan Êban',
    'Y Ƀlơ̆ Kpă Čư',
    'Tí',
    'Null',
    'NGUYỄN VĂN A',
    'trần thị bích ngọc',
    'François Müller',
    'Siân Gŵyl Tŷ-Mawr',
    'Małgorzata Dąbrowska-Zięć',
    'Święcisław Źródlański Żółkoń',
    'Zdeněk Dvořák Růžička',
    'Ľubomír Ťažký Stĺpec',
    'Božidar Kňažko Vŕba Ďurčo',
    'Győző Űrhegyi',
    'Jānis Bērziņš Ķīlis',
    'Ģirts Šūmaņ-Ļaudis',
    'Žydrūnė Gražulytė Šnaukštų',
    'Įsrutis Daukša',
    SIXTY,
  ])('of a real person is accepted as it is: %s', (name) => {
    expect(checkFullName(name)).toEqual({ ok: true, value: name.normalize('NFC') });
  });

  it.each([
    ['decomposed', 'Nguyễn Thị Huỳnh'.normalize('NFD')],
    ['Windows-1258', 'Nguy\u00ea\u0303n Thi\u0323 Huy\u0300nh'],
    ['with odd spaces', '\u3000Nguyễn \u00a0Thị   Huỳnh '],
  ])('%s is brought into its one canonical spelling', (_, raw) => {
    expect(checkFullName(raw)).toEqual({ ok: true, value: 'Nguyễn Thị Huỳnh' });
  });

  it('keeps either usual apostrophe and turns its keyboard variants into the typographic one', () => {
    expect(checkFullName('K‘Brêu')).toEqual({ ok: true, value: 'K’Brêu' });
    expect(checkFullName('KʼBrêu')).toEqual({ ok: true, value: 'K’Brêu' });
  });

  it.each(['', ' ', '\u00a0\u3000'])('of nothing but spaces is missing', (raw) => {
    expect(checkFullName(raw)).toEqual({ ok: false, code: 'required' });
  });

  it('may have 100 characters after normalising, and no more', () => {
    expect(checkFullName(`  ${'a'.repeat(100)}  `.normalize('NFD'))).toMatchObject({ ok: true });
    expect(checkFullName('ậ'.repeat(100).normalize('NFD'))).toMatchObject({ ok: true });
    expect(checkFullName('a'.repeat(101))).toEqual({ ok: false, code: 'too-long' });
  });

  it.each([
    ['a header injection', 'Minh\r\nBcc: x@y.z'],
    ['a line separator', 'Minh\u2028x'],
    ['a tab', 'Huỳnh\tMinh'],
    ['a NUL', '\u0000'],
    ['a terminal escape', '\u001b[31m'],
    ['a zero-width space', 'Mi\u200bnh'],
    ['a byte order mark', '\ufeffMinh'],
    ['a soft hyphen', 'Mi\u00adnh'],
    ['a right-to-left override', 'Minh\u202etxt'],
    ['a right-to-left isolate', '\u2067Minh\u2069'],
    ['a lone surrogate', 'Minh\ud800'],
    ['an Icelandic eth for Đ', '\u00d0ỗ Ước'],
    ['an African D for Đ', '\u0189ỗ Ước'],
    ['a caron for a breve', 'Nguyễn V\u01cen Minh'],
    ['a dotless i', 'M\u0131nh'],
    ['a small Icelandic eth for đ', 'Qu\u00f0'],
    ['a caron for a breve on any vowel', 'B\u01d0nh'],
    ['an African hook for a Vietnamese horn', 'Ph\u01ab'],
    ['Cyrillic look-alikes', 'Мinh'],
    ['Greek look-alikes', 'Μinh'],
    ['full-width letters', 'Ｍｉｎｈ'],
    ['mathematical letters', '𝐌𝐢𝐧𝐡'],
    ['Han characters', '阮文'],
    ['a mark on no letter', 'Minh \u0301'],
    ['piled-up marks', 'Minh\u0301\u0301\u0301\u0301'],
    ['digits', 'Minh 2'],
    ['full-width digits', 'Minh ２'],
    ['an emoji', 'Minh 😀'],
    ['SQL', "'; DROP TABLE--"],
    ['a pattern', "%' OR 1=1"],
    ['a query operator', '{"$gt":""}'],
    ['a template', '{{7*7}}'],
    ['an expression', '${7*7}'],
    ['markup', '<script>'],
    ['a server page', '<%= %>'],
    ['a formula', '=1+1'],
    ['zero', '0'],
    ['brackets', '[]'],
    ['only punctuation', "-'"],
    ['a leading hyphen', '-Minh'],
    ['a doubled hyphen', 'Y--Moan'],
    ['a full stop', 'Minh.'],
  ])('with %s is refused', (_, raw) => {
    expect(checkFullName(raw)).toEqual({ ok: false, code: 'bad-name-character' });
  });

  it('that is accepted is accepted again unchanged', () => {
    const letters = fc.constantFrom(..."aăâbcdđeêghiklmnoôơpqrstuưvxyƀčñŏAĂÂĐÊÔƠƯ '’-\u0300\u0301\u0303\u0309\u0323\u0306\u00a0");
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 40 }), (raw) => {
        const first = checkFullName(raw);
        if (first.ok) expect(checkFullName(first.value)).toEqual(first);
      }),
    );
  });

  it('never makes the rule throw and is never stored outside NFC or with an unseen character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const check = checkFullName(raw);
        if (check.ok) expect(check.value).toMatch(/^[\p{L}\u0306'’ -]+$/u);
        if (check.ok) expect(check.value).toBe(check.value.normalize('NFC'));
      }),
    );
  });
});

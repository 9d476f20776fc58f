import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStreet } from './street.rule.ts';

describe('a street line', () => {
  it.each([
    'Số 484/12 Lạch Tray',
    'Tổ 3 (cũ), khu 5 - ngõ 7.2',
    '<script>alert(1)</script>',
    "'; DROP TABLE offices;--",
    '{{7*7}}',
    '=1+1',
    '1',
    '-',
  ])('may hold any visible text: %s', (street) => {
    expect(checkStreet(street)).toEqual({ ok: true, value: street });
  });

  it('is normalised to composed letters and single spaces', () => {
    expect(checkStreet(`\u3000Ngõ 5\u00a0  ${'Đằng Giang'.normalize('NFD')} `)).toEqual({ ok: true, value: 'Ngõ 5 Đằng Giang' });
  });

  it('is 1 to 200 characters long', () => {
    expect(checkStreet(' \u00a0')).toEqual({ ok: false, code: 'required' });
    expect(checkStreet('ệ'.repeat(200).normalize('NFD'))).toMatchObject({ ok: true });
    expect(checkStreet('a'.repeat(201))).toEqual({ ok: false, code: 'too-long' });
  });

  it.each([
    ['a line break', 'Số 5\nLạch Tray'],
    ['a tab', 'Số\t5'],
    ['a NUL', 'Số 5\u0000'],
    ['a line separator', 'Số 5\u2028'],
    ['a zero-width joiner', 'Số\u200d5'],
    ['a right-to-left override', '\u202eSố 5'],
    ['a Hangul filler', '\u3164'],
    ['a variation selector', '5\ufe0f'],
    ['a blank Braille pattern', '\u2800'],
    ['a lone surrogate', 'Số \udfff'],
    ['a private-use character', '\ue000'],
    ['a letter that was lost on the way', 'S\ufffd 5'],
  ])('with %s is refused', (_, raw) => {
    expect(checkStreet(raw)).toEqual({ ok: false, code: 'bad-format' });
  });

  it('that is accepted is accepted again unchanged, and never makes the rule throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const first = checkStreet(raw);
        if (first.ok) expect(checkStreet(first.value)).toEqual(first);
      }),
    );
  });
});

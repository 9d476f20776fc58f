import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOBILE_PREFIXES, RENUMBERED_PREFIXES } from './phone-prefixes.ts';
import { checkPhone, displayPhone, maskPhone } from './phone.rule.ts';

const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

describe('a mobile number', () => {
  it.each([
    '0352153000',
    '0352 153 000',
    '0352.153.000',
    '0352-153-000',
    '0352–153–000',
    ' 0352\u00a0153\u00a0000 ',
    '+84352153000',
    '+84 352 153 000',
    '84352153000',
    '84 352 153 000',
    '+84 0352153000',
  ])('written %j is one and the same number', (raw) => {
    expect(checkPhone(raw)).toEqual({ ok: true, value: '+84352153000' });
  });

  it('may begin with every prefix of the table, whatever follows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MOBILE_PREFIXES), digits(7), (prefix, rest) => {
        for (const raw of [prefix + rest, `84${prefix.slice(1)}${rest}`, `+84${prefix.slice(1)}${rest}`]) {
          expect(checkPhone(raw)).toEqual({ ok: true, value: `+84${prefix.slice(1)}${rest}` });
        }
      }),
    );
  });

  it('of eleven digits from before 2018 becomes what it was converted to', () => {
    expect(checkPhone('01652153000')).toEqual({ ok: true, value: '+84352153000' });
    fc.assert(
      fc.property(fc.constantFrom(...RENUMBERED_PREFIXES), digits(7), ([old, now], rest) => {
        for (const raw of [old + rest, `+84${old.slice(1)}${rest}`, `84${old.slice(1)}${rest}`]) {
          expect(checkPhone(raw)).toEqual({ ok: true, value: `+84${now.slice(1)}${rest}` });
        }
      }),
    );
  });

  it('that is accepted is accepted again unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+ .-') }), (raw) => {
        const first = checkPhone(raw);
        if (first.ok) expect(checkPhone(first.value)).toEqual(first);
      }),
    );
  });

  it.each(['02253826582', '+842253826582', '842253826582', '0225 382 6582', '02438265821'])('is not the landline %s', (raw) => {
    expect(checkPhone(raw)).toEqual({ ok: false, code: 'phone-landline' });
  });

  it.each([
    '0123',
    '113',
    '19009068',
    '352153000',
    '035215300',
    '03521530000',
    '0652345678',
    '0123456789',
    '01112345678',
    '+84352153000123',
    '+14155552671',
  ])('is not the other number %s', (raw) => {
    expect(checkPhone(raw)).toEqual({ ok: false, code: 'phone-not-mobile' });
  });

  it.each([
    '0352153\n0999',
    '0352153000\r\n',
    '0352153000\t',
    "035-2153'--",
    "0352153000'",
    '0352153000;0352153001',
    '０３５２１５３０００',
    '٠٣٥٢١٥٣٠٠٠',
    '035215300O',
    'tel:0352153000',
    '0352153000 ext 5',
    '++84352153000',
    '0352153000+',
    '-0352153000',
    '\u202a0352153000\u202c',
    '0352153000\u0000',
    '0352153000\ud800',
    '+',
    `0352153${' '.repeat(40)}000`,
  ])('is not written %j', (raw) => {
    expect(checkPhone(raw)).toEqual({ ok: false, code: 'bad-format' });
  });

  it.each(['', '  '])('that is empty is missing', (raw) => {
    expect(checkPhone(raw)).toEqual({ ok: false, code: 'required' });
  });

  it('never makes the rule throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => typeof checkPhone(raw).ok === 'boolean'));
  });

  it('is shown as people write it, or with its middle hidden', () => {
    expect(displayPhone('+84352153000')).toBe('0352153000');
    expect(maskPhone('+84352153000')).toBe('035****000');
  });
});

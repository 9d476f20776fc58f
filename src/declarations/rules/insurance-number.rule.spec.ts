import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkInsuranceNumber, maskInsuranceNumber } from './insurance-number.rule.ts';

const digit = fc.constantFrom(...'0123456789');

describe('a mã số BHXH', () => {
  it('is any ten digits: no prefix is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: digit, minLength: 10, maxLength: 10 }), (raw) => {
        expect(checkInsuranceNumber(raw)).toEqual({ ok: true, value: raw });
      }),
    );
  });

  it.each([
    '039709737',
    '03970973790',
    '0397097379 ',
    ' 0397097379',
    '0397097379\n',
    '３９７０９７３７９０',
    '٠٣٩٧٠٩٧٣٧٩',
    '039709737O',
    '+397097379',
    'null',
  ])('is not %j', (raw) => {
    expect(checkInsuranceNumber(raw)).toEqual({ ok: false, code: 'bad-format' });
  });

  it('that is empty is missing', () => {
    expect(checkInsuranceNumber('')).toEqual({ ok: false, code: 'required' });
  });

  it('is shown with its middle hidden', () => {
    expect(maskInsuranceNumber('0397097379')).toBe('0397****79');
  });
});

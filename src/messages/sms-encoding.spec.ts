import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toAsciiSms } from '../platform/text/vietnamese.ts';
import { smsSize } from './sms-encoding.ts';

describe('the size of an SMS', () => {
  it('counts 160 plain characters as one segment and 161 as two', () => {
    expect(smsSize('a'.repeat(160))).toEqual({ encoding: 'gsm-7', units: 160, segments: 1 });
    expect(smsSize('a'.repeat(161))).toEqual({ encoding: 'gsm-7', units: 161, segments: 2 });
  });

  it('has room for 153 characters in each part of a longer text', () => {
    expect(smsSize('a'.repeat(306)).segments).toBe(2);
    expect(smsSize('a'.repeat(307)).segments).toBe(3);
  });

  it('counts brackets, braces and the euro sign twice, and never cuts one in two', () => {
    expect(smsSize('€'.repeat(80))).toEqual({ encoding: 'gsm-7', units: 160, segments: 1 });
    expect(smsSize('€'.repeat(81)).units).toBe(162);
    // 76 fit into a part of 153 septets, the 77th would lie across its end.
    expect(smsSize('€'.repeat(152)).segments).toBe(2);
    expect(smsSize('€'.repeat(153)).segments).toBe(3);
  });

  it('falls to 70 characters as soon as one letter is Vietnamese', () => {
    expect(smsSize(`ạ${'a'.repeat(69)}`)).toEqual({ encoding: 'ucs-2', units: 70, segments: 1 });
    expect(smsSize(`ạ${'a'.repeat(70)}`).segments).toBe(2);
    expect(smsSize('à la carte')).toMatchObject({ encoding: 'gsm-7' });
  });

  it('keeps an emoji whole at the end of a part', () => {
    expect(smsSize('x'.repeat(66) + '🙂' + 'x'.repeat(66))).toEqual({ encoding: 'ucs-2', units: 134, segments: 3 });
  });

  it('is never smaller for a longer text, and always large enough for what it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 20 }), (text, more) => {
        const { encoding, units, segments } = smsSize(text);
        const longer = smsSize(text + more);
        if (longer.encoding === encoding) expect(longer.segments).toBeGreaterThanOrEqual(segments);
        const room = encoding === 'gsm-7' ? { alone: 160, inParts: 153 } : { alone: 70, inParts: 67 };
        expect(units).toBeLessThanOrEqual(segments === 1 ? room.alone : segments * room.inParts);
        if (segments > 1) expect(units).toBeGreaterThan((segments - 1) * (room.inParts - 1));
      }),
    );
  });

  it('is GSM-7 with one septet a character for every text made ready for SMS', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const ready = toAsciiSms(text);
        expect(smsSize(ready)).toMatchObject({ encoding: 'gsm-7', units: ready.length });
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkEmail } from './email.rule.ts';

const LONGEST_LOCAL = 'a'.repeat(64);
const domainOf = (length: number) =>
  `${'d'.repeat(60)}.`
    .repeat(4)
    .slice(0, length - 3)
    .replace(/\.$/, 'd') + '.vn';

describe('an e-mail address', () => {
  it.each(['minh@example.vn', 'huynh.thi-minh+bhxh@mail.example.com.vn', "o'brien_1%x@example.vn", 'a@x.vn', 'a@xn--v1h.vn'])(
    'alone is accepted: %s',
    (address) => {
      expect(checkEmail(address)).toEqual({ ok: true, value: address });
    },
  );

  it('has its domain in lower case and the rest as typed', () => {
    expect(checkEmail('Huynh.Minh@Example.VN')).toEqual({ ok: true, value: 'Huynh.Minh@example.vn' });
  });

  it.each([
    'a@x.vn, evil@z',
    'a@x.vn,evil@z.vn',
    'a@x.vn\r\nBcc: e@z',
    'a@x.vn\nBcc: e@z.vn',
    'a@x.vn <e@z>',
    '<a@x.vn>',
    '"e@z x"@x.vn',
    '"a"@x.vn',
    'g: a@x,b@z;',
    'a@x.vn(e@z)',
    'a@x.vn e@z',
    'a@x.vn;e@z',
    'a@b@x.vn',
    'a@x.vn ',
    ' a@x.vn',
    'a@x.vn\u2028',
    'a@x.vn\u00a0',
    'a@x.vn\u0000',
    'a\\@x.vn',
  ])('that holds more than one plain address is refused as such: %j', (raw) => {
    expect(checkEmail(raw)).toEqual({ ok: false, code: 'email-not-single' });
  });

  it.each([
    '@x',
    '@x.vn',
    'a@',
    'a',
    'a@b',
    'a@localhost',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@x..vn',
    'a@.vn',
    'a@x.vn.',
    'a@-x.vn',
    'a@x_y.vn',
    '.a@x.vn',
    'a..b@x.vn',
    'mình@x.vn',
    'a@thư.vn',
    'a＠x.vn',
    'a\u200b@x.vn',
    'a\ud800@x.vn',
    'a@\udfff.vn',
    `${LONGEST_LOCAL}a@x.vn`,
  ])('of another shape is refused: %j', (raw) => {
    expect(checkEmail(raw)).toEqual({ ok: false, code: 'bad-format' });
  });

  it('has at most 254 characters', () => {
    expect(checkEmail(`${LONGEST_LOCAL}@${domainOf(189)}`)).toMatchObject({ ok: true });
    expect(checkEmail(`${LONGEST_LOCAL}@${domainOf(190)}`)).toEqual({ ok: false, code: 'too-long' });
    expect(checkEmail(`${'a'.repeat(10_000)}@x.vn`)).toEqual({ ok: false, code: 'too-long' });
  });

  it('that is empty is missing', () => {
    expect(checkEmail('')).toEqual({ ok: false, code: 'required' });
  });

  it('never makes the rule throw, and is stored only as one run of visible ASCII with one @', () => {
    const nearlyAddress = fc
      .tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 8 }))
      .map(([a, b]) => `a${a}@${b}x.vn`);
    fc.assert(
      fc.property(fc.oneof(nearlyAddress, fc.string({ unit: 'binary' })), (raw) => {
        const check = checkEmail(raw);
        if (check.ok) expect(check.value).toMatch(/^[^\s@,;:<>()"\\]+@[a-z0-9.-]+$/);
      }),
    );
  });
});

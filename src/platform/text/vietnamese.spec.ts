import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldForSearch, foldSpaces, toAsciiSms, toNfc } from './vietnamese.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const VIETNAMESE_LETTERS = 'aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ';

describe('the canonical spelling', () => {
  it('is the same for composed, decomposed and Windows-1258 spellings', () => {
    const composed = 'Nguyễn Thị Huỳnh';
    expect(toNfc(composed.normalize('NFD'))).toBe(composed);
    expect(toNfc('Nguy\u00ea\u0303n Thi\u0323 Huy\u0300nh')).toBe(composed);
  });

  it('composes every Vietnamese letter from a vowel with its hat and a following tone', () => {
    for (const letter of VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.toUpperCase()) {
      const [base = '', ...marks] = letter.normalize('NFD');
      const isTone = (mark: string) => /[\u0300\u0301\u0303\u0309\u0323]/u.test(mark);
      const hat = marks.filter((mark) => !isTone(mark)).join('');
      const tone = marks.filter(isTone).join('');
      expect(toNfc((base + hat).normalize('NFC') + tone)).toBe(letter);
    }
  });

  it('mends a tone that was typed before the hat', () => {
    expect(toNfc('Ngô Quye\u0300\u0302n')).toBe('Ngô Quyền');
    expect(toNfc('\u1EA1\u0302')).toBe('ậ');
  });

  it('never changes a second time, and never throws', () => {
    fc.assert(fc.property(anyText, (text) => toNfc(toNfc(text)) === toNfc(text)));
  });
});

describe('folding of spaces', () => {
  it('makes one space of any run and none at the ends, but leaves line breaks to be refused', () => {
    expect(foldSpaces('\u3000 Huỳnh \u00a0 Thị  Minh ')).toBe('Huỳnh Thị Minh');
    expect(foldSpaces('Minh\nBcc')).toBe('Minh\nBcc');
  });
});

describe('the searched form', () => {
  it('has no diacritics, no đ, no capitals and no double spaces', () => {
    expect(foldForSearch('  BHXH  Quận\u00a0Ngô Quyền')).toBe('bhxh quan ngo quyen');
    expect(foldForSearch('ĐẰNG GIANG')).toBe('dang giang');
    expect(foldForSearch('K’Brêu')).toBe("k'breu");
  });

  it('of every Vietnamese letter is a letter of ASCII', () => {
    for (const letter of VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.toUpperCase()) expect(foldForSearch(letter)).toMatch(/^[a-z]$/);
  });

  it('is the same for every spelling of one text', () => {
    fc.assert(fc.property(anyText, (text) => foldForSearch(text.normalize('NFD')) === foldForSearch(text.normalize('NFC'))));
  });
});

describe('the SMS form', () => {
  it('keeps capitals and ordinary punctuation', () => {
    expect(toAsciiSms('BHXH Việt Nam: Hồ sơ 49631.GD/2021/03102 đã được duyệt.')).toBe(
      'BHXH Viet Nam: Ho so 49631.GD/2021/03102 da duoc duyet.',
    );
    expect(toAsciiSms('“K’Brêu” – Ƀlao…')).toBe('"K\'Breu" - Blao...');
  });

  it('holds only characters that cost one septet of GSM-7', () => {
    fc.assert(fc.property(anyText, (text) => /^[\n\x20-\x5a_a-z]*$/.test(toAsciiSms(text))));
  });

  it('leaves alone what is already plain', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'abcXYZ0189 .,:;/@$_-()?!"%&*+<=>#\'\n') });
    fc.assert(fc.property(plain, (text) => toAsciiSms(text) === text));
  });
});

import { describe, expect, it } from '@jest/globals';
import { openSync, type Font } from 'fontkit';
import { checkFullName } from '../declarations/rules/full-name.rule.ts';
import { fontFor } from './fonts.ts';

/** All that a name may consist of, found by asking: letters by themselves, and letters that exist only with a breve behind them. */
const CODE_POINTS = Array.from({ length: 0x2100 }, (_, code) => String.fromCodePoint(code));
const LETTERS = CODE_POINTS.flatMap((letter) => [letter, `${letter}\u0306`]).filter((letter) => isName(`A${letter}a`));

/** The number of the glyph that stands for those that a font lacks. */
const BOX = 0;

/** As it is, not only after normalising. */
function isName(text: string): boolean {
  const check = checkFullName(text);
  return check.ok && check.value === text;
}

describe('the font of a name', () => {
  it.each(['regular', 'italic', 'semiBold', 'bold'] as const)('draws every letter of it, and none as a box: %s', (style) => {
    expect(LETTERS).toEqual(expect.arrayContaining(['ĕ', 'Ŏ', 'ƀ', 'Ƀ', 'ê\u0306', 'Ơ\u0306', 'ģ', 'ỵ', 'Đ', '’', '-', ' ']));
    const fonts = new Map<string, Font>();
    const boxed = LETTERS.filter((letter) => {
      const file = fontFor(letter).files[style];
      const font = fonts.get(file) ?? (openSync(file) as Font);
      fonts.set(file, font);
      return font.layout(letter).glyphs.some(({ id }) => id === BOX);
    });
    expect([fonts.size, boxed]).toEqual([2, []]);
  });

  it('is the project’s own for every letter that it has', () => {
    const own = openSync(fontFor('Huỳnh Thị Minh').files.regular) as Font;
    const others = LETTERS.filter((letter) => fontFor(letter).name !== 'Be Vietnam Pro');
    expect(others.filter((letter) => own.layout(letter).glyphs.every(({ id }) => id !== BOX))).toEqual([]);
  });
});

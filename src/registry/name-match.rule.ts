import { foldApostrophes, foldForSearch, foldSpaces, toNfc } from '../platform/text/vietnamese.ts';

export type NameComparison = 'equal' | 'differs-in-diacritics' | 'differs';

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/u;
const VOWEL = /[aeiouy]/;
/** Hats, breve and horn may stand between a vowel and its tone. */
const SHAPES = /[\u0302\u0306\u031b]/u;

/**
 * Whether two names may be one person's. `equal`: the same after NFC, case, spaces, the kind of apostrophe, and the place of the tone
 * within its syllable (Hoà = Hòa, Thuỷ = Thủy), which are matters of keyboard and schooling. `differs-in-diacritics`: the same letters
 * with other marks (Hoa, Hóa), for a person to decide. All else `differs`, i and y included (Lí, Lý). [D]
 */
export function compareNames(one: string, other: string): NameComparison {
  if (nameKey(one) === nameKey(other)) return 'equal';
  return foldForSearch(one) === foldForSearch(other) ? 'differs-in-diacritics' : 'differs';
}

function nameKey(name: string): string {
  return foldApostrophes(foldSpaces(toNfc(name)))
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{L}\p{M}]+/gu, withToneAtEnd);
}

/** A Vietnamese syllable has one tone, so that its place tells nothing; the tilde of ñ is no tone and stays. */
function withToneAtEnd(syllable: string): string {
  let letters = '';
  let tones = '';
  let onVowel = false;
  for (const sign of syllable) {
    if (onVowel && TONES.test(sign)) {
      tones += sign;
      continue;
    }
    letters += sign;
    onVowel = VOWEL.test(sign) || (onVowel && SHAPES.test(sign));
  }
  return letters + tones;
}

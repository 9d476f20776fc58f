/**
 * Vietnamese text: one canonical spelling for storage, one folded form for searching, one plain form for SMS.
 *
 * Unicode allows a Vietnamese letter to be spelled in several ways, and keyboards and old systems really send them:
 * composed (NFC), decomposed (NFD), and the Windows-1258 way, where the vowel keeps its hat and the tone follows as a
 * combining mark (`ê` + U+0303). They look alike on every screen and are different strings to every computer.
 */

/** Letters of Latin that Unicode does not decompose, so that dropping marks leaves them standing. */
const UNDECOMPOSED_LETTERS: Readonly<Record<string, string>> = {
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  ɖ: 'd',
  Ɖ: 'D',
  ƀ: 'b',
  Ƀ: 'B',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ß: 'ss',
};
const UNDECOMPOSED = new RegExp(`[${Object.keys(UNDECOMPOSED_LETTERS).join('')}]`, 'gu');

const APOSTROPHES = /[\u2018\u2019\u02bc]/gu;

/** A tone typed before the hat or breve of its vowel: Unicode keeps such marks in the order given and never composes them. */
const TONE_BEFORE_HAT = /([aeo])([\u0300\u0301\u0303\u0309])([\u0302\u0306])/giu;

/** Punctuation that GSM-7 lacks, or holds only in its two-septet extension, with the nearest sign of one septet. */
const SMS_PUNCTUATION: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '×': 'x',
  '₫': 'd',
  '`': "'",
  '´': "'",
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '\\': '/',
  '|': '/',
  '~': '-',
  '^': '-',
};

/** The part of ASCII that GSM-7 carries in one septet each: all printable signs but ``[ \ ] ^ ` { | } ~``, and the line feed. */
const NOT_ONE_SEPTET = /[^\n\x20-\x5a\x5f\x61-\x7a]/gu;

/**
 * The canonical spelling: NFC, whatever way the letters were composed, Windows-1258 sequences and misplaced tones included.
 * Idempotent. Characters that are no Vietnamese letters pass through as NFC leaves them.
 */
export function toNfc(text: string): string {
  return text.normalize('NFD').replace(TONE_BEFORE_HAT, '$1$3$2').normalize('NFC');
}

/** Every run of spaces (no-break and ideographic ones too, but no line break or tab) becomes one; none at the ends. */
export function foldSpaces(text: string): string {
  return text.replace(/\p{Zs}+/gu, ' ').replace(/^ | $/g, '');
}

/** The typewriter apostrophe for every apostrophe that a phone's keyboard may put in `H'Hen`. */
export function foldApostrophes(text: string): string {
  return text.replace(APOSTROPHES, "'");
}

/**
 * The form in which texts are searched: no diacritics, `đ` as `d`, lower case, single spaces. `"  Ngô   Quyền "` → `"ngo quyen"`.
 * It forgets what tells names apart (Hoa, Hóa, Hoà): good for finding, never for deciding that two people are one.
 */
export function foldForSearch(text: string): string {
  return foldApostrophes(withoutDiacritics(text))
    .toLowerCase()
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/^ | $/g, '');
}

/**
 * The text as an SMS may carry it: no diacritics, case kept, every character one septet of GSM-7, so that 160 characters are one
 * segment. What has no likeness there becomes `?`. For wording and names only: a secret must come from the alphabet already,
 * since a changed sign would make it worthless.
 */
export function toAsciiSms(text: string): string {
  return foldApostrophes(withoutDiacritics(text))
    .replace(/\r\n?/g, '\n')
    .replace(/[\t\p{Z}]/gu, ' ')
    .replace(NOT_ONE_SEPTET, (sign) => SMS_PUNCTUATION[sign] ?? '?');
}

function withoutDiacritics(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(UNDECOMPOSED, (letter) => UNDECOMPOSED_LETTERS[letter] ?? letter);
}

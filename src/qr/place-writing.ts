import { foldApostrophes, foldForSearch, toNfc } from '../platform/text/vietnamese.ts';

/** `commune`: a ward of 2025, which lies in a province; a `ward` lies in a district. */
export type PlaceLevel = 'province' | 'district' | 'ward' | 'commune';

/** The unit words, for which places they stand, and how they are written, in lower case [D]. */
const UNITS: Readonly<Record<string, { levels: readonly PlaceLevel[]; written: string }>> = {
  Tỉnh: { levels: ['province'], written: 'tỉnh|tinh|t' },
  'Thành phố': { levels: ['province', 'district'], written: 'thành phố|thanh pho|t\\.?p' },
  Quận: { levels: ['district'], written: 'quận|quan|q' },
  Huyện: { levels: ['district'], written: 'huyện|huyen|h' },
  'Thị xã': { levels: ['district'], written: 'thị xã|thi xa|t\\.?x' },
  Phường: { levels: ['ward', 'commune'], written: 'phường|phuong|p|f' },
  Xã: { levels: ['ward', 'commune'], written: 'xã|xa|x' },
  'Thị trấn': { levels: ['ward'], written: 'thị trấn|thi tran|t\\.?t' },
  'Đặc khu': { levels: ['commune'], written: 'đặc khu|dac khu|đ\\.?k' },
};
const UNIT_PATTERNS = Object.entries(UNITS).map(([unit, { levels, written }]) => ({
  unit,
  levels,
  pattern: new RegExp(`^(?:${written})(?:[\\s.]+|(?=\\d))(?=[^\\s.])`, 'u'),
}));

const TONE = /[\u0300\u0301\u0303\u0309\u0323]/gu;
/** A syllable whose only vowel is y, which schools also spell with i: Lý, Mỹ, Quy. */
const Y_ALONE = /^((?:[bcdđghklmnprstvx]|ch|gh|kh|ng|nh|ph|qu|th|tr)?)y$/u;

/** One way to take a written place: which unit it says, if any, and which name. */
export interface PlaceReading {
  readonly unit: string | undefined;
  readonly name: NameKeys;
}

export interface NameKeys {
  /** Equal for two names that differ in spelling habits only. */
  readonly spelling: string;
  /** Equal also for names that differ in diacritics, spaces, and k for c. */
  readonly loose: string;
}

/** A place of one level as somebody wrote it. */
export interface WrittenPlace {
  /** The text as a name, and, where it begins with a unit word, what follows as the name of such a unit. */
  readonly readings: readonly PlaceReading[];
  /** Without any diacritic, so that it says nothing about them. */
  readonly bare: boolean;
}

export function writtenPlace(text: string, level: PlaceLevel): WrittenPlace {
  const lower = toNfc(text).trim().toLowerCase();
  const withUnits = UNIT_PATTERNS.filter(({ levels, pattern }) => levels.includes(level) && pattern.test(lower)).map(
    ({ unit, pattern }) => ({ unit, name: nameKeys(lower.replace(pattern, '')) }),
  );
  return { readings: [{ unit: undefined, name: nameKeys(lower) }, ...withUnits], bare: isBare(lower) };
}

/** The unit of a place, by its full name. */
export function unitOf(fullName: string): string {
  const unit = Object.keys(UNITS).find((word) => fullName.startsWith(`${word} `));
  if (unit === undefined) throw new Error(`${fullName} begins with no unit word`);
  return unit;
}

export function nameKeys(name: string): NameKeys {
  const words = foldApostrophes(toNfc(name))
    .toLowerCase()
    .replace(/'\s*/g, '')
    .replace(/(\p{L})(?=\d)/gu, '$1 ')
    .split(/[^\p{L}\p{M}\d]+/u)
    .filter(Boolean)
    .map(wordKey);
  const spelling = words.join(' ').replace(/^n ?t (?=\p{L})/u, FARM);
  return { spelling, loose: foldForSearch(spelling).replaceAll(' ', '').replaceAll('k', 'c') };
}

/** Whether a text has no diacritic at all. */
export function isBare(text: string): boolean {
  return !/[\p{M}đĐ]/u.test(text.normalize('NFD'));
}

/** Leading zeros mean nothing, a syllable has one tone wherever it is put (Thuỷ, Thủy), and y alone may be i (Lý, Lí). */
function wordKey(word: string): string {
  const letters = word.normalize('NFD');
  const tones = letters.match(TONE)?.join('') ?? '';
  const syllable = letters.replace(TONE, '').normalize('NFC').replace(Y_ALONE, '$1i');
  return syllable.replace(/^0+(?=\d)/, '') + tones;
}

/** `NT Mộc Châu` is the town of a state farm, nông trường. */
const FARM = `${wordKey('nông')} ${wordKey('trường')} `;

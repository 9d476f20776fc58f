import { foldForSearch } from '../platform/text/vietnamese.ts';
import type { Office } from './office.entity.ts';

/** How well an office answers a search, best first; equal ranks are listed by code. */
export const RANK = { code: 0, codePrefix: 1, place: 2, prefix: 3, name: 4, nameAndProvince: 5 } as const;
export type Rank = (typeof RANK)[keyof typeof RANK];

/** An office with the folded texts it is found by. */
export interface SearchEntry {
  readonly office: Office;
  /** `bhxh quan ngo quyen` */
  readonly name: string;
  /** `ngo quyen` */
  readonly place: string;
  readonly nameWords: readonly string[];
  /** The words of the name and of its province, their usual abbreviations, and the code. */
  readonly allWords: readonly string[];
}

/** A search text made ready once for all offices. */
export interface SearchQuery {
  readonly words: readonly string[];
  readonly text: string;
  /** The text without `bhxh` and a leading unit word: what a person means by `quận Ngô Quyền`. */
  readonly place: string;
}

const OFFICE_AND_UNIT = /^(?:bhxh )?(?:(?:quan|huyen|thi xa|thanh pho|tinh|tp|tx|q|h) )?/;

/** @param provinceName name of the province's own office, `BHXH Thành phố Hải Phòng`, which every office is also found by */
export function searchEntry(office: Office, provinceName: string): SearchEntry {
  const name = plainWords(office.name);
  const all = `${name} ${plainWords(provinceName)}`;
  return {
    office,
    name,
    place: name.replace(OFFICE_AND_UNIT, ''),
    nameWords: withAbbreviations(name),
    allWords: [...withAbbreviations(all), office.code],
  };
}

/** The query of a search text; one without a letter or digit has no words and finds nothing. */
export function searchQuery(raw: string): SearchQuery {
  const text = plainWords(raw);
  return { words: text.split(' ').filter(Boolean), text, place: text.replace(OFFICE_AND_UNIT, '') };
}

/**
 * How well the office answers the query, or undefined when it does not: by its code, or because every word begins one of its own
 * words or of its province's. So `ngo quyen`, `quận Ngô Quyền`, `bhxh ngo quyen hai phong`, `03102` and `[03102] BHXH Quận Ngô Quyền`
 * all find 03102, and no diacritics are needed.
 */
export function rankOf(entry: SearchEntry, { words, text, place }: SearchQuery): Rank | undefined {
  if (words.length === 0) return undefined;
  if (entry.office.code === text) return RANK.code;
  if (entry.office.code.startsWith(text)) return RANK.codePrefix;
  if (!words.every((word) => someBeginWith(entry.allWords, word))) return undefined;
  if (entry.place === text || entry.place === place) return RANK.place;
  if (entry.place.startsWith(text) || entry.name.startsWith(text)) return RANK.prefix;
  return words.every((word) => someBeginWith(entry.nameWords, word)) ? RANK.name : RANK.nameAndProvince;
}

function someBeginWith(words: readonly string[], beginning: string): boolean {
  return words.some((word) => word.startsWith(beginning));
}

/** `BHXH Huyện M'Đrắk` → `bhxh huyen mdrak`: an apostrophe joins, every other sign separates. */
function plainWords(text: string): string {
  return foldForSearch(text)
    .replace(/'/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/\bbao hiem xa hoi\b/g, 'bhxh');
}

function withAbbreviations(text: string): string[] {
  const words = text.split(' ');
  if (text.includes('thanh pho')) words.push('tp');
  if (text.includes('thi xa')) words.push('tx');
  if (text.includes('ho chi minh')) words.push('hcm', 'tphcm');
  return words;
}

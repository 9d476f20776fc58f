import { differingSigns, MOST_DIFFERING_SIGNS } from './likeness.rule.ts';

/**
 * What two dossiers may have in common, the most telling first, each in words for the officer. Every one of them alone asks for a
 * decision [D], also a shared phone: families have one, but passwords go to it, and the answer is asked for once.
 */
export const DUPLICATE_SIGNS = {
  'same-insurance-number': {
    vi: 'Cùng mã số BHXH nhưng khác giấy tờ tùy thân.',
    en: 'The same insurance number with another ID paper.',
  },
  'same-id-number': { vi: 'Cùng số giấy tờ tùy thân.', en: 'The same number of the ID paper.' },
  'same-photo': { vi: 'Cùng một tệp ảnh.', en: 'The very same file of a photo.' },
  'similar-photo': { vi: 'Ảnh chân dung gần như giống hệt.', en: 'Nearly the same portrait.' },
  'similar-person': {
    vi: 'Cùng họ tên (không xét dấu) và ngày sinh; nếu không rõ ngày thì cùng năm sinh.',
    en: 'The same name without its diacritics and the same birth date, or birth year where no date is known.',
  },
  'same-phone': {
    vi: 'Cùng số điện thoại. Gia đình có thể dùng chung; vui lòng hỏi người khai.',
    en: 'The same phone. Families may share one; please ask.',
  },
} as const satisfies Record<string, { vi: string; en: string }>;

export type DuplicateSign = keyof typeof DUPLICATE_SIGNS;
/** The most telling first [D]. */
export const DUPLICATE_SIGN_CODES = Object.keys(DUPLICATE_SIGNS) as DuplicateSign[];

/** More than anybody can look at: of one dossier's likes the most telling are kept [D]. */
export const MOST_CANDIDATES = 20;

/** What an officer may find. Neither changes a status: nothing automatic closes a dossier [S]. */
export const DUPLICATE_DECISIONS = ['duplicate', 'not-duplicate'] as const;
export type DuplicateDecision = (typeof DUPLICATE_DECISIONS)[number];

export interface ComparedPhoto {
  readonly slot: string;
  /** SHA-256 of the bytes that were sent, in hex. */
  readonly sha256: string;
  /** Null of photos that are older than such hashes. */
  readonly perceptualHash: string | null;
}

/** What of a dossier is compared. */
export interface Compared {
  readonly insuranceNumber: string;
  readonly idNumber: string;
  /** E.164. */
  readonly phone: string;
  /** Without diacritics, as `foldForSearch` gives it; null until the dossier has been compared. */
  readonly name: string | null;
  /** The registry's birth date, `YYYY-MM-DD`, where it knows the person; else null. */
  readonly birthDate: string | null;
  /** The year of that date, else the one within a citizen ID number; null for other papers of unknown people. */
  readonly birthYear: number | null;
  readonly photos: readonly ComparedPhoto[];
}

/**
 * The signs that two dossiers may be one person's, most telling first; the same whichever of the two comes first. Closed dossiers count
 * like open ones [D]: who was refused with a photo may come back with it under another number. A dossier on the same insurance number
 * and the same ID paper is none: it is the same person's earlier attempt, and two open ones the database refuses.
 */
export function signsBetween(one: Compared, other: Compared): DuplicateSign[] {
  const hasSameNumber = one.insuranceNumber === other.insuranceNumber;
  const hasSamePaper = one.idNumber === other.idNumber;
  if (hasSameNumber && hasSamePaper) return [];
  const hasSamePhoto = one.photos.some(({ sha256 }) => other.photos.some((photo) => photo.sha256 === sha256));
  const found: Record<DuplicateSign, boolean> = {
    'same-insurance-number': hasSameNumber,
    'same-id-number': hasSamePaper,
    'same-photo': hasSamePhoto,
    'similar-photo': !hasSamePhoto && isSimilarPortrait(one, other),
    'similar-person': isSimilarPerson(one, other),
    'same-phone': one.phone === other.phone,
  };
  return DUPLICATE_SIGN_CODES.filter((sign) => found[sign]);
}

/** Orders findings: by their most telling sign, then by how many there are [D]. */
export function byWeight(one: readonly DuplicateSign[], other: readonly DuplicateSign[]): number {
  return rank(one[0]) - rank(other[0]) || other.length - one.length;
}

/**
 * Portraits only. Cards of one kind share their print: of the lab's cards, two people's are as near to each other as two photos of one,
 * so for them only the very same file counts.
 */
function isSimilarPortrait(one: Compared, other: Compared): boolean {
  const [own, theirs] = [one, other].map(({ photos }) => photos.find(({ slot }) => slot === 'portrait')?.perceptualHash);
  return Boolean(own && theirs && differingSigns(own, theirs) <= MOST_DIFFERING_SIGNS);
}

/** A name is shared by thousands; with a birth date it is nearly a person. Two dates that differ settle it, whatever the year. */
function isSimilarPerson(one: Compared, other: Compared): boolean {
  if (one.name === null || one.name !== other.name) return false;
  if (one.birthDate !== null && other.birthDate !== null) return one.birthDate === other.birthDate;
  return one.birthYear !== null && one.birthYear === other.birthYear;
}

function rank(sign: DuplicateSign | undefined): number {
  return sign ? DUPLICATE_SIGN_CODES.indexOf(sign) : DUPLICATE_SIGN_CODES.length;
}

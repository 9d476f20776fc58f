import type { Dice } from './dice.ts';
import type { PhotoPersona } from './persona.ts';

/** What the two photos of a paper show: the chip card, the old nine-digit card, a passport. */
export const PAPERS = ['cccd', 'cmnd', 'passport'] as const;
export type Paper = (typeof PAPERS)[number];

const SHAPES: Readonly<Record<Paper, RegExp>> = { cccd: /^\d{12}$/, cmnd: /^\d{9}$/, passport: /^[A-Z0-9]{6,12}$/ };

/** Beginnings that no province and no passport office gives out. */
const NOBODYS: Readonly<Record<Paper, string>> = { cccd: '000', cmnd: '000', passport: 'ZZ' };
const LENGTHS: Readonly<Record<Paper, number>> = { cccd: 12, cmnd: 9, passport: 8 };

/** The paper that a number stands on, by its shape. */
export function paperOf(idNumber: string): Paper {
  return PAPERS.find((paper) => SHAPES[paper].test(idNumber)) ?? 'passport';
}

/** The number on the paper: the person's own where it has the paper's shape, else one that can be nobody's. */
export function numberOn(paper: Paper, { idNumber }: Pick<PhotoPersona, 'idNumber'>, dice: Dice): string {
  if (paperOf(idNumber) === paper) return idNumber;
  const digits = LENGTHS[paper] - NOBODYS[paper].length;
  return NOBODYS[paper] + String(dice.whole(0, 10 ** digits - 1)).padStart(digits, '0');
}

/** The day on which every paper of the lab was issued, as it is printed and as the chip card's code has it. */
export const ISSUED_ON = '2021-03-01';

/**
 * The text of a chip card's code: number, old number or nothing, name, birth, sex, residence without unit words, day of issue [S].
 * @param idNumber twelve digits
 */
export function citizenCardText(idNumber: string, { oldIdNumber = '', fullName, dateOfBirth, sex, residence }: PhotoPersona): string {
  const day = (date: string) => date.split('-').reverse().join('');
  return [idNumber, oldIdNumber, fullName, day(dateOfBirth), sex === 'male' ? 'Nam' : 'Nữ', residence ?? NO_RESIDENCE, day(ISSUED_ON)].join(
    '|',
  );
}

/** Where somebody lives of whom nothing else is said: no such place. */
export const NO_RESIDENCE = 'Số 12 Phố Mô Phỏng, Thử Nghiệm';

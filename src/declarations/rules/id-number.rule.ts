import { accepted, refused, type ValueCheck } from './value-check.ts';

/** Citizen identity card or personal ID number, the older identity card, passport: the papers that the form names [S]. */
export const ID_TYPES = ['cccd', 'cmnd', 'passport'] as const;
export type IdType = (typeof ID_TYPES)[number];

/** An ID number in canonical form (passports in capitals) with the kind of paper it stands on. */
export interface IdPaper {
  readonly idNumber: string;
  readonly idType: IdType;
}

const CCCD = /^\d{12}$/;
const CMND = /^\d{9}$/;
/** Foreign passports vary; their numbers are 6 to 12 letters and digits [D]. The Vietnamese ones, a letter and 7 digits [S], are among them. */
const PASSPORT = /^[A-Za-z0-9]{6,12}$/;
const DIGITS_ONLY = /^\d+$/;

/**
 * Province of birth registration: `0` + the code of the General Statistics Office [S]. These are the 63 provinces since 2008; the
 * numbers keep them for life, whatever provinces are merged later.
 */
const PROVINCES_OF_BIRTH: ReadonlySet<string> = new Set(
  (
    '001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044 045 046 048 ' +
    '049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096'
  ).split(' '),
);

const FIRST_CENTURY = 1900;

/**
 * The number of an identity paper.
 *
 * The kind follows from the shape: twelve digits `cccd`, nine digits `cmnd`, letters and digits `passport` [S]. Digits alone are a
 * passport only when `idType` says so [D]; an `idType` that is given must fit. Beyond the shape a `cccd` must begin with a known
 * province and its birth year must not lie after `today`'s [S]; it has no check digit. The issuing province of a CMND is no ground
 * for refusal [S].
 *
 * @param today the day of the check, `YYYY-MM-DD`, Vietnamese time
 *
 * Faults: `required`, `bad-format`, `id-province-unknown`, `id-birth-year-future`.
 */
export function checkIdNumber(raw: string, { idType, today }: { idType?: IdType; today: string }): ValueCheck<IdPaper> {
  if (raw === '') return refused('required');
  switch (idType ?? idTypeByShape(raw)) {
    case 'cccd':
      return checkCitizenIdNumber(raw, today);
    case 'cmnd':
      return CMND.test(raw) ? accepted({ idNumber: raw, idType: 'cmnd' }) : refused('bad-format');
    case 'passport':
      return PASSPORT.test(raw) ? accepted({ idNumber: raw.toUpperCase(), idType: 'passport' }) : refused('bad-format');
    case undefined:
      return refused('bad-format');
  }
}

/** The number with all but its last four characters hidden: `********0123` [D]. */
export function maskIdNumber(idNumber: string): string {
  return '*'.repeat(Math.max(idNumber.length - 4, 0)) + idNumber.slice(-4);
}

/** An ID number as it is typed from a paper, in canonical form: groups may be set apart by spaces, dots or dashes, and letters be small [D]. */
export function canonicalIdNumber(typed: string): string {
  return typed.replace(/[\s.-]/g, '').toUpperCase();
}

/** The birth year within a citizen ID number. The fourth digit tells century and sex: 0 and 1 stand for 19xx, 2 and 3 for 20xx, and so on [S]. */
export function birthYearOf(citizenIdNumber: string): number {
  return FIRST_CENTURY + 100 * Math.floor(Number(citizenIdNumber[3]) / 2) + Number(citizenIdNumber.slice(4, 6));
}

/** The sex within a citizen ID number: its fourth digit is even for male, odd for female [S]. */
export function sexOf(citizenIdNumber: string): 'male' | 'female' {
  return Number(citizenIdNumber[3]) % 2 === 0 ? 'male' : 'female';
}

/** The kind of paper that a number stands on unless its owner says otherwise; undefined when no paper has such a number [S]. */
export function idTypeByShape(raw: string): IdType | undefined {
  if (CCCD.test(raw)) return 'cccd';
  if (CMND.test(raw)) return 'cmnd';
  return DIGITS_ONLY.test(raw) ? undefined : 'passport';
}

function checkCitizenIdNumber(raw: string, today: string): ValueCheck<IdPaper> {
  if (!CCCD.test(raw)) return refused('bad-format');
  if (!PROVINCES_OF_BIRTH.has(raw.slice(0, 3))) return refused('id-province-unknown');
  if (birthYearOf(raw) > Number(today.slice(0, 4))) return refused('id-birth-year-future');
  return accepted({ idNumber: raw, idType: 'cccd' });
}

import { toNfc } from '../platform/text/vietnamese.ts';
import { cardDate, cardName, cardText } from './card-text.ts';

/** What the QR code of a citizen identity card says. */
export interface CitizenCardFields {
  /** Twelve digits. */
  idNumber: string;
  /** The old identity card's nine digits; absent for who never had one [S]. */
  oldIdNumber?: string;
  fullName: string;
  /** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: as exact as the registers know it [S]. */
  dateOfBirth: string;
  sex: 'male' | 'female';
  /** Permanent residence in one line, without unit words [S]. */
  residence?: string;
  issuedOn?: string;
}

/** All that is needed comes before the date of issue; cards since July 2024 add four fields behind it [S]. */
const LEAST_FIELDS = 6;
const ID_NUMBER = /^\d{12}$/;
const OLD_ID_NUMBER = /^\d{9}$/;
const SEXES = new Map<string, 'male' | 'female'>([
  ['nam', 'male'],
  ['nữ', 'female'],
]);

/**
 * Reads `ID number|old number or empty|name|birth|Nam or Nữ|residence|issued`, plain UTF-8, and ignores what follows: chip cards of
 * 2021–2024 have these seven fields, the căn cước since July 2024 eleven [S].
 * @returns undefined for anything else, other people's `|`-separated payloads and links among them
 */
export function citizenCardOf(payload: string): CitizenCardFields | undefined {
  const fields = payload.split('|').map((field) => field.trim());
  const [idNumber = '', oldIdNumber = '', name = '', birth = '', sexWord = '', residence = '', issued = ''] = fields;
  if (fields.length < LEAST_FIELDS || !ID_NUMBER.test(idNumber)) return undefined;
  const fullName = cardName(name);
  const dateOfBirth = cardDate(birth);
  const sex = SEXES.get(toNfc(sexWord).toLowerCase());
  if (fullName === undefined || dateOfBirth === undefined || sex === undefined) return undefined;
  return {
    idNumber,
    oldIdNumber: OLD_ID_NUMBER.exec(oldIdNumber)?.[0],
    fullName,
    dateOfBirth,
    sex,
    residence: cardText(residence),
    issuedOn: cardDate(issued),
  };
}

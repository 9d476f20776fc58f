import { cardDate, cardName, cardText, hexText } from './card-text.ts';

/** What the QR code of a health insurance card says. A field that the card leaves open (`-`) is absent. */
export interface HealthCardFields {
  /** As printed: 15 characters on old cards, the ten digits of the insurance number since April 2021 [S]. */
  cardNumber: string;
  /** Mã số BHXH: the last ten digits of the card number [S]. */
  insuranceNumber: string;
  fullName: string;
  /** `YYYY-MM-DD`, or `YYYY` where the registers know the year only [S]. */
  dateOfBirth: string;
  sex?: 'male' | 'female';
  /** Old cards only. */
  address?: string;
  /** Where first treatment is registered, as printed: `31 - 011` is province and hospital [S]. */
  hospital?: string;
  /** `YYYY-MM-DD`, as all dates below. */
  validFrom?: string;
  /** Absent = open [S]. */
  validTo?: string;
  issuedOn?: string;
  /** 14 digits: province, number of the office within it, insurance number [I]. Absent when it has another shape. */
  managementNumber?: string;
  /** Of a child's father or mother. */
  parentName?: string;
  /** Code of the area of residence, which decides what is paid for [I]. */
  livingArea?: string;
  /** The day from which five continuous years of insurance are full. */
  fiveYearsFrom?: string;
  /** Of an unpublished algorithm, and so neither checked nor understood [S]. */
  checkString?: string;
  /** Cards since April 2021: the digit of the benefit [S]. */
  benefitLevel?: string;
  /** Cards since April 2021. */
  placeOfIssue?: string;
}

/** Fields with the closing `$`: of old cards, and of those since April 2021 [S]. */
const OLD_FIELDS = 15;
const NEW_FIELDS = 17;
const END = '$';
const OPEN_SIGNS = ['-', ''];

/** The insurance number; on old cards behind object (two letters), benefit (1–5) and province (two digits) [S]. */
const CARD_NUMBER = /^(?:[A-Z]{2}[1-5]\d{2})?\d{10}$/;
const MANAGEMENT_NUMBER = /^\d{14}$/;
const SEXES = new Map<string, 'male' | 'female'>([
  ['1', 'male'],
  ['2', 'female'],
]);

/**
 * Reads `number|name|birth|sex|address|hospital|from|to|issued|management|parent|area|five years|check|[benefit|place|]$`, names and
 * addresses in hex of UTF-8 [S]. Spaces around a field are the printer's and mean nothing [S].
 * @returns undefined for anything that is not such a payload as a whole: nothing is guessed, and no damaged field passed over
 */
export function healthCardOf(payload: string): HealthCardFields | undefined {
  const fields = payload.split('|').map((field) => field.trim());
  if (![OLD_FIELDS, NEW_FIELDS].includes(fields.length) || fields.at(-1) !== END) return undefined;
  const [cardNumber = '', name = '', birth = ''] = fields;
  const fullName = hexName(name);
  const dateOfBirth = cardDate(birth);
  if (!CARD_NUMBER.test(cardNumber) || fullName === undefined || dateOfBirth === undefined) return undefined;

  let damaged = false;
  const unlessOpen = <Value>(position: number, read: (text: string) => Value | undefined): Value | undefined => {
    const text = fields[position] ?? '';
    if (OPEN_SIGNS.includes(text)) return undefined;
    const value = read(text);
    damaged ||= value === undefined;
    return value;
  };
  const hasBenefitAndPlace = fields.length === NEW_FIELDS;
  const card: HealthCardFields = {
    cardNumber,
    insuranceNumber: cardNumber.slice(-10),
    fullName,
    dateOfBirth,
    sex: unlessOpen(3, (digit) => SEXES.get(digit)),
    address: unlessOpen(4, hexLine),
    hospital: unlessOpen(5, cardText),
    validFrom: unlessOpen(6, cardDate),
    validTo: unlessOpen(7, cardDate),
    issuedOn: unlessOpen(8, cardDate),
    managementNumber: MANAGEMENT_NUMBER.exec(fields[9] ?? '')?.[0],
    parentName: unlessOpen(10, hexName),
    livingArea: unlessOpen(11, cardText),
    fiveYearsFrom: unlessOpen(12, cardDate),
    checkString: unlessOpen(13, cardText),
    benefitLevel: hasBenefitAndPlace ? unlessOpen(14, cardText) : undefined,
    placeOfIssue: hasBenefitAndPlace ? unlessOpen(15, hexLine) : undefined,
  };
  return damaged ? undefined : card;
}

/** Writes the 17 fields of cards since April 2021, so that `healthCardOf` reads what was written. */
export function healthCardPayload(card: HealthCardFields): string {
  const open = OPEN_SIGNS[0]!;
  const day = (date: string | undefined) => date?.split('-').reverse().join('/') ?? open;
  const hex = (text: string | undefined) => (text === undefined ? open : Buffer.from(text, 'utf8').toString('hex'));
  const sex = [...SEXES].find(([, known]) => known === card.sex)?.[0] ?? open;
  return [
    ...[card.cardNumber, hex(card.fullName), day(card.dateOfBirth), sex, hex(card.address), card.hospital ?? open],
    ...[day(card.validFrom), day(card.validTo), day(card.issuedOn), card.managementNumber ?? open, hex(card.parentName)],
    ...[card.livingArea ?? open, day(card.fiveYearsFrom), card.checkString ?? open, card.benefitLevel ?? open, hex(card.placeOfIssue), END],
  ].join('|');
}

function hexName(hex: string): string | undefined {
  return cardName(hexText(hex) ?? '');
}

function hexLine(hex: string): string | undefined {
  return cardText(hexText(hex) ?? '');
}

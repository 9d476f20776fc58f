import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { MOBILE_PREFIXES, RENUMBERED_PREFIXES } from './phone-prefixes.ts';
import { accepted, refused, type ValueCheck } from './value-check.ts';

/** ASCII digits, a plus only in front, spaces, dots and dashes only in between. */
const WRITTEN_AS_NUMBER = /^\+?\d(?:[ \u00a0.\u2010-\u2013-]*\d)*$/;
const MOST_CHARACTERS = 40;

/** How a Vietnamese number begins: `0`, `84` or `+…`. Without it nobody knows whether a digit is missing. */
const BEGINS_AS_DIALLED = /^(?:\+|0|84)/;

const LANDLINE = /^02\d{9}$/;
const MOBILE = /^0\d{9}$/;
const MOBILE_BEFORE_2018 = /^01\d{9}$/;

/**
 * A Vietnamese mobile number, as E.164: `0352.153.000`, `84 352 153 000` and `+84-352-153-000` are all `+84352153000` [S]. Numbers of
 * eleven digits from before September 2018 are converted to what they became [S].
 *
 * The prefix decides what is a mobile number, by the table of `data/phone-prefixes.json`. The library parses, but its narrower
 * ranges within a prefix are not asked [D]: they age, and a refused owner of a new number has no way on.
 *
 * Faults: `required`; `bad-format` for what is not written as a number (letters, quotes, line breaks, full-width digits);
 * `phone-landline` for eleven digits with `02…`, which cannot receive the SMS; `phone-not-mobile` for every other number.
 */
export function checkPhone(raw: string): ValueCheck {
  const written = raw.replace(/^[ \u00a0]+|[ \u00a0]+$/g, '');
  if (written === '') return refused('required');
  if (written.length > MOST_CHARACTERS || !WRITTEN_AS_NUMBER.test(written)) return refused('bad-format');

  const dialled = written.replace(/[^+\d]/g, '');
  if (!BEGINS_AS_DIALLED.test(dialled)) return refused('phone-not-mobile');
  const parsed = parsePhoneNumberFromString(dialled, { defaultCountry: 'VN', extract: false });
  if (parsed?.countryCallingCode !== '84') return refused('phone-not-mobile');

  const national = `0${parsed.nationalNumber}`;
  if (LANDLINE.test(national)) return refused('phone-landline');
  const today = MOBILE_BEFORE_2018.test(national) ? renumbered(national) : national;
  return MOBILE.test(today) && MOBILE_PREFIXES.has(today.slice(0, 3)) ? accepted(`+84${today.slice(1)}`) : refused('phone-not-mobile');
}

/** A Vietnamese number as people write it: `+84352153000` → `0352153000` [S]. */
export function displayPhone(e164: string): string {
  return e164.replace(/^\+84/, '0');
}

/** A Vietnamese number with its middle hidden: `+84352153000` → `035****000` [D]. */
export function maskPhone(e164: string): string {
  const national = displayPhone(e164);
  return `${national.slice(0, 3)}****${national.slice(-3)}`;
}

function renumbered(national: string): string {
  return (RENUMBERED_PREFIXES.get(national.slice(0, 4)) ?? national.slice(0, 4)) + national.slice(4);
}

import { accepted, refused, type ValueCheck } from './value-check.ts';

const TEN_DIGITS = /^\d{10}$/;

/**
 * A mã số BHXH: exactly ten ASCII digits [S]. There is no published check digit, and old numbers carry book numbers where newer
 * ones carry a province, so no prefix is ever refused [S]. Nothing is trimmed or converted: a number with a space at its end or in
 * full-width digits came from a faulty client, and guessing at identities is worse than asking again [D].
 *
 * Faults: `required`, `bad-format`.
 */
export function checkInsuranceNumber(raw: string): ValueCheck {
  if (raw === '') return refused('required');
  return TEN_DIGITS.test(raw) ? accepted(raw) : refused('bad-format');
}

/** The number as lists and look-ups show it: `0397097379` → `0397****79` [D]. */
export function maskInsuranceNumber(insuranceNumber: string): string {
  return `${insuranceNumber.slice(0, 4)}****${insuranceNumber.slice(-2)}`;
}

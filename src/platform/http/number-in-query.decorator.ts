import { Transform } from 'class-transformer';

/** A whole number in a query, in digits; anything else stays text, which the property's own rules refuse: no `1e1`, no `0x10`, no nothing. */
export const InDigits = () => writtenAs(/^\d{1,15}$/);

/** The same with a decimal fraction. */
export const InDecimals = () => writtenAs(/^\d{1,15}(\.\d{1,20})?$/);

function writtenAs(pattern: RegExp): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' && pattern.test(value) ? Number(value) : value));
}

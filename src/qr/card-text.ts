import { foldSpaces, toNfc } from '../platform/text/vietnamese.ts';

/** No card was printed for anybody born, nor with a period that ends, outside these years [D]. */
const YEARS = { first: 1900, last: 2199 };

const WITH_SLASHES = /^(?:(?:(?<day>\d\d)\/)?(?<month>\d\d)\/)?(?<year>\d{4})$/;
const DIGITS_ONLY = /^(?:(?<day>\d\d)?(?<month>\d\d))?(?<year>\d{4})$/;

const HEX = /^(?:[0-9a-f]{2})+$/i;
/** Controls, line breaks, surrogates and unassigned code points: no card prints them. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** One name as a card prints it: words of letters with their marks, apostrophes, hyphens and dots; no digit, no `/`, no `:`. */
const NAME = /^[\p{L}\p{M}'’ʼ.-]+(?: [\p{L}\p{M}'’ʼ.-]+)*$/u;

/**
 * A date of a card, `dd/MM/yyyy` or `ddMMyyyy`, with day, or day and month, left out where the registers do not know them [S].
 * @returns `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: ISO 8601, as exact as the card is; undefined for what is no date
 */
export function cardDate(text: string): string | undefined {
  const parts = (WITH_SLASHES.exec(text) ?? DIGITS_ONLY.exec(text))?.groups;
  if (!parts) return undefined;
  const { year, month, day } = parts;
  if (Number(year) < YEARS.first || Number(year) > YEARS.last) return undefined;
  if (month === undefined) return year;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (day === undefined) return `${year}-${month}`;
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) >= 1 && Number(day) <= daysOfMonth ? `${year}-${month}-${day}` : undefined;
}

/** The text in NFC on one line with single spaces; undefined when nothing of it can be seen or some of it cannot be printed. */
export function cardText(text: string): string | undefined {
  const printed = foldSpaces(toNfc(text));
  return printed === '' || UNPRINTABLE.test(printed) ? undefined : printed;
}

/** A person's name in NFC; undefined for what no name can be. Whether our form takes it is for the form to say. */
export function cardName(text: string): string | undefined {
  const name = cardText(text);
  return name !== undefined && NAME.test(name) ? name : undefined;
}

/** The text behind its UTF-8 bytes in hexadecimal, as health cards carry Vietnamese [S]; undefined for what is no hex or no UTF-8. */
export function hexText(hex: string): string | undefined {
  if (!HEX.test(hex)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(hex, 'hex'));
  } catch {
    return undefined;
  }
}

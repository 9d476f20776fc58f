import { vietnameseDay } from '../platform/clock.ts';
import { Refusal } from '../platform/refusal.ts';

/** Vietnamese days, both included, `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
/** A year and a day, so that a year can be compared with itself [D]. */
const MOST_DAYS = 367;

/**
 * The period that was asked for; the last thirty days where nothing was.
 * @throws Refusal `malformed-request` for a day that is none, an end before the beginning, and more than a year
 */
export function periodOf(wish: Partial<Period>, now: Date): Period {
  const to = wish.to ?? vietnameseDay(now);
  const from = wish.from ?? dayBefore(to, USUAL_DAYS - 1);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (!isDay(from) || !isDay(to) || days < 1 || days > MOST_DAYS) throw new Refusal('malformed-request');
  return { from, to };
}

function dayBefore(day: string, days: number): string {
  return isDay(day) ? new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10) : day;
}

/** 30 February is none. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

/** Public holidays on the same day every year, `MM-DD` [S: Labour Code 2019, article 112]. */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(['01-01', '04-30', '05-01', '09-02']);

const DAY_MS = 86_400_000;

/** The account is owed within so many working days (Decree 166/2016) [S]. */
export const DECISION_WORKING_DAYS = 3;

/** What the weekends and the holidays with a fixed date do not say, in days `YYYY-MM-DD`. */
export interface WorkCalendar {
  /** Days off: Tết and the Hùng Kings' day by the lunar calendar, days in lieu, and those exchanged for a day of a weekend. */
  readonly daysOff: ReadonlySet<string>;
  /** Days of a weekend that are worked, in exchange for a day off. */
  readonly workedDays: ReadonlySet<string>;
}

/**
 * The day that is so many working days after another, both `YYYY-MM-DD` in Vietnam; the first day does not count [D]. Of years that
 * the calendar does not name, weekends and holidays with a fixed date are known, so that the true day may be later [D].
 */
export function addWorkingDays(from: string, days: number, calendar: WorkCalendar): string {
  let at = Date.parse(`${from}T00:00:00Z`);
  for (let left = days; left > 0;) {
    at += DAY_MS;
    if (isWorkingDay(new Date(at), calendar)) left--;
  }
  return dayOf(new Date(at));
}

/** The next day of the calendar, worked or not; both `YYYY-MM-DD` [S]. */
export function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS));
}

function isWorkingDay(date: Date, { daysOff, workedDays }: WorkCalendar): boolean {
  const day = dayOf(date);
  if (workedDays.has(day)) return true;
  const weekday = date.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !FIXED_HOLIDAYS.has(day.slice(5)) && !daysOff.has(day);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

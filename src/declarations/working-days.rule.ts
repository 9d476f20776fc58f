/** Public holidays on the same day every year, `MM-DD` [S: Labour Code 2019, article 112]. */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(['01-01', '04-30', '05-01', '09-02']);

const DAY_MS = 86_400_000;

/**
 * The day that is so many working days after another, both `YYYY-MM-DD` in Vietnam. Weekends and the holidays with a fixed date
 * do not count; those of the lunar calendar are announced year by year and are not known here, so around Tết the true day is later [D].
 */
export function addWorkingDays(from: string, days: number): string {
  let day = Date.parse(`${from}T00:00:00Z`);
  for (let left = days; left > 0;) {
    day += DAY_MS;
    if (isWorkingDay(new Date(day))) left--;
  }
  return new Date(day).toISOString().slice(0, 10);
}

function isWorkingDay(day: Date): boolean {
  const weekday = day.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !FIXED_HOLIDAYS.has(day.toISOString().slice(5, 10));
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dataFile } from '../platform/package-root.ts';
import { loadHolidays } from './holidays.loader.ts';
import { addWorkingDays, type WorkCalendar } from './working-days.rule.ts';

const CALENDAR = loadHolidays(dataFile('holidays-vn.csv'));
const NOTHING_KNOWN: WorkCalendar = { daysOff: new Set(), workedDays: new Set() };

describe('three working days', () => {
  it.each([
    ['a Monday', '2021-06-07', '2021-06-10'],
    ['a Thursday, over the weekend', '2021-06-10', '2021-06-15'],
    ['a Saturday', '2021-06-12', '2021-06-16'],
    ['the eve of the Hùng Kings’ day', '2021-04-20', '2021-04-26'],
    ['the eve of Reunification and Labour Day, which falls on a Saturday and is given on Monday', '2021-04-29', '2021-05-06'],
    ['the last day of the year, when New Year’s Day falls on a Saturday', '2021-12-31', '2022-01-06'],
    ['the eve of the two days of National Day', '2021-09-01', '2021-09-08'],
    ['the last day before the week of Tết', '2023-01-19', '2023-01-31'],
    ['the eve of Tết in a year whose new moon falls on another day further east', '2030-01-30', '2030-02-11'],
    ['a Friday before an exchanged Monday, where the Saturday after the feast is worked', '2024-04-26', '2024-05-04'],
  ])('after %s end rightly', (_when, from, to) => {
    expect(addWorkingDays(from, 3, CALENDAR)).toBe(to);
  });

  it('after the eve of May are known without a calendar as far as the law itself names the days', () => {
    expect(addWorkingDays('2041-04-29', 3, NOTHING_KNOWN)).toBe('2041-05-06');
  });
});

const days = fc
  .integer({ min: Date.parse('2021-01-01') / 86_400_000, max: Date.parse('2030-12-01') / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const counts = fc.integer({ min: 1, max: 20 });

describe('so many working days', () => {
  it('end on a day that is worked', () => {
    fc.assert(
      fc.property(days, counts, (from, count) => {
        const end = addWorkingDays(from, count, CALENDAR);
        const isWeekend = [0, 6].includes(new Date(end).getUTCDay());
        expect(CALENDAR.daysOff.has(end)).toBe(false);
        expect(isWeekend && !CALENDAR.workedDays.has(end)).toBe(false);
      }),
    );
  });

  it('are as many as first some of them and then the others', () => {
    fc.assert(
      fc.property(days, counts, counts, (from, some, others) => {
        expect(addWorkingDays(addWorkingDays(from, some, CALENDAR), others, CALENDAR)).toBe(addWorkingDays(from, some + others, CALENDAR));
      }),
    );
  });

  it('never end before those of an earlier day', () => {
    fc.assert(
      fc.property(days, days, counts, (one, other, count) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        expect(addWorkingDays(earlier, count, CALENDAR) <= addWorkingDays(later, count, CALENDAR)).toBe(true);
      }),
    );
  });

  it('end no earlier for a day off more', () => {
    fc.assert(
      fc.property(days, counts, days, (from, count, off) => {
        const more = { ...CALENDAR, daysOff: new Set([...CALENDAR.daysOff, off]) };
        expect(addWorkingDays(from, count, more) >= addWorkingDays(from, count, CALENDAR)).toBe(true);
      }),
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from '@jest/globals';
import { dataFile } from '../platform/package-root.ts';
import { loadHolidays } from './holidays.loader.ts';

const rows = parse<{ date: string; name: string; kind: string; source: string; confidence: string }>(
  readFileSync(dataFile('holidays-vn.csv')),
  { columns: true },
);
const years = Array.from({ length: 10 }, (_, index) => String(2021 + index));
const isWeekend = (day: string) => [0, 6].includes(new Date(day).getUTCDay());

const directory = mkdtempSync(join(tmpdir(), 'bhxh-holidays-'));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;

function fileOf(...lines: string[]): string {
  const path = join(directory, `days-${++files}.csv`);
  writeFileSync(path, ['date,name,kind,source,confidence', ...lines, ''].join('\n'));
  return path;
}

describe('the shipped holidays', () => {
  it.each(years)('give the eleven days of the law in %s: New Year, five of Tết, the Hùng Kings, April, May, two of September', (year) => {
    const own = rows.filter(({ date, kind }) => date.startsWith(year) && (kind === 'fixed' || kind === 'lunar'));
    expect(own).toHaveLength(11);
    expect(own.filter(({ name }) => name === 'Tết Nguyên đán')).toHaveLength(5);
  });

  it.each(years)('give in %s a working day in lieu of each that falls on a weekend', (year) => {
    const own = rows.filter(({ date }) => date.startsWith(year));
    const lost = own.filter(({ date, kind }) => (kind === 'fixed' || kind === 'lunar') && isWeekend(date));
    const given = own.filter(({ kind }) => kind === 'substitute');
    expect(given).toHaveLength(lost.length);
    expect(given.filter(({ date }) => isWeekend(date))).toEqual([]);
  });

  it('give for each exchanged day one of a weekend that is worked', () => {
    const exchanged = rows.filter(({ kind }) => kind === 'exchanged');
    const worked = rows.filter(({ kind }) => kind === 'worked');
    expect(exchanged.length).toBeGreaterThan(0);
    expect(worked.map(({ date }) => date.slice(0, 4))).toEqual(exchanged.map(({ date }) => date.slice(0, 4)));
    expect(exchanged.filter(({ date }) => isWeekend(date))).toEqual([]);
    expect(worked.filter(({ date }) => !isWeekend(date))).toEqual([]);
  });

  it('say of each day where it comes from, and stand in the order of days', () => {
    expect(rows.filter(({ name, source }) => name === '' || source === '')).toEqual([]);
    expect(rows.map(({ date }) => date)).toEqual(rows.map(({ date }) => date).sort());
  });
});

describe('a file of holidays', () => {
  it('of one’s own is read like the shipped one', () => {
    const { daysOff, workedDays } = loadHolidays(fileOf('2031-01-23,Tết,lunar,own,high', '2031-01-18,Bù,worked,own,high'));
    expect([...daysOff, ...workedDays]).toEqual(['2031-01-23', '2031-01-18']);
  });

  it.each([
    ['a day that is none', '2031-02-29,Tết,lunar,own,high'],
    ['a day in another spelling', '29/02/2031,Tết,lunar,own,high'],
    ['a kind that nobody knows', '2031-02-28,Tết,moon,own,high'],
    ['a confidence that nobody knows', '2031-02-28,Tết,lunar,own,sure'],
    ['a column too few', '2031-02-28,Tết,lunar,own'],
  ])('with %s is refused', (_what, line) => {
    expect(() => loadHolidays(fileOf(line))).toThrow();
  });

  it('that names a day twice is refused, and one that is not there', () => {
    const line = '2031-02-28,Tết,lunar,own,high';
    expect(() => loadHolidays(fileOf(line, line))).toThrow('2031-02-28');
    expect(() => loadHolidays('/nowhere/holidays.csv')).toThrow();
  });
});

import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import type { WorkCalendar } from './working-days.rule.ts';

/** What a row of the file says of its day. */
const KINDS = ['fixed', 'lunar', 'substitute', 'exchanged', 'worked'] as const;
const CONFIDENCES = ['high', 'medium', 'low'] as const;

interface Row {
  date: string;
  name: string;
  kind: string;
  source: string;
  confidence: string;
}

/**
 * The days off of a file such as `data/holidays-vn.csv`, whose columns data/README.md explains.
 * @throws Error naming the first day that is wrong: with a calendar that is half understood, every deadline would be a guess
 */
export function loadHolidays(path: string): WorkCalendar {
  const rows = parse<Row>(readFileSync(path), { columns: true, bom: true, trim: true });
  const seen = new Set<string>();
  for (const { date, kind, confidence } of rows) {
    if (!isDay(date) || seen.has(date)) throw new Error(`The holidays hold a day that is none, or stands there twice: ${date}`);
    if (!isOneOf(KINDS, kind) || !isOneOf(CONFIDENCES, confidence)) throw new Error(`The holidays do not say what ${date} is`);
    seen.add(date);
  }
  const days = (worked: boolean) => new Set(rows.filter(({ kind }) => (kind === 'worked') === worked).map(({ date }) => date));
  return { daysOff: days(false), workedDays: days(true) };
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

function isOneOf(known: readonly string[], text: string): boolean {
  return known.includes(text);
}

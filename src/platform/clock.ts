import { Injectable } from '@nestjs/common';
import { Database } from './database/database.ts';

/** The zone in which BHXH's days and years begin. */
export const VIETNAM_TIME_ZONE = 'Asia/Ho_Chi_Minh';

/**
 * The domain's time: the database's clock, moved or frozen per workspace (SQL `domain_now()`). Inside a statement or a
 * transaction use `domain_now()` itself, so that one instant decides everything; Node's own clock decides nothing.
 */
@Injectable()
export class Clock {
  constructor(private readonly database: Database) {}

  async now(): Promise<Date> {
    const [row] = await this.database.rows<{ now: Date }>('SELECT domain_now() AS now', [], 'clock_now');
    return row!.now;
  }
}

/** The calendar day of an instant in Vietnam, as `YYYY-MM-DD`. */
export function vietnameseDay(instant: Date): string {
  return dayFormat.format(instant);
}

/** The day and time of an instant in Vietnam, as `HH:mm dd/MM/yyyy`. */
export function vietnameseTime(instant: Date): string {
  const [day, time] = timeFormat.format(instant).split(', ');
  return `${time} ${day}`;
}

/** The calendar day of an instant in Vietnam as people there write it, `dd/MM/yyyy`. */
export function vietnameseDate(instant: Date): string {
  return vietnameseDay(instant).split('-').reverse().join('/');
}

const dayFormat = new Intl.DateTimeFormat('en-CA', { timeZone: VIETNAM_TIME_ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: VIETNAM_TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

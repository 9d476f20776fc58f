import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { loadHolidays } from './holidays.loader.ts';
import { addWorkingDays, dayAfter, DECISION_WORKING_DAYS, type WorkCalendar } from './working-days.rule.ts';

/** By when an office has to decide. */
@Injectable()
export class Deadlines {
  private readonly calendar: WorkCalendar;

  constructor(@Inject(ENV) { holidaysFile }: Pick<Environment, 'holidaysFile'>) {
    this.calendar = loadHolidays(holidaysFile);
  }

  /** The last day on which a declaration of this day is decided in time, both `YYYY-MM-DD` in Vietnam. */
  dueOn(receivedOn: string): string {
    return addWorkingDays(receivedOn, DECISION_WORKING_DAYS, this.calendar);
  }

  /** The same by the day of receipt, for what is checked on this day and may be received after midnight. */
  dueOnByDay(checkedOn: string): Readonly<Record<string, string>> {
    return Object.fromEntries([checkedOn, dayAfter(checkedOn)].map((day) => [day, this.dueOn(day)]));
  }
}

import type { ClockReading } from '../desk-clock.service.ts';

interface Mark {
  /** By the process's clock, in milliseconds since 1970: from here on. */
  readonly since: number;
  readonly domainTime: number;
  readonly frozen: boolean;
}

const MOST_MARKS = 1_000;

/**
 * Tells afterwards what time it was in the domain, so that nobody need ask the database on the way: the domain's clock runs beside the
 * process's own, except where the desk has moved it.
 */
export class ClockMarks {
  private readonly marks: Mark[] = [];

  /** The clock was moved just now. */
  moved(before: ClockReading, after: ClockReading, at: number): void {
    if (this.marks.length === 0) this.marks.push(markOf(before, at));
    this.marks.push(markOf(after, at));
    if (this.marks.length > MOST_MARKS) this.marks.shift();
  }

  /** @param reading of the clock at `read`, for who has never seen it moved */
  domainTime(at: number, reading: ClockReading, read: number): Date {
    const mark = this.marks.findLast(({ since }) => since <= at) ?? this.marks[0] ?? markOf(reading, read);
    return new Date(mark.frozen ? mark.domainTime : mark.domainTime + at - mark.since);
  }
}

function markOf({ now, frozen }: ClockReading, since: number): Mark {
  return { since, domainTime: Date.parse(now), frozen };
}

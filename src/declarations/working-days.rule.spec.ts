import { describe, expect, it } from '@jest/globals';
import { addWorkingDays } from './working-days.rule.ts';

describe('three working days', () => {
  it.each([
    ['a Monday', '2021-04-19', '2021-04-22'],
    ['a Thursday, over the weekend', '2021-04-22', '2021-04-27'],
    ['a Saturday', '2021-04-24', '2021-04-28'],
    ['the eve of Reunification and Labour Day', '2021-04-29', '2021-05-05'],
    ['the last day of the year', '2021-12-31', '2022-01-05'],
  ])('after %s end rightly', (_when, from, to) => {
    expect(addWorkingDays(from, 3)).toBe(to);
  });
});

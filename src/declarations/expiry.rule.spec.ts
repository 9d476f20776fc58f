import { describe, expect, it } from '@jest/globals';
import { reminderDay } from './expiry.rule.ts';

describe('the reminder', () => {
  it.each([
    [30, 23],
    [14, 7],
    [10, 5],
    [3, 1],
    [1, 0],
  ])('of a dossier that expires after %i days comes after %i', (expiryDays, day) => {
    expect(reminderDay(expiryDays)).toBe(day);
  });
});

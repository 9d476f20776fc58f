import { describe, expect, it } from '@jest/globals';
import { PROCESS_PROFILES, PROFILE_RULES, rulesOn } from './process-profile.ts';

describe('a pinned profile', () => {
  it.each(PROCESS_PROFILES)('%s is in force on every day', (profile) => {
    for (const day of ['1999-01-01', '2021-10-17', '2031-12-31']) expect(rulesOn(profile, day)).toBe(PROFILE_RULES[profile]);
  });
});

describe('by date', () => {
  it.each([
    ['2020-12-31', '2021-04'],
    ['2021-10-16', '2021-04'],
    ['2021-10-17', '2021-10'],
    ['2026-11-22', '2021-10'],
  ] as const)('on %s, %s is in force', (day, profile) => {
    expect(rulesOn('by-date', day)).toBe(PROFILE_RULES[profile]);
  });

  it('each profile follows the one before', () => {
    const days = PROCESS_PROFILES.map((profile) => PROFILE_RULES[profile].since);
    expect(days).toEqual([...days].sort());
  });
});

import { describe, expect, it } from '@jest/globals';
import { DATED_RULES } from './dated-rules.ts';
import { PROCESS_PROFILES, PROFILE_DAYS, rulesOn } from './process-profile.ts';

describe('a pinned profile', () => {
  it.each(PROCESS_PROFILES)('%s is the process of its day, on every day', (profile) => {
    const asOfItsDay = rulesOn('by-date', PROFILE_DAYS[profile]);
    for (const day of ['1999-01-01', '2021-10-17', '2031-12-31']) expect(rulesOn(profile, day)).toBe(asOfItsDay);
  });

  it('follows the one before', () => {
    const days = PROCESS_PROFILES.map((profile) => PROFILE_DAYS[profile]);
    expect(days).toEqual([...days].sort());
    expect(PROCESS_PROFILES).toEqual(['2021-04', '2021-10', '2023', '2025-07']);
  });

  it('of April 2021 is the guide: nothing that came later', () => {
    expect(rulesOn('2021-04', '2026-11-22')).toEqual({
      since: '2021-04-01',
      idTypes: ['cccd', 'cmnd', 'passport'],
      recoveryBy: 'sms',
      idPhotos: 'required',
      emailOtpBeforeSending: false,
      addresses: 'three-tier',
    });
  });
});

describe('by date', () => {
  it.each([
    ['2020-12-31', '2021-04-01'],
    ['2021-10-16', '2021-04-01'],
    ['2021-10-17', '2021-10-17'],
    ['2022-12-31', '2021-10-17'],
    ['2023-01-01', '2023-01-01'],
    ['2024-12-31', '2023-01-01'],
    ['2025-01-01', '2025-01-01'],
    ['2025-06-30', '2025-01-01'],
    ['2025-07-01', '2025-07-01'],
    ['2026-11-22', '2025-07-01'],
  ] as const)('on %s, what is in force came on %s', (day, since) => {
    expect(rulesOn('by-date', day).since).toBe(since);
  });

  it('a CMND is a paper until 31 December 2024, between two profiles', () => {
    expect(rulesOn('by-date', '2024-12-31').idTypes).toContain('cmnd');
    expect(rulesOn('by-date', '2025-01-01').idTypes).not.toContain('cmnd');
    expect(rulesOn('2023', '2025-01-01').idTypes).toContain('cmnd');
  });
});

describe('the dated rules', () => {
  it('are told in the order of their days, each with a first value on the first day', () => {
    const days = DATED_RULES.map(({ since }) => since);
    expect(days).toEqual([...days].sort());
    const named = (since: string) => DATED_RULES.filter((rule) => rule.since <= since).flatMap(({ value }) => Object.keys(value));
    expect(new Set(named('2021-04-01'))).toEqual(new Set(named('9999-12-31')));
  });

  it('decide one thing each, and change it', () => {
    for (const { since, value } of DATED_RULES) {
      expect(Object.keys(value)).toHaveLength(1);
      const before = DATED_RULES.filter((rule) => rule.since < since).map((rule) => rule.value);
      expect(Object.assign({}, ...before)).not.toMatchObject(value);
    }
  });
});

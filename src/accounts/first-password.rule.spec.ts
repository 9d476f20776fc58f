import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CITIZEN_PASSWORD, passwordFaults } from '../platform/password-policy.rule.ts';
import { generatePassword } from './first-password.rule.ts';

/** A randomness that says these letters first, then others. */
function saying(...texts: string[]): { below: (limit: number) => number } {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz';
  const drawn = [...texts.join('')].map((letter) => alphabet.indexOf(letter));
  return { below: (limit) => drawn.shift() ?? randomInt(limit) };
}

describe('a first password', () => {
  it('meets the policy, and has no letters that are mistaken for others', () => {
    const made = Array.from({ length: 500 }, () => generatePassword({ below: randomInt }));
    expect(made.flatMap((password) => passwordFaults(password, CITIZEN_PASSWORD))).toEqual([]);
    expect(made.filter((password) => /[0O1lI]/.test(password))).toEqual([]);
    expect(new Set(made).size).toBe(500);
  });

  it('is drawn again where chance writes a word of the service, or leaves a kind of letter out', () => {
    expect(generatePassword(saying('K7bhXh2mWq', 'abcdefghjk', 'K7mQ2xWv9R'))).toBe('K7mQ2xWv9R');
  });
});

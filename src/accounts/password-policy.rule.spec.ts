import { describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { generatePassword, passwordFaults } from './password-policy.rule.ts';

const about = { insuranceNumber: '0397097379' };

describe('the password policy', () => {
  it('accepts every password that the generator makes, and none has letters that are mistaken for others', () => {
    const made = Array.from({ length: 500 }, () => generatePassword({ below: randomInt }));
    expect(made.flatMap((password) => passwordFaults(password, about))).toEqual([]);
    expect(made.filter((password) => /[0O1lI]/.test(password))).toEqual([]);
    expect(new Set(made).size).toBe(500);
  });

  it.each([
    ['ngắn', ['too-short']],
    ['x'.repeat(129), ['too-long']],
    ['MatKhau123', ['too-common']],
    ['a0397097379b', ['contains-insurance-number']],
    ['Hôm nay trời đẹp quá', []],
    ['🐃'.repeat(8), []],
    ['ế'.normalize('NFD').repeat(8), []],
  ])('judges %j as %j', (password, faults) => {
    expect(passwordFaults(password, about)).toEqual(faults);
  });

  it('refuses the current password as the new one, however its accents are composed', () => {
    expect(passwordFaults('Trời đẹp quá'.normalize('NFD'), { ...about, current: 'Trời đẹp quá'.normalize('NFC') })).toEqual([
      'same-as-before',
    ]);
  });
});

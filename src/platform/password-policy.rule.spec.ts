import { describe, expect, it } from '@jest/globals';
import { commonPasswords } from './common-passwords.ts';
import { CITIZEN_PASSWORD, passwordErrors, passwordFaults, STAFF_PASSWORD } from './password-policy.rule.ts';

const owner = { insuranceNumber: '0397097379', personal: ['+84352153000', '031165000123', 'canbo.03102'] };
const faultsOf = (password: string) => passwordFaults(password, CITIZEN_PASSWORD, owner);

describe('the password policy', () => {
  it.each([
    ['ngắn', ['too-short']],
    ['Trời đẹp '.repeat(15), ['too-long']],
    ['MatKhau123', ['too-common']],
    ['a0397097379b', ['contains-insurance-number']],
    ['Hôm nay trời đẹp quá', []],
    ['🐃🐂🐄🐎🐖🐑🐐🐕', []],
    ['ếốứộặỗựậ'.normalize('NFD'), []],
  ])('judges %j as %j', (password, faults) => {
    expect(faultsOf(password)).toEqual(faults);
  });

  it('refuses every one of the commonest passwords, also in capitals', () => {
    const common = [...commonPasswords()];
    expect(common.filter((word) => word.length >= CITIZEN_PASSWORD.least).length).toBeGreaterThanOrEqual(3_000);
    const passed = common.flatMap((word) => [word, word.toUpperCase()]).filter((word) => !faultsOf(word).includes('too-common'));
    expect(passed).toEqual([]);
  });

  // From public counts of leaked passwords, so that a list of something else does not pass for one of passwords.
  it.each([
    ...['password', '12345678', '123456789', '1234567890', 'qwertyuiop', '1qaz2wsx', 'iloveyou', '11111111', 'qwerty123', 'password1'],
    ...['1q2w3e4r', 'sunshine', 'princess', 'football', 'baseball', 'superman', 'trustno1', 'abcd1234', 'passw0rd', 'zaq12wsx'],
    ...['00000000', '88888888', '12341234', '11223344', '87654321', 'asdfghjkl', 'qwertyui', 'matkhau1', 'anhyeuem', 'vietnam123'],
  ])('knows %j', (password) => {
    expect(faultsOf(password)).toEqual(['too-common']);
  });

  it.each([
    'xxxxxxxx',
    '1qaz1qaz',
    'qwertyqwerty',
    '🐃'.repeat(8),
    'abcdefgh',
    'lkjhgfdsa',
    'AABBCCDDEE',
    '01012009',
    '12.04.1965',
    '19650412',
  ])('knows the pattern in %j', (password) => {
    expect(faultsOf(password)).toEqual(['too-common']);
  });

  it.each(['32012009', '12041865', '40172635', 'abcdefgxyz'])('sees no pattern in %j', (password) => {
    expect(faultsOf(password)).toEqual([]);
  });

  it.each(['iloveyou2026', '!!password!!', 'Pass.Word', 'Việt Nam 2021', 'Mật khẩu 12', 'ｐａｓｓｗｏｒｄ'])(
    'knows a common one under its decoration: %j',
    (password) => {
      expect(faultsOf(password)).toEqual(['too-common']);
    },
  );

  it.each([
    'vssid-2024x',
    'the-VssID-app',
    'V.S.S.I.D-2024',
    'tôi yêu BHXH',
    'bhxh1234',
    'Mã số của tôi',
    'ma so cua toi',
    'MASO-cua-toi',
    'mã_số_123',
  ])('refuses the words of the service wherever they stand: %j', (password) => {
    expect(faultsOf(password)).toEqual(['too-common']);
  });

  it.each(['đêm mà sông dài', 'ma quỷ soi gương', 'Masa mùa hạ'])('refuses no word that only looks like one of them: %j', (password) => {
    expect(faultsOf(password)).toEqual([]);
  });

  it.each([
    ['0352153000x', ['contains-own-data']],
    ['toi+84352153000', ['contains-own-data']],
    ['84 352 153 000', ['contains-own-data']],
    ['0352.153.000', ['contains-own-data']],
    ['so-031165000123', ['contains-own-data']],
    ['0397 097 379', ['contains-insurance-number']],
    ['０３９７０９７３７９', ['contains-insurance-number']],
    ['0352153001x', []],
  ])('finds the person’s own numbers however they are written: %j', (password, faults) => {
    expect(faultsOf(password)).toEqual(faults);
  });

  it('looks for nothing where a number has been erased or a username is two letters', () => {
    expect(passwordFaults('con trâu là đầu cơ nghiệp', STAFF_PASSWORD, { insuranceNumber: '', personal: ['', 'la'] })).toEqual([]);
  });

  it('is stricter with officers, by length and by their usernames', () => {
    expect(passwordFaults('trời đẹp quá', STAFF_PASSWORD, owner)).toEqual([]);
    expect(passwordFaults('trời đẹp qu', STAFF_PASSWORD, owner)).toEqual(['too-short']);
    expect(passwordFaults('Canbo-03102 đẹp', STAFF_PASSWORD, owner)).toEqual(['contains-own-data']);
    expect(passwordFaults('q1w2e3r4t5y6', STAFF_PASSWORD, owner)).toEqual(['too-common']);
    expect(passwordErrors('/newPassword', ['too-short'], STAFF_PASSWORD)).toEqual([
      {
        pointer: '/newPassword',
        code: 'too-short',
        text: { vi: 'Mật khẩu cần ít nhất 12 ký tự.', en: 'A password needs at least 12 characters.' },
      },
    ]);
  });

  it('refuses the current password as the new one, however its accents are composed', () => {
    const current = 'Trời đẹp quá'.normalize('NFC');
    expect(passwordFaults(current.normalize('NFD'), CITIZEN_PASSWORD, { ...owner, current })).toEqual(['same-as-before']);
  });
});

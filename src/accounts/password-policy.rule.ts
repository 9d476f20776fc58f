import type { Randomness } from '../platform/randomness.ts';

/** Least and most characters of a citizen's password [D]; every character counts as one, none is required by kind. */
export const PASSWORD_LENGTH = { least: 8, most: 128 } as const;

/** No character that is mistaken for another when read from an SMS: no 0 O, 1 l I [D]. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz';

/** Ten characters of this alphabet are 57 bits: more than enough for a password that lives 72 hours and is used once [D]. */
const GENERATED_LENGTH = 10;

const TOO_COMMON = new Set([
  ...['12345678', '123456789', '1234567890', '0123456789', '87654321', '11111111', '00000000', '88888888', '12341234', '11223344'],
  ...[
    'password',
    'password1',
    'passw0rd',
    'matkhau1',
    'matkhau123',
    'matkhau',
    'iloveyou',
    'anhyeuem',
    'emyeuanh',
    'vietnam1',
    'vietnam123',
  ],
  ...['qwertyui', 'qwerty123', 'asdfghjk', 'abc12345', 'abcd1234', 'a1234567', 'aa123456', 'aaaaaaaa', 'adminadmin'],
  ...['vssid123', 'vssid2021', 'bhxh1234', 'bhxh2021', 'baohiemxahoi'],
]);

export type PasswordFault = 'too-short' | 'too-long' | 'too-common' | 'contains-insurance-number' | 'same-as-before';

/** What is wrong with a password that a citizen chose. The one policy: generated passwords meet it too, and login asks nothing more [D]. */
export function passwordFaults(password: string, about: { insuranceNumber: string; current?: string }): PasswordFault[] {
  const text = password.normalize('NFC');
  const length = [...text].length;
  const faults: PasswordFault[] = [];
  if (length < PASSWORD_LENGTH.least) faults.push('too-short');
  if (length > PASSWORD_LENGTH.most) faults.push('too-long');
  if (TOO_COMMON.has(text.toLowerCase())) faults.push('too-common');
  if (text.includes(about.insuranceNumber)) faults.push('contains-insurance-number');
  if (about.current !== undefined && text === about.current.normalize('NFC')) faults.push('same-as-before');
  return faults;
}

/** What whoever chose it reads [D]. */
export const PASSWORD_FAULT_TEXTS: Record<PasswordFault, { vi: string; en: string }> = {
  'too-short': {
    vi: `Mật khẩu cần ít nhất ${PASSWORD_LENGTH.least} ký tự.`,
    en: `A password needs at least ${PASSWORD_LENGTH.least} characters.`,
  },
  'too-long': {
    vi: `Mật khẩu có nhiều nhất ${PASSWORD_LENGTH.most} ký tự.`,
    en: `A password has at most ${PASSWORD_LENGTH.most} characters.`,
  },
  'too-common': { vi: 'Mật khẩu này quá phổ biến.', en: 'This password is too common.' },
  'contains-insurance-number': { vi: 'Mật khẩu không được chứa mã số BHXH.', en: 'The password must not contain the insurance number.' },
  'same-as-before': { vi: 'Mật khẩu mới phải khác mật khẩu hiện tại.', en: 'The new password must differ from the current one.' },
};

/** A first password, by the policy of the login itself: the real one was once refused by the very login it was made for [S]. */
export function generatePassword(randomness: Pick<Randomness, 'below'>): string {
  for (;;) {
    const password = Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomness.below(ALPHABET.length)]).join('');
    if (/\d/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password)) return password;
  }
}

import { isCommonPassword, withoutSeparators } from './common-passwords.ts';
import type { Fault } from './refusal.ts';
import { foldForSearch } from './text/vietnamese.ts';

/** Least and most characters; every character counts as one, none is required by kind. */
export interface PasswordLength {
  readonly least: number;
  readonly most: number;
}

/** Least and most characters of a citizen's password [D]. */
export const CITIZEN_PASSWORD: PasswordLength = { least: 8, most: 128 };

/** Least and most characters of an officer's, which opens many people's data [D]. */
export const STAFF_PASSWORD: PasswordLength = { least: 12, most: 128 };

/** Whose password it is to be, as far as that is known where it is chosen. */
export interface PasswordOwner {
  readonly insuranceNumber?: string;
  /** Phone (E.164), ID number, username: what others know or find out. */
  readonly personal?: readonly string[];
  /** The password that it takes the place of. */
  readonly current?: string;
}

export type PasswordFault = 'too-short' | 'too-long' | 'too-common' | 'contains-insurance-number' | 'contains-own-data' | 'same-as-before';

/** Words of this service, which whoever guesses here begins with [D]. */
const OWN_WORDS = /vssid|bhxh/;

/** So is `mã số`, together or apart; but not what `mà sông` would be without its space [D]. */
const OWN_NUMBER = /maso|(?<!\p{L})ma[\s._-]+so(?!\p{L})/u;

/** Anything shorter stands in ordinary words. */
const LEAST_PERSONAL = 4;

/**
 * What is wrong with a password that somebody chose. The one policy, for citizens and officers, at every door where one is chosen; generated
 * passwords meet it too, and login asks nothing more [D].
 */
export function passwordFaults(password: string, length: PasswordLength, owner: PasswordOwner = {}): PasswordFault[] {
  const text = password.normalize('NFC');
  const signs = [...text].length;
  const plain = withoutSeparators(text);
  const isIn = (own: string) => own.length >= LEAST_PERSONAL && plain.includes(own);
  const faults: PasswordFault[] = [];
  if (signs < length.least) faults.push('too-short');
  if (signs > length.most) faults.push('too-long');
  if (isCommonPassword(text) || OWN_WORDS.test(plain) || OWN_NUMBER.test(foldForSearch(text))) faults.push('too-common');
  if (isIn(owner.insuranceNumber ?? '')) faults.push('contains-insurance-number');
  if (owner.personal?.some((own) => isIn(plainPersonal(own)))) faults.push('contains-own-data');
  if (owner.current !== undefined && text === owner.current.normalize('NFC')) faults.push('same-as-before');
  return faults;
}

/** The faults as the answer tells them, of the field that the password was written in [D]. */
export function passwordErrors(pointer: string, faults: readonly PasswordFault[], { least, most }: PasswordLength): Fault[] {
  const texts: Record<PasswordFault, { vi: string; en: string }> = {
    'too-short': { vi: `Mật khẩu cần ít nhất ${least} ký tự.`, en: `A password needs at least ${least} characters.` },
    'too-long': { vi: `Mật khẩu có nhiều nhất ${most} ký tự.`, en: `A password has at most ${most} characters.` },
    ...TEXTS,
  };
  return faults.map((code) => ({ pointer, code, text: texts[code] }));
}

const TEXTS = {
  'too-common': {
    vi: 'Mật khẩu này quá phổ biến hoặc chứa từ dễ đoán (VssID, BHXH, mã số).',
    en: 'This password is too common, or holds a word that is easily guessed (VssID, BHXH, mã số).',
  },
  'contains-insurance-number': { vi: 'Mật khẩu không được chứa mã số BHXH.', en: 'The password must not contain the insurance number.' },
  'contains-own-data': {
    vi: 'Mật khẩu không được chứa số điện thoại, số giấy tờ hoặc tên đăng nhập của mình.',
    en: 'The password must not contain one’s own phone, ID number or username.',
  },
  'same-as-before': { vi: 'Mật khẩu mới phải khác mật khẩu hiện tại.', en: 'The new password must differ from the current one.' },
} as const;

/** A phone is found however its beginning is written: `0…`, `84…`, `+84…`. */
function plainPersonal(own: string): string {
  return withoutSeparators(own).replace(/^\+84/, '');
}

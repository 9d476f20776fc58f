import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { foldForSearch } from './text/vietnamese.ts';

/** What people here choose and the list from abroad does not know [D]. */
const VIETNAMESE = ['matkhau', 'anhyeuem', 'emyeuanh', 'vietnam', 'baohiemxahoi'];

/** Shorter ones are refused by their length, and are words like any other inside a longer one. */
const LEAST = 8;

/** Digits and signs that are put before or behind a word to make it look like another. */
const PADDING = /^[^\p{L}]+|[^\p{L}]+$/gu;

/** What one hand types without thinking, from left to right or back. */
const ROWS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'].flatMap((row) => [
  row,
  [...row].reverse().join(''),
]);

/** A birthday, day or year first: there are fewer of them than a machine tries in a second. */
const DATE = /^(?:(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** Up to six signs over and over. */
const REPEATED = /^(.{1,6}?)\1+$/u;

interface Dictionaries {
  dictionary: { 'passwords-common': readonly string[] };
}

let known: ReadonlySet<string> | undefined;

/** Every password of eight characters or more that is chosen very often: some eighteen thousand, in small letters. */
export function commonPasswords(): ReadonlySet<string> {
  // Unpacking takes 50 ms, which no start should wait for.
  return (known ??= new Set([...readList().filter((word) => word.length >= LEAST), ...VIETNAMESE]));
}

/**
 * Whether it is one of the commonest, also in capitals, with its marks and spaces, or with digits and signs around it. The list leaves out
 * what a pattern says: repetitions, runs and dates [D].
 */
export function isCommonPassword(password: string): boolean {
  const forms = [password.toLowerCase(), withoutSeparators(password)];
  return forms.some((form) => commonPasswords().has(form) || commonPasswords().has(form.replace(PADDING, '')) || isPattern(form));
}

function isPattern(form: string): boolean {
  return REPEATED.test(form) || DATE.test(form) || isRun(form) || isRun(form.replace(/(.)\1+/gu, '$1'));
}

function isRun(form: string): boolean {
  return form.length > 1 && ROWS.some((row) => row.includes(form));
}

/** The signs of a text and nothing between them, as whoever guesses tries them: `Mã-số 123` is `maso123`. */
export function withoutSeparators(text: string): string {
  return foldForSearch(text.normalize('NFKC')).replace(/[\s._\-/]+/gu, '');
}

function readList(): readonly string[] {
  const load = createRequire(join(packageRoot(), 'package.json'));
  return (load('@zxcvbn-ts/language-common') as Dictionaries).dictionary['passwords-common'];
}

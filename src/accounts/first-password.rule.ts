import { CITIZEN_PASSWORD, passwordFaults } from '../platform/password-policy.rule.ts';
import type { Randomness } from '../platform/randomness.ts';

/** No character that is mistaken for another when read from an SMS: no 0 O, 1 l I [D]. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz';

/** Ten characters of this alphabet are 57 bits: more than enough for a password that lives 72 hours and is used once [D]. */
const GENERATED_LENGTH = 10;

/** A first password, by the policy of the login itself: the real one was once refused by the very login it was made for [S]. */
export function generatePassword(randomness: Pick<Randomness, 'below'>): string {
  for (;;) {
    const password = Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomness.below(ALPHABET.length)]).join('');
    const isMixed = /\d/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password);
    if (isMixed && passwordFaults(password, CITIZEN_PASSWORD).length === 0) return password;
  }
}

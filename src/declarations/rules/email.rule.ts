import { isEmail } from 'class-validator';
import { accepted, refused, type ValueCheck } from './value-check.ts';

/** Octets of a forward-path without its angle brackets, RFC 5321 4.5.3.1.3 [S]. */
const MOST_CHARACTERS = 254;

/** What makes a second address, a display name, a comment, a group or a header out of an address. */
const MORE_THAN_ONE_ADDRESS = /[\p{Cc}\p{Z},;:<>()"\\]|@.*@/su;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * Exactly one e-mail address, the bare addr-spec of RFC 5322 in its unquoted form, with a domain that has a dot and no IP address in
 * its place. Everything a mail program would take as a list, a display name, a comment or another header is refused, since the
 * declaration would go to a stranger. ASCII only [D]: not every relay carries SMTPUTF8. The domain becomes lower case; the part before
 * the `@` belongs to its server and stays as typed [S].
 *
 * Faults: `required`, `email-not-single`, `too-long` above 254 characters, `bad-format`.
 */
export function checkEmail(raw: string): ValueCheck {
  if (raw === '') return refused('required');
  if (MORE_THAN_ONE_ADDRESS.test(raw)) return refused('email-not-single');
  if (raw.length > MOST_CHARACTERS) return refused('too-long');
  if (!PRINTABLE_ASCII.test(raw) || !isEmail(raw, { allow_utf8_local_part: false })) return refused('bad-format');
  const at = raw.lastIndexOf('@');
  return accepted(raw.slice(0, at) + raw.slice(at).toLowerCase());
}

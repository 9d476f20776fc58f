import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/keyring.ts';
import { Randomness } from '../platform/randomness.ts';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;
const READ_AS: Record<string, string> = { I: '1', L: '1', O: '0' };

/** Tracking codes: 80 random bits, shown once in the receipt, kept as a keyed hash, so that a stolen table tracks nobody. */
@Injectable()
export class TrackingCodes {
  constructor(
    private readonly randomness: Randomness,
    private readonly keyring: Keyring,
  ) {}

  /** A new code as it is shown: `XXXX-XXXX-XXXX-XXXX`. */
  create(): string {
    const letters = Array.from({ length: LENGTH }, () => ALPHABET[this.randomness.below(ALPHABET.length)]).join('');
    return letters.replace(/(.{4})(?=.)/g, '$1-');
  }

  /** The hash to store: under the newest key. */
  hash(code: string): Buffer {
    return this.hashes(code)[0]!;
  }

  /** The hashes that a code may be stored under, newest key first; none when the text cannot be a code. */
  hashes(typed: string): Buffer[] {
    const code = readTrackingCode(typed);
    return code === undefined ? [] : this.keyring.keyedHashes('tracking-codes', code);
  }
}

/** Reads a code as people type it: any case, with or without dashes, `O` for zero and `I` or `L` for one. */
export function readTrackingCode(typed: string): string | undefined {
  if (typed.length > 40) return undefined;
  const letters = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[ILO]/g, (letter) => READ_AS[letter]!);
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(letters) ? letters : undefined;
}

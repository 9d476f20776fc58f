import { foldSpaces, toNfc } from '../../platform/text/vietnamese.ts';
import { accepted, refused, type ValueCheck } from './value-check.ts';

/** Code points after normalising [D]. */
const MOST_CHARACTERS = 200;

/**
 * Controls, line breaks, bidirectional and other format characters, surrogates, private and unassigned code points, and everything
 * that is drawn as nothing (fillers, selectors, the blank Braille pattern). And the replacement character, which stands for a letter
 * that was lost because the client did not send UTF-8.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffd]/u;

/**
 * Street and house number, or hamlet, group, block: free text of one line, 1 to 200 characters [D], normalised to NFC and single
 * spaces. Any visible character is lawful, `/ - , . ( )` being common, and so is text that would be code elsewhere: it is stored and
 * shown as the inert text it is.
 *
 * Faults: `required`, `too-long`, `bad-format` for what cannot be seen or was lost on the way.
 */
export function checkStreet(raw: string): ValueCheck {
  const street = foldSpaces(toNfc(raw));
  if (street === '') return refused('required');
  if ([...street].length > MOST_CHARACTERS) return refused('too-long');
  return UNSEEN.test(street) ? refused('bad-format') : accepted(street);
}

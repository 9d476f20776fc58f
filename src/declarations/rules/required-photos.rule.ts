import { PHOTO_SLOTS, type PhotoSlot } from '../../photos/photo-slot.ts';
import type { IdType } from './id-number.rule.ts';

/** The slots that a declaration still needs a photo for: all three, but not the back of a passport, which holds nothing to compare [D]. */
export function missingSlots(idType: IdType | undefined, present: ReadonlySet<string>): PhotoSlot[] {
  return PHOTO_SLOTS.filter((slot) => !present.has(slot) && !(slot === 'idBack' && idType === 'passport'));
}

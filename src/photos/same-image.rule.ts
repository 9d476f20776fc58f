import type { Fault } from '../platform/refusal.ts';
import { PHOTO_SLOTS, type PhotoSlot } from './photo-slot.ts';

/**
 * Three places ask for three different pictures: the same bytes in two of them is a slip of the hand. The later slot, in the
 * order portrait, idFront, idBack, carries the fault [D].
 * @param hashes SHA-256 of the bytes that were sent, per filled slot
 */
export function sameImageFaults(hashes: Partial<Record<PhotoSlot, Buffer>>): Fault[] {
  const filled = PHOTO_SLOTS.flatMap((slot) => (hashes[slot] ? [{ slot, hash: hashes[slot] }] : []));
  return filled
    .filter(({ hash }, index) => filled.slice(0, index).some((earlier) => earlier.hash.equals(hash)))
    .map(({ slot }) => ({ pointer: `/${slot}`, code: 'same-as-other-slot' }));
}

/**
 * Portraits whose perceptual hashes differ in at most so many of 256 signs show the same photo [D].
 *
 * Measured on the photo lab's portraits of sixty people: sent by a messenger, made small, packed hard, brighter by 15 or darker by 25
 * percent, without colour, a photo differs from itself in 0 to 4 signs; cut by a hundredth of its sides in 4 to 10, by two hundredths in 9 to
 * 21. Photos of different people, who in the lab all sit before the same wall, begin at 15, and half of them are beyond 90; another photo of
 * the same person begins at 35. With 64 signs, which such hashes often have, the two run into each other: 0 to 4, and from 2 on.
 */
export const MOST_DIFFERING_SIGNS = 12;

/** Signs of one part; sixteen of them are a number below 65,536. */
const PART = 16;
/** Parts of the coarsest waves, in which most portraits are alike: they find too much. */
const COARSE_PARTS = 3;

/** In how many signs two hashes differ [D]. */
export function differingSigns(one: string, other: string): number {
  let differing = 0;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) differing++;
  return differing;
}

/**
 * The thirteen finer parts of a hash, each as one number that also says which part it is [D]. Two hashes that differ in at most twelve signs
 * have at least one of them in common, so that near ones are found in an index by equality. The index `ix_photos_likeness` holds the
 * same numbers (`hash_parts`).
 */
export function partsOf(hash: string): number[] {
  const parts = Array.from(
    { length: hash.length / PART },
    (_, part) => part * 2 ** PART + parseInt(hash.slice(part * PART, (part + 1) * PART), 2),
  );
  return parts.slice(COARSE_PARTS);
}

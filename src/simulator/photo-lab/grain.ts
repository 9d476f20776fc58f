import type { Dice } from './dice.ts';

/** A phone's sensor indoors. */
const DEVIATION = 3.2;

/** Mostly grey noise with a little colour, drawn from a table so that a photo takes no million throws. Three bytes per pixel. */
export function addGrain(pixels: Uint8ClampedArray, dice: Dice): void {
  const table = Float32Array.from({ length: 8191 }, () => dice.normal() * DEVIATION);
  let grey = dice.whole(0, 8190);
  let tint = dice.whole(0, 8190);
  for (let at = 0; at < pixels.length; at += 3) {
    // Steps that share no factor with the table's length: the pattern repeats only after thousands of rows.
    grey = (grey + 1) % 8191;
    if (grey === 0) tint = (tint + 3571) % 8191;
    const noise = table[(grey + tint) % 8191]!;
    pixels[at] = pixels[at]! + noise + table[(grey * 7 + tint) % 8191]! * 0.3;
    pixels[at + 1] = pixels[at + 1]! + noise;
    pixels[at + 2] = pixels[at + 2]! + noise + table[(grey * 13 + tint) % 8191]! * 0.4;
  }
}

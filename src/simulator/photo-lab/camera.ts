import { sharp } from '../../photos/safe-sharp.ts';
import { Canvas } from './canvas.ts';
import type { Dice } from './dice.ts';

const { max } = Math;

/** What can go wrong when a photo is taken. The gate refuses the first three by the same name, `tiny` as `too-small`. */
export const PHOTO_DEFECTS = ['blurred', 'blank', 'dark', 'tiny'] as const;

export type PhotoDefect = (typeof PHOTO_DEFECTS)[number];

/** Photographs a scene: light that falls off towards the corners, the sensor's noise, and the lens's or the hand's defect. A JPEG. */
export async function photograph(scene: Canvas, dice: Dice, defect: PhotoDefect | undefined): Promise<Buffer> {
  const seen = defect === 'blank' ? new Canvas(scene.width, scene.height, [198, 196, 190]) : scene;
  if (defect !== 'blank') vignette(seen);
  addNoise(seen, dice, defect === 'blank' ? 0.6 : 3.2);
  let picture = sharp(Buffer.from(seen.pixels.buffer), { raw: { width: seen.width, height: seen.height, channels: 3 } });
  // Ten thousandths of the long side: what a moving hand does indoors, with no name on the card left to read.
  if (defect === 'blurred') picture = picture.blur(max(seen.width, seen.height) / 100);
  if (defect === 'dark') picture = picture.linear(0.1, 1);
  if (defect === 'tiny') picture = picture.resize({ width: 160, height: 160, fit: 'inside' });
  return picture.jpeg({ quality: 80 }).toBuffer();
}

function vignette(scene: Canvas): void {
  const { width, height, pixels } = scene;
  const reach = (width * width + height * height) / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 1 - (0.22 * ((x - width / 2) ** 2 + (y - height / 2) ** 2)) / reach;
      const at = (y * width + x) * 3;
      for (let part = 0; part < 3; part++) pixels[at + part] = pixels[at + part]! * light;
    }
  }
}

/** Mostly grey noise with a little colour, drawn from a table so that a photo takes no million throws. */
function addNoise({ pixels }: Canvas, dice: Dice, deviation: number): void {
  const table = Float32Array.from({ length: 8191 }, () => dice.normal() * deviation);
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

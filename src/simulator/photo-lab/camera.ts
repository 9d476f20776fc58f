import type { Canvas } from './canvas.ts';
import { open, spoilt, type Amount, type PhotoDefect, type Picture } from './defects.ts';
import type { Dice } from './dice.ts';
import { addGrain } from './grain.ts';
import { SYNTHETIC_XMP } from './synthetic-mark.ts';

/** Photographs a scene: light that falls off towards the corners, and the sensor's noise. */
export function photograph(scene: Canvas, dice: Dice): Picture {
  expose(scene);
  addGrain(scene.pixels, dice);
  return { pixels: Buffer.from(scene.pixels.buffer), width: scene.width, height: scene.height };
}

/** The JPEG of a picture, which says that it is synthetic, with the lens's or the hand's defect. */
export async function developed(picture: Picture, fault?: { readonly defect: PhotoDefect; readonly amount: Amount }): Promise<Buffer> {
  const taken = fault ? await spoilt(picture, fault.defect, fault.amount) : open(picture);
  return taken.jpeg({ quality: 80 }).withXmp(SYNTHETIC_XMP).toBuffer();
}

/** A camera leaves room above the brightest paper, and a lens gives the corners less. */
function expose(scene: Canvas): void {
  const { width, height, pixels } = scene;
  const reach = (width * width + height * height) / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 0.92 - (0.2 * ((x - width / 2) ** 2 + (y - height / 2) ** 2)) / reach;
      const at = (y * width + x) * 3;
      for (let part = 0; part < 3; part++) pixels[at + part] = pixels[at + part]! * light;
    }
  }
}

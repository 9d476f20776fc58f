import type { PhotoSlot } from '../../photos/photo-slot.ts';
import { photograph } from './camera.ts';
import type { Canvas } from './canvas.ts';
import { cardBackScene, cardFrontScene } from './card.scene.ts';
import type { PhotoDefect } from './defects.ts';
import { Dice } from './dice.ts';
import { looksOf, type Looks } from './person.ts';
import { inventedPersona, type PhotoPersona } from './persona.ts';
import { portraitScene } from './portrait.scene.ts';

export interface PhotoOrder {
  readonly slot: PhotoSlot;
  /** Any text; another seed is another picture. */
  readonly seed: string;
  readonly defect?: PhotoDefect | undefined;
  /** What stands on the card; absent = somebody invented for the seed. */
  readonly persona?: PhotoPersona | undefined;
}

const SCENES: Record<PhotoSlot, (dice: Dice, persona: PhotoPersona, looks: Looks) => Promise<Canvas>> = {
  portrait: portraitScene,
  idFront: cardFrontScene,
  idBack: cardBackScene,
};

/**
 * A synthetic photo of an invented person or paper, marked SYNTHETIC, as a JPEG of about a megapixel. The same order gives the same
 * bytes. Without a defect it passes the photo gate without a word; with one the gate says so.
 */
export async function drawPhoto({ slot, seed, defect, persona }: PhotoOrder): Promise<Buffer> {
  const sitter = persona ?? inventedPersona(new Dice(seed));
  // One person, one face: the portrait and the picture on the card match, whatever the seed does to light and desk.
  const looks = looksOf(new Dice(`looks of ${sitter.idNumber}`));
  const dice = new Dice(`${slot} ${seed}`);
  return photograph(await SCENES[slot](dice, sitter, looks), dice, defect);
}

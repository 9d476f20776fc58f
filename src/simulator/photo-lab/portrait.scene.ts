import { Canvas, type Colour } from './canvas.ts';
import type { Dice } from './dice.ts';
import { letter } from './lettering.ts';
import { drawPerson, type Looks } from './person.ts';
import type { PhotoPersona } from './persona.ts';

const { abs, min } = Math;

const WALLS: readonly Colour[] = [[206, 218, 230], [222, 216, 204], [196, 208, 200], [228, 228, 232]]; // prettier-ignore

/** A portrait as a phone takes it: upright, head and shoulders before a wall. */
export async function portraitScene(dice: Dice, _persona: PhotoPersona, looks: Looks): Promise<Canvas> {
  const canvas = new Canvas(1080, 1440, dice.pick(WALLS));
  paperTheWall(canvas, dice);
  drawPerson(canvas, { x: dice.between(-40, 40), y: dice.between(0, 60), width: 1080, height: 1440 }, looks, dice);
  canvas.panel({ x: 0, y: 1368, width: 1080, height: 72 }, 0, [20, 30, 60], { opacity: 0.75 });
  await letter(canvas, { text: 'SYNTHETIC · ẢNH MÔ PHỎNG', x: 60, y: 1388, size: 36, colour: [255, 255, 255], bold: true });
  await letter(canvas, { text: 'SYNTHETIC', x: 860, y: 220, size: 80, colour: [120, 60, 60], bold: true, opacity: 0.3, turned: -30 });
  return canvas;
}

/** Stripes of wallpaper and a lamp on one side. */
function paperTheWall(canvas: Canvas, dice: Dice): void {
  const stripe = dice.between(38, 64);
  canvas.blend(canvas.box, [90, 100, 120], (x) => (abs((x % stripe) - stripe / 2) < 1.2 ? 0.14 : 0));
  const lampX = dice.pick([0.1, 0.9]) * canvas.width;
  canvas.blend(canvas.box, [40, 46, 60], (x, y) => 0.3 * min(1, ((x - lampX) ** 2 + (y - 200) ** 2) / 2_400_000));
}

import { sharp } from '../../platform/safe-sharp.ts';
import { Canvas, panelAt, type Box, type Colour } from './canvas.ts';
import type { Dice } from './dice.ts';
import { letter, type Lettering } from './lettering.ts';
import { drawPerson, type Looks } from './person.ts';

const { PI, abs, atan2, cos, floor, hypot, max, min, round, sin } = Math;

/** ISO ID-1, the size of every bank card: 85.60 × 53.98 mm. */
export const CARD = { width: 1180, height: 744 };
const CORNER = 44;
export const INK: Colour = [38, 40, 52];
export const LABEL: Colour = [104, 84, 70];
export const RED: Colour = [176, 40, 44];
const STUDIO: Colour = [205, 216, 226];

/** Says three times over what the thing is not. */
export function heading(): Lettering[] {
  return [
    { text: 'THẺ MÔ PHỎNG · SYNTHETIC SPECIMEN', x: 60, y: 46, size: 38, colour: RED, bold: true },
    { text: 'Không có giá trị pháp lý — Not an identity document', x: 60, y: 106, size: 28, colour: INK },
    { text: 'Sinh ra bằng máy để thử nghiệm · Made by a machine, for tests', x: 60, y: 152, size: 24, colour: LABEL },
  ];
}

/** The word across the paper, faint enough to read what lies under it. */
export function mark(x: number, y: number, size: number): Lettering {
  return { text: 'SYNTHETIC', x, y, size, colour: RED, bold: true, opacity: 0.17, turned: -16 };
}

/** A label and, under it, a value that is made to fit beside the picture. */
export function field(label: string, value: string, y: number, x = 400): Lettering[] {
  return [
    { text: label, x, y, size: 22, colour: LABEL },
    { text: value, x, y: y + 32, size: max(10, min(36, floor(1150 / value.length))), colour: INK, bold: true },
  ];
}

/** Lines of signs for machines, which name nobody. @param length signs in a line */
export function machineLine(text: string, length: number): string {
  return text.toUpperCase().padEnd(length, '<').slice(0, length);
}

export async function write(card: Canvas, lines: readonly Lettering[]): Promise<void> {
  for (const line of lines) await letter(card, line);
}

/** The small picture of the holder. */
export function drawHolder(card: Canvas, picture: Box, looks: Looks, dice: Dice): void {
  card.panel(picture, 6, STUDIO);
  const small = new Canvas(picture.width, picture.height, STUDIO);
  drawPerson(small, { x: 0, y: 0, width: picture.width, height: picture.height }, looks, dice);
  paste(card, small, picture.x, picture.y);
}

/** The chip with its contacts. */
export function drawChip(card: Canvas): void {
  card.panel({ x: 60, y: 60, width: 150, height: 118 }, 18, [206, 172, 92]);
  for (let contact = 0; contact < 3; contact++) card.stroke([[60, 90 + contact * 30], [210, 90 + contact * 30]], 3, [150, 120, 50]); // prettier-ignore
}

/** The fine waves of security printing. */
export function drawGuilloche(card: Canvas, dice: Dice): void {
  const phase = dice.between(0, 6);
  const colour: Colour = dice.pick([[150, 190, 200], [190, 180, 150], [170, 196, 170]]); // prettier-ignore
  card.blend(card.box, colour, (x, y) => {
    const wave = sine(x / 61 + phase) * 26 + sine(x / 23) * 9;
    return abs(((y + wave) % 18) - 9) < 1.1 ? 0.55 : 0;
  });
}

export function drawFingerprint(card: Canvas, left: number, top: number, dice: Dice, lean: number): void {
  const shape = panelAt({ x: left, y: top, width: 160, height: 210 }, 80);
  const wobble = dice.between(2, 5);
  card.blend({ x: left, y: top, width: 160, height: 210 }, [70, 62, 70], (x, y) => {
    if (shape(x, y) > 0) return 0;
    const [dx, dy] = [x - left - 80 + lean * (y - top - 105), (y - top - 105) * 0.8];
    return sin(hypot(dx, dy) / 1.9 + wobble * sin(atan2(dy, dx) * 2)) > 0.1 ? 0.75 : 0;
  });
}

export function drawSignature(card: Canvas, dice: Dice): void {
  const points: [number, number][] = [[760, 330]];
  for (let step = 1; step < 16; step++) points.push([760 + step * 14 + dice.between(-16, 16), 330 + dice.between(-34, 34)]);
  card.stroke(points, 4, [30, 44, 120]);
}

export function drawStamp(card: Canvas): void {
  const ring = (radius: number) => (x: number, y: number) => abs(hypot(x - 1010, y - 380) - radius) - 3;
  for (const radius of [92, 80]) card.fill({ x: 900, y: 270, width: 220, height: 220 }, ring(radius), RED, { opacity: 0.7 });
  for (let ray = 0; ray < 10; ray++) {
    const angle = (ray * PI) / 5;
    card.stroke([[1010, 380], [1010 + sin(angle) * 60, 380 - cos(angle) * 60]], 6, RED, { opacity: 0.55 }); // prettier-ignore
  }
}

function paste(onto: Canvas, small: Canvas, left: number, top: number): void {
  for (let row = 0; row < small.height; row++) {
    onto.pixels.set(small.pixels.subarray(row * small.width * 3, (row + 1) * small.width * 3), ((top + row) * onto.width + left) * 3);
  }
}

/** Lays the paper on a wooden desk, a little askew, with its shadow. */
export async function onDesk(card: Canvas, dice: Dice): Promise<Canvas> {
  const desk = new Canvas(1440, 1080, dice.pick<Colour>([[126, 92, 66], [96, 84, 78], [148, 120, 90]])); // prettier-ignore
  const grain = dice.between(4, 9);
  desk.blend(desk.box, [50, 34, 24], (x, y) => 0.24 + 0.22 * sine((y + 7 * sine(x / 170)) / grain + sine(x / 90 + y / 37)));

  const rounded = withRoundCorners(card);
  const { data, info } = await sharp(rounded, { raw: { width: card.width, height: card.height, channels: 4 } })
    .rotate(dice.between(-5, 5), { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer({ resolveWithObject: true });

  const left = round((desk.width - info.width) / 2 + dice.between(-40, 40));
  const top = round((desk.height - info.height) / 2 + dice.between(-30, 30));
  const shadow = { x: left + 34, y: top + 44, width: info.width - 56, height: info.height - 70 };
  desk.panel(shadow, CORNER, [18, 14, 12], { opacity: 0.55, feather: 46 });
  for (let y = 0; y < info.height; y++) {
    let from = y * info.width * 4;
    let to = ((top + y) * desk.width + left) * 3;
    for (let x = 0; x < info.width; x++, from += 4, to += 3) {
      const share = data[from + 3]! / 255;
      if (share === 0) continue;
      desk.pixels[to] = desk.pixels[to]! * (1 - share) + data[from]! * share;
      desk.pixels[to + 1] = desk.pixels[to + 1]! * (1 - share) + data[from + 1]! * share;
      desk.pixels[to + 2] = desk.pixels[to + 2]! * (1 - share) + data[from + 2]! * share;
    }
  }
  return desk;
}

/** RGBA, see-through outside the card's round corners. */
function withRoundCorners(card: Canvas): Buffer {
  const corners = panelAt(card.box, CORNER);
  const rounded = Buffer.alloc(card.width * card.height * 4, 255);
  let from = 0;
  let to = 0;
  for (let y = 0; y < card.height; y++) {
    const nearEnd = y < CORNER || y >= card.height - CORNER;
    for (let x = 0; x < card.width; x++, from += 3, to += 4) {
      rounded[to] = card.pixels[from]!;
      rounded[to + 1] = card.pixels[from + 1]!;
      rounded[to + 2] = card.pixels[from + 2]!;
      if (nearEnd) rounded[to + 3] = 255 * min(1, max(0, 0.5 - corners(x + 0.5, y + 0.5)));
    }
  }
  return rounded;
}

const STEPS = 4096;
const SINES = Float64Array.from({ length: STEPS }, (_, step) => sin((step / STEPS) * 2 * PI));

/** Fine enough for wood and waves, and several times faster where every pixel asks. */
function sine(radians: number): number {
  return SINES[floor((radians / (2 * PI)) * STEPS) & (STEPS - 1)]!;
}

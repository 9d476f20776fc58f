import { ellipseAt, panelAt, type Box, type Canvas, type Colour } from './canvas.ts';
import type { Dice } from './dice.ts';

const { PI, abs, cos, max, min, sin } = Math;

/** An invented face. */
export interface Looks {
  readonly skin: Colour;
  readonly hair: Colour;
  readonly shirt: Colour;
  readonly longHair: boolean;
  readonly glasses: boolean;
  /** Half the width of the face as a share of the picture's width. */
  readonly breadth: number;
  readonly smile: number;
  /** Which side the light comes from: -1 left, 1 right. */
  readonly light: -1 | 1;
}

const SKINS: readonly Colour[] = [[236, 196, 166], [224, 178, 144], [214, 166, 130], [241, 206, 180]]; // prettier-ignore
const HAIRS: readonly Colour[] = [[28, 22, 20], [40, 30, 26], [20, 18, 22], [70, 64, 62]]; // prettier-ignore
const SHIRTS: readonly Colour[] = [[238, 240, 244], [52, 84, 132], [142, 48, 58], [64, 104, 84], [200, 208, 222]]; // prettier-ignore

export function looksOf(dice: Dice): Looks {
  return {
    skin: dice.pick(SKINS),
    hair: dice.pick(HAIRS),
    shirt: dice.pick(SHIRTS),
    longHair: dice.next() < 0.5,
    glasses: dice.next() < 0.3,
    breadth: dice.between(0.19, 0.215),
    smile: dice.between(0.2, 1),
    light: dice.pick([-1, 1]),
  };
}

/** Middle and half-axes of the face: everything else hangs on them. */
interface Face {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
}

/** Draws head and shoulders into the given part of the canvas. */
export function drawPerson(canvas: Canvas, place: Box, looks: Looks, dice: Dice): void {
  const rx = place.width * looks.breadth;
  const face: Face = { x: place.x + place.width / 2, y: place.y + place.height * 0.4, rx, ry: rx * 1.3 };
  if (looks.longHair) drawHairBehind(canvas, face, looks);
  drawBody(canvas, face, looks);
  drawHead(canvas, face, looks);
  for (const side of [-1, 1]) drawEye(canvas, face, looks, side);
  if (looks.glasses) drawGlasses(canvas, face);
  drawNoseAndMouth(canvas, face, looks);
  drawHair(canvas, face, looks, dice);
}

function drawHairBehind(canvas: Canvas, { x, y, rx, ry }: Face, { hair }: Looks): void {
  canvas.ellipse(x, y - ry * 0.1, rx * 1.2, ry * 1.08, hair, { feather: 3 });
  canvas.panel({ x: x - rx * 1.2, y: y - ry * 0.1, width: rx * 2.4, height: ry * 1.75 }, rx * 0.45, hair, { feather: 4 });
}

function drawBody(canvas: Canvas, { x, y, rx, ry }: Face, { skin, shirt }: Looks): void {
  const shoulder = y + ry * 1.36;
  const box = { x: x - rx * 2.5, y: shoulder - 4, width: rx * 5, height: canvas.height };
  const body = panelAt({ x: x - rx * 2.25, y: shoulder, width: rx * 4.5, height: ry * 6 }, rx * 1.05);
  canvas.fill(box, body, shirt, { feather: 3 });
  const thread = rx / 40;
  const cross = darker(shirt, 0.86);
  canvas.blend(box, cross, (px, py) => (body(px, py) < 0 ? 0.5 + 0.5 * sin(px / thread) * sin(py / thread) : 0));

  canvas.panel({ x: x - rx * 0.48, y: y + ry * 0.5, width: rx * 0.96, height: ry * 1.06 }, rx * 0.4, darker(skin, 0.8), { feather: 3 });
  const throat = y + ry * 1.86;
  for (const side of [-1, 1]) {
    const [neckX, neckY] = [x + side * rx * 0.52, y + ry * 1.3] as const;
    canvas.stroke([[x + side * rx * 0.06, throat], [neckX, neckY]], rx * 0.2, darker(shirt, 0.95)); // prettier-ignore
    canvas.stroke([[x + side * rx * 0.05, throat + rx * 0.12], [x + side * rx * 0.42, throat - rx * 0.12], [neckX + side * rx * 0.12, neckY]], rx * 0.014, darker(shirt, 0.55)); // prettier-ignore
  }
  canvas.stroke([[x, throat + rx * 0.1], [x, canvas.height]], rx * 0.012, darker(shirt, 0.6)); // prettier-ignore
  for (let button = 0; button < 3; button++)
    canvas.ellipse(x + rx * 0.07, throat + ry * (0.3 + button * 0.36), rx * 0.035, rx * 0.035, darker(shirt, 0.5));
}

function drawHead(canvas: Canvas, { x, y, rx, ry }: Face, { skin, light }: Looks): void {
  for (const side of [-1, 1]) canvas.ellipse(x + side * rx * 0.99, y + ry * 0.04, rx * 0.13, ry * 0.19, darker(skin, 0.88), { feather: 2 });
  canvas.ellipse(x, y + ry * 0.98, rx * 0.36, ry * 0.14, darker(skin, 0.66), { feather: rx * 0.18, opacity: 0.7 });
  canvas.ellipse(x, y, rx, ry, skin, { feather: 2 });
  // Light from one side and warm cheeks: without them a face is a plate.
  const head = ellipseAt(x, y, rx, ry);
  const box = { x: x - rx, y: y - ry, width: 2 * rx, height: 2 * ry };
  canvas.blend(box, darker(skin, 0.62), (px, py) =>
    head(px, py) < 0 ? max(0, (((x - px) / rx) * light + ((py - y) / ry) * 0.6) * 0.4) : 0,
  );
  canvas.ellipse(x + light * rx * 0.3, y - ry * 0.42, rx * 0.3, ry * 0.14, [255, 240, 226], { opacity: 0.3, feather: rx * 0.3 });
  for (const side of [-1, 1])
    canvas.ellipse(x + side * rx * 0.5, y + ry * 0.32, rx * 0.2, rx * 0.18, [214, 120, 104], { opacity: 0.25, feather: rx * 0.3 });
}

function drawEye(canvas: Canvas, { x: middle, y: centre, rx, ry }: Face, { hair, skin }: Looks, side: number): void {
  const [x, y] = [middle + side * rx * 0.42, centre - ry * 0.05];
  canvas.ellipse(x, y, rx * 0.25, rx * 0.16, darker(skin, 0.8), { opacity: 0.5, feather: rx * 0.12 });
  canvas.ellipse(x, y, rx * 0.185, rx * 0.088, [246, 243, 240]);
  canvas.ellipse(x, y, rx * 0.085, rx * 0.086, [66, 40, 26]);
  canvas.ellipse(x, y, rx * 0.04, rx * 0.042, [10, 8, 8]);
  canvas.ellipse(x - rx * 0.03, y - rx * 0.035, rx * 0.018, rx * 0.018, [255, 255, 255]);
  const lid = Array.from(
    { length: 9 },
    (_, step) => [x + rx * 0.2 * (step / 4 - 1), y - rx * 0.1 * (1 - (step / 4 - 1) ** 2) + rx * 0.005] as const,
  );
  canvas.stroke(lid, rx * 0.022, [34, 22, 18]);
  const brow = Array.from(
    { length: 7 },
    (_, step) => [x + side * rx * (0.09 * step - 0.24), y - rx * (0.25 + 0.05 * sin(step / 2.2)) + rx * 0.008 * step] as const,
  );
  canvas.stroke(brow, rx * 0.05, hair, { opacity: 0.6, feather: rx * 0.03 });
}

function drawGlasses(canvas: Canvas, { x, y, rx, ry }: Face): void {
  const height = y - ry * 0.05;
  for (const side of [-1, 1]) {
    const rim = ellipseAt(x + side * rx * 0.42, height, rx * 0.31, rx * 0.25);
    canvas.fill(
      { x: x - rx, y: height - rx * 0.4, width: 2 * rx, height: rx * 0.8 },
      (px, py) => abs(rim(px, py)) - rx * 0.014,
      [40, 36, 40],
    );
    canvas.stroke([[x + side * rx * 0.73, height], [x + side * rx * 0.99, height - rx * 0.06]], rx * 0.025, [40, 36, 40]); // prettier-ignore
  }
  canvas.stroke([[x - rx * 0.11, height], [x + rx * 0.11, height]], rx * 0.03, [40, 36, 40]); // prettier-ignore
}

function drawNoseAndMouth(canvas: Canvas, { x, y, rx, ry }: Face, { skin, smile, light }: Looks): void {
  const tip = y + ry * 0.3;
  canvas.ellipse(x - light * rx * 0.08, y + ry * 0.15, rx * 0.05, ry * 0.18, darker(skin, 0.7), { opacity: 0.45, feather: rx * 0.08 });
  canvas.ellipse(x, tip, rx * 0.15, rx * 0.09, darker(skin, 0.84), { opacity: 0.6, feather: rx * 0.08 });
  for (const side of [-1, 1])
    canvas.ellipse(x + side * rx * 0.07, tip + ry * 0.025, rx * 0.035, rx * 0.018, darker(skin, 0.4), { opacity: 0.8, feather: 3 });
  const mouth = y + ry * 0.56;
  canvas.ellipse(x, mouth + ry * 0.025, rx * 0.26, ry * 0.055, [184, 96, 92], { feather: 4 });
  const line = Array.from(
    { length: 9 },
    (_, step) => [x + rx * 0.3 * (step / 4 - 1), mouth + ry * 0.012 - ry * 0.06 * smile * (step / 4 - 1) ** 2] as const,
  );
  canvas.stroke(line, rx * 0.022, [112, 50, 48]);
}

function drawHair(canvas: Canvas, { x, y, rx, ry }: Face, { hair, light }: Looks, dice: Dice): void {
  const cap = ellipseAt(x, y - ry * 0.14, rx * 1.1, ry * 1.02);
  const parting = dice.between(-0.3, 0.3) * rx;
  const forehead = ellipseAt(x + parting * 0.3, y + ry * 0.3, rx * 0.95, ry * 0.92);
  const box = { x: x - rx * 1.2, y: y - ry * 1.25, width: rx * 2.4, height: ry * 1.3 };
  const sideburn = y - ry * 0.02;
  // Hair thins out towards the ears instead of ending at a ruler's edge.
  const inHair = (px: number, py: number) => max(cap(px, py), -forehead(px, py), (py - sideburn) * 0.5);
  canvas.fill(box, inHair, hair, { feather: 6 });
  const shine: Colour = [min(255, hair[0] + 60), min(255, hair[1] + 52), min(255, hair[2] + 48)];
  for (let strand = 0; strand < 140; strand++) {
    const angle = dice.between(-1.5, 1.5);
    const depth = dice.between(0.8, 0.99);
    const path = Array.from({ length: 6 }, (_, step) => {
      const share = step / 5;
      const bend = parting / rx + (sin(angle) - parting / rx) * sin((share * PI) / 2);
      return [x + bend * rx * 1.08 * depth, y - ry * 0.14 - ry * 1.02 * depth * (1 - share * (1 - cos(angle)))] as const;
    }).filter(([px, py]) => inHair(px, py) < -2);
    canvas.stroke(path, rx * 0.008, dice.next() < 0.5 ? shine : darker(hair, 0.6), {
      opacity: 0.12 + 0.2 * max(0, sin(angle) * light),
    });
  }
}

function darker([red, green, blue]: Colour, share: number): Colour {
  return [red * share, green * share, blue * share];
}

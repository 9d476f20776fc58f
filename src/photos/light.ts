const { floor, max, min, sqrt } = Math;

/** Longest side of the small colour copy on which patches of light are looked for: a cell is half a percent of the photo. */
export const PATCH_SIDE = 200;

/** Three bytes per pixel, row by row. */
export interface ColourCopy {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Luma, or a channel, from which a cell shows nothing any more but light. */
const BLOWN = 250;
/** A channel that is no higher than this beside one at its end: the cell has a colour, and not the one it should have. Cream paper is paler. */
const COLOURED = 220;
/** A patch smaller than this share of the photo hides no word. */
const LEAST_PATCH = 0.001;
/** How far outside a patch, in cells, its halo and what lies beyond the halo are looked at: one and four percent of the photo's side. */
const HALO = 2;
const BEYOND = 8;
/** Around a reflection it is darker than this; a sheet of paper goes on being white. */
const BRIGHTEST_BEYOND = 225;
/** A reflection fades: its halo keeps at least this share of the light. A sheet of paper ends. */
const LEAST_HALO = 0.25;
/**
 * Cells around a patch for the root of those in it: a disc has 3, the reflection of a tube six times as long as wide nearly 6. On white
 * paper the print that can still be read makes holes and bays, and the rim many times as long.
 */
const LONGEST_RIM = 6;
/** Half-axes and height of the middle of a photo, as shares of its sides: there is the face of a portrait. */
const MIDDLE = { x: 0.5, y: 0.45, width: 0.2, height: 0.2 };

/** Where the light drowned what is there, in percent of the photo; see PhotoMeasures. */
export interface Light {
  readonly blown: number;
  readonly blownMiddle: number;
  readonly lostColour: number;
  readonly glare: number;
}

/**
 * Finds where the light was too much. A reflection is a patch of pure light that touches no border, fades out, and has something
 * darker around it: white paper, a white wall, a scanner's lid and the sky are none of that, nor is an overexposed paper whose print
 * still shows.
 */
export function lightOn(copy: ColourCopy): Light {
  const lumas = lumasOf(copy);
  const seen = new Uint8Array(lumas.length);
  let blown = 0;
  let glare = 0;
  for (let start = 0; start < lumas.length; start++) {
    if (seen[start] || lumas[start]! < BLOWN) continue;
    const patch = patchFrom(start, lumas, copy.width, seen);
    blown += patch.length;
    if (patch.length >= lumas.length * LEAST_PATCH && isReflection(patch, lumas, copy)) glare += patch.length;
  }
  const percent = (cells: number) => (cells / lumas.length) * 100;
  return {
    blown: percent(blown),
    blownMiddle: shareBlownInMiddle(lumas, copy) * 100,
    lostColour: percent(cellsOfLostColour(copy, lumas)),
    glare: percent(glare),
  };
}

function lumasOf({ pixels }: ColourCopy): Uint8Array {
  const lumas = new Uint8Array(pixels.length / 3);
  for (let cell = 0, at = 0; cell < lumas.length; cell++, at += 3) {
    lumas[cell] = 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
  }
  return lumas;
}

function shareBlownInMiddle(lumas: Uint8Array, { width, height }: ColourCopy): number {
  let [inside, blown] = [0, 0];
  for (let cell = 0; cell < lumas.length; cell++) {
    const x = ((cell % width) + 0.5) / width;
    const y = (floor(cell / width) + 0.5) / height;
    if (((x - MIDDLE.x) / MIDDLE.width) ** 2 + ((y - MIDDLE.y) / MIDDLE.height) ** 2 > 1) continue;
    inside++;
    if (lumas[cell]! >= BLOWN) blown++;
  }
  return blown / inside;
}

function cellsOfLostColour({ pixels }: ColourCopy, lumas: Uint8Array): number {
  let lost = 0;
  for (let cell = 0, at = 0; cell < lumas.length; cell++, at += 3) {
    const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    if (lumas[cell]! < BLOWN && max(red, green, blue) >= BLOWN && min(red, green, blue) <= COLOURED) lost++;
  }
  return lost;
}

/** All blown cells that hang together with the first one; marks them as seen. */
function patchFrom(start: number, lumas: Uint8Array, width: number, seen: Uint8Array): number[] {
  const patch = [start];
  seen[start] = 1;
  for (let next = 0; next < patch.length; next++) {
    for (const cell of neighboursOf(patch[next]!, width, lumas.length)) {
      if (seen[cell] || lumas[cell]! < BLOWN) continue;
      seen[cell] = 1;
      patch.push(cell);
    }
  }
  return patch;
}

function isReflection(patch: readonly number[], lumas: Uint8Array, { width, height }: ColourCopy): boolean {
  const atBorder = (cell: number) => cell % width === 0 || cell % width === width - 1 || cell < width || cell >= width * (height - 1);
  if (patch.some(atBorder)) return false;
  const passed = new Set(patch);
  let ring = patch;
  const brightness: number[] = [];
  for (let distance = 1; distance <= BEYOND; distance++) {
    ring = [...new Set(ring.flatMap((cell) => neighboursOf(cell, width, lumas.length)))].filter((cell) => !passed.has(cell));
    for (const cell of ring) passed.add(cell);
    if (distance === 1 && ring.length > LONGEST_RIM * sqrt(patch.length)) return false;
    brightness.push(ring.reduce((sum, cell) => sum + lumas[cell]!, 0) / ring.length);
  }
  const halo = brightness[HALO - 1]!;
  const beyond = brightness[BEYOND - 1]!;
  return beyond <= BRIGHTEST_BEYOND && halo - beyond >= (255 - beyond) * LEAST_HALO;
}

function neighboursOf(cell: number, width: number, count: number): number[] {
  const column = cell % width;
  const near: number[] = [];
  if (column > 0) near.push(cell - 1);
  if (column < width - 1) near.push(cell + 1);
  if (cell >= width) near.push(cell - width);
  if (cell + width < count) near.push(cell + width);
  return near;
}

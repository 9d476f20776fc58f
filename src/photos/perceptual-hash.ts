import type { GreyCopy } from './tone.ts';

const { PI, cos, floor, max } = Math;

/** Signs in a hash. */
export const HASH_SIGNS = 256;

/** Cells a side of the square that a photo is averaged into, whatever its shape. */
const CELLS = 64;
/** Waves a side of which the coarsest are taken: enough for the first 256 in order of how fine they are. */
const WAVES = 24;

/** `COSINE[wave][cell]` of the discrete cosine transform. */
const COSINE = Array.from({ length: WAVES }, (_, wave) =>
  Float64Array.from({ length: CELLS }, (__, cell) => cos(((2 * cell + 1) * wave * PI) / (2 * CELLS))),
);

/** Where the waves lie in the transform, coarsest first, without the one that is the mean light. */
const COARSEST = Array.from({ length: WAVES * WAVES }, (_, at) => at)
  .sort((one, other) => fineness(one) - fineness(other) || one - other)
  .slice(1, HASH_SIGNS + 1);

/**
 * What a photo looks like from afar, as 256 signs `0` and `1`: for each of its coarsest waves of light and dark, whether the light comes
 * first. Another size, another JPEG or more light changes a few of them; another motif about half. No picture can be made of it
 * again, but it tells which photos show the same.
 */
export function perceptualHash(grey: GreyCopy): string {
  const waves = transformed(averaged(grey));
  return COARSEST.map((at) => (waves[at]! > 0 ? '1' : '0')).join('');
}

function fineness(at: number): number {
  return (at % WAVES) + floor(at / WAVES);
}

/** Mean light of each cell. A side with fewer pixels than cells lends a pixel to several. */
function averaged({ pixels, width, height }: GreyCopy): Float64Array {
  const cells = new Float64Array(CELLS * CELLS);
  for (let row = 0, cell = 0; row < CELLS; row++) {
    const [top, bottom] = stretch(row, height);
    for (let column = 0; column < CELLS; column++, cell++) {
      const [left, right] = stretch(column, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += pixels[y * width + x]!;
      cells[cell] = sum / ((bottom - top) * (right - left));
    }
  }
  return cells;
}

function stretch(cell: number, length: number): [from: number, to: number] {
  const from = floor((cell * length) / CELLS);
  return [from, max(from + 1, floor(((cell + 1) * length) / CELLS))];
}

/** Along the rows first, then along the columns. */
function transformed(cells: Float64Array): Float64Array {
  const along = new Float64Array(CELLS * WAVES);
  for (let row = 0; row < CELLS; row++) {
    for (let wave = 0; wave < WAVES; wave++) {
      let sum = 0;
      for (let column = 0; column < CELLS; column++) sum += cells[row * CELLS + column]! * COSINE[wave]![column]!;
      along[row * WAVES + wave] = sum;
    }
  }
  const waves = new Float64Array(WAVES * WAVES);
  for (let down = 0; down < WAVES; down++) {
    for (let across = 0; across < WAVES; across++) {
      let sum = 0;
      for (let row = 0; row < CELLS; row++) sum += along[row * WAVES + across]! * COSINE[down]![row]!;
      waves[down * WAVES + across] = sum;
    }
  }
  return waves;
}

import type { GreyCopy } from './tone.ts';

const { floor, max, min } = Math;

/** How fine the finest detail of a photo is; see PhotoMeasures. */
export interface Sharpness {
  readonly sharpness: number;
  readonly steadiness: number;
}

const TILES = 16;
/** The share of tiles that is sharper than the figure. */
const SHARPEST = 1 / 20;

export function sharpness(grey: GreyCopy): Sharpness {
  const tiles: Tile[] = [];
  for (let row = 0; row < TILES; row++) {
    for (let column = 0; column < TILES; column++) tiles.push(tileAt(grey, row, column));
  }
  const alongRows = amongSharpest(tiles.map((tile) => tile.alongRows));
  const alongColumns = amongSharpest(tiles.map((tile) => tile.alongColumns));
  return { sharpness: amongSharpest(tiles.map(({ both }) => both)), steadiness: 2 * min(alongRows, alongColumns) };
}

/** Variance of the second differences along rows, along columns, and of their sum, which is the Laplacian. */
interface Tile {
  readonly alongRows: number;
  readonly alongColumns: number;
  readonly both: number;
}

function tileAt({ pixels, width, height }: GreyCopy, row: number, column: number): Tile {
  const fromX = max(1, floor((column * width) / TILES));
  const toX = min(width - 1, floor(((column + 1) * width) / TILES));
  const fromY = max(1, floor((row * height) / TILES));
  const toY = min(height - 1, floor(((row + 1) * height) / TILES));
  let [sumX, sumY, squaresX, squaresY, squares] = [0, 0, 0, 0, 0];
  for (let y = fromY; y < toY; y++) {
    for (let at = y * width + fromX; at < y * width + toX; at++) {
      const twice = 2 * pixels[at]!;
      const x = twice - pixels[at - 1]! - pixels[at + 1]!;
      const down = twice - pixels[at - width]! - pixels[at + width]!;
      sumX += x;
      sumY += down;
      squaresX += x * x;
      squaresY += down * down;
      squares += (x + down) * (x + down);
    }
  }
  const count = (toX - fromX) * (toY - fromY);
  const variance = (sum: number, ofSquares: number) => (count > 0 ? ofSquares / count - (sum / count) ** 2 : 0);
  return { alongRows: variance(sumX, squaresX), alongColumns: variance(sumY, squaresY), both: variance(sumX + sumY, squares) };
}

function amongSharpest(variances: number[]): number {
  return variances.sort((a, b) => b - a)[floor(variances.length * SHARPEST)]!;
}

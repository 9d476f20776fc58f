import { describe, expect, test } from '@jest/globals';
import { lightOn } from './light.ts';
import { sharpness } from './sharpness.ts';
import { flatLines } from './tone.ts';

const { hypot, max, min, round } = Math;

/** A grey picture, each cell as light as told. */
function grey(width: number, height: number, luma: (x: number, y: number) => number) {
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = max(0, min(255, round(luma(at % width, (at / width) | 0))));
  return { pixels, width, height };
}

function colour(luma: (x: number, y: number) => number) {
  const { pixels, width, height } = grey(200, 150, luma);
  return { pixels: Uint8Array.from({ length: pixels.length * 3 }, (_, at) => pixels[(at / 3) | 0]!), width, height };
}

/** Light as strong as 255 up to the radius, then fading over so many cells into the ground. */
function lamp(radius: number, fade: number, ground: number, [middleX, middleY] = [100, 75]) {
  return (x: number, y: number) => 255 - (255 - ground) * max(0, min(1, (hypot(x - middleX, y - middleY) - radius) / fade));
}

describe('light', () => {
  test('that fades out into something darker is glare', () => {
    const { blown, glare } = lightOn(colour(lamp(20, 6, 150)));
    expect(glare).toBe(blown);
    expect(glare).toBeCloseTo((Math.PI * 20 ** 2) / 300, 0);
  });

  test.each([
    ['ends as paper does', lamp(20, 0.5, 150)],
    ['goes on nearly as bright', lamp(20, 6, 240)],
    ['comes from the border', lamp(20, 6, 150, [5, 75])],
    ['lets print show', (x: number, y: number) => (x % 5 < 2 && y % 6 < 2 ? 60 : lamp(20, 6, 150)(x, y))],
    ['is a speck', lamp(2, 6, 150)],
  ])('that %s is none', (_, luma) => {
    expect(lightOn(colour(luma)).glare).toBe(0);
  });

  test('takes the colour from what keeps only two of three channels', () => {
    const orange = { pixels: Uint8Array.from({ length: 200 * 150 * 3 }, (_, at) => [255, 200, 120][at % 3]!), width: 200, height: 150 };
    expect(lightOn(orange)).toEqual({ blown: 0, blownMiddle: 0, lostColour: 100, glare: 0 });
    expect(lightOn(colour(() => 255))).toEqual({ blown: 100, blownMiddle: 100, lostColour: 0, glare: 0 });
  });
});

describe('steadiness', () => {
  const checks = (x: number, y: number) => ((x >> 2) + (y >> 2)) % 2 === 0 ? 200 : 60; // prettier-ignore

  test('is about the sharpness when nothing moved', () => {
    const { sharpness: sharp, steadiness } = sharpness(grey(320, 320, checks));
    expect(sharp).toBeGreaterThan(1000);
    expect(steadiness).toBeGreaterThan(sharp / 2);
    expect(steadiness).toBeLessThanOrEqual(sharp);
  });

  test.each([
    ['along the rows', (_x: number, y: number) => checks(0, y)],
    ['along the columns', (x: number) => checks(x, 0)],
  ])('is gone when everything moved %s, and the sharpness is not', (_, luma) => {
    const { sharpness: sharp, steadiness } = sharpness(grey(320, 320, luma));
    expect(steadiness).toBe(0);
    expect(sharp).toBeGreaterThan(1000);
  });
});

describe('flat lines', () => {
  test('are rows or columns of one tone, whichever are more', () => {
    const bars = (at: number) => at < 30 || at >= 80;
    const photo = (x: number, y: number) => (x * 7 + y * 13) % 200;
    expect(flatLines(grey(60, 100, (x, y) => (bars(y) ? 20 : photo(x, y))))).toBe(50);
    expect(flatLines(grey(100, 60, (x, y) => (bars(x) ? 20 + (y % 3) : photo(x, y))))).toBe(50);
    expect(flatLines(grey(100, 60, photo))).toBe(0);
  });
});

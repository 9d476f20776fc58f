import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PhotoGate } from '../../src/photos/photo-gate.ts';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { differingSigns, MOST_DIFFERING_SIGNS } from '../../src/verification/duplicates/likeness.rule.ts';
import { drawnPhoto } from '../support/drawn-photos.ts';

const gate = new PhotoGate();
const people = ['lan', 'minh', 'hoa', 'nam', 'thu', 'bao'];
let hashes: string[];

beforeAll(async () => {
  hashes = [];
  for (const seed of people) hashes.push(await hashOf(await drawnPhoto({ slot: 'portrait', seed })));
});
afterAll(() => gate.onApplicationShutdown());

async function hashOf(photo: Buffer, slot: PhotoSlot = 'portrait'): Promise<string> {
  const result = await gate.examine(photo, photo[0] === 0x89 ? 'png' : 'jpeg', slot);
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.perceptualHash;
}

/** What happens to a photo between two sendings. */
const CHANGES: Readonly<Record<string, (photo: Buffer) => ReturnType<typeof sharp>>> = {
  'sent by a messenger': (photo) => sharp(photo).resize({ width: 1280, height: 1280, fit: 'inside' }).jpeg({ quality: 70 }),
  'made small': (photo) => sharp(photo).resize({ width: 480, height: 480, fit: 'inside' }).jpeg(),
  'saved as PNG': (photo) => sharp(photo).png({ compressionLevel: 1 }),
  'packed hard': (photo) => sharp(photo).jpeg({ quality: 30 }),
  'made brighter': (photo) => sharp(photo).modulate({ brightness: 1.1 }).jpeg(),
  'made darker': (photo) => sharp(photo).modulate({ brightness: 0.8 }).jpeg(),
  'made grey': (photo) => sharp(photo).greyscale().jpeg(),
};

describe('a portrait', () => {
  test.each(Object.entries(CHANGES))('%s is nearly the same', async (_, change) => {
    const changed = await change(await drawnPhoto({ slot: 'portrait', seed: people[0]! })).toBuffer();
    expect(differingSigns(await hashOf(changed), hashes[0]!)).toBeLessThanOrEqual(MOST_DIFFERING_SIGNS / 2);
  });

  test('cut by a hundredth of its sides is nearly the same', async () => {
    const photo = await drawnPhoto({ slot: 'portrait', seed: people[1]! });
    const { width, height } = await sharp(photo).metadata();
    const [left, top] = [Math.round(width * 0.005), Math.round(height * 0.005)];
    const cut = sharp(photo).extract({ left, top, width: width - 2 * left, height: height - 2 * top });
    expect(differingSigns(await hashOf(await cut.jpeg().toBuffer()), hashes[1]!)).toBeLessThanOrEqual(MOST_DIFFERING_SIGNS);
  });

  test('of one person is not nearly another’s, though all sit before one wall', () => {
    const differences = hashes.flatMap((one, index) => hashes.slice(0, index).map((other) => differingSigns(one, other)));
    expect(Math.min(...differences)).toBeGreaterThan(MOST_DIFFERING_SIGNS);
  });

  test('is 256 signs, as many of one kind as of the other, more or less', () => {
    for (const hash of hashes) {
      expect(hash).toMatch(/^[01]{256}$/);
      expect(Math.abs(hash.replaceAll('0', '').length - 128)).toBeLessThan(48);
    }
  });
});

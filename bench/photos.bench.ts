import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sharp } from '../src/platform/safe-sharp.ts';
import { drawnPhoto } from '../test/support/drawn-photos.ts';
import type { BenchLine } from './harness/bench-line.ts';
import type { Measured } from './photo-gate.apart.ts';

const MOST_MS = 350;
const MOST_MB = 120;
const TWELVE_MEGAPIXELS = { width: 4032, height: 3024 };

/**
 * The photo gate on photos of 12 megapixels: median time, and how much more memory the process needs for one than it did before.
 * Each kind is measured in a process of its own, for the system remembers only a process's highest level.
 */
export async function photoBench(): Promise<BenchLine[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-'));
  try {
    const pixels = await cameraPixels();
    const picture = () => sharp(pixels, { raw: { ...TWELVE_MEGAPIXELS, channels: 3 } });
    const kinds = [
      { kind: '12 MP JPEG', bytes: await picture().jpeg({ quality: 92 }).toBuffer(), limits: { ms: MOST_MS, mb: MOST_MB } },
      // No phone's camera writes these; a decoder must go over them several times, and hold them whole.
      { kind: '12 MP progressive', bytes: await picture().jpeg({ quality: 92, progressive: true }).toBuffer(), limits: undefined },
    ];
    const small = join(directory, 'small.jpg');
    await writeFile(small, await picture().resize(400).jpeg().toBuffer());
    const lines: BenchLine[] = [];
    for (const { kind, bytes, limits } of kinds) {
      const path = join(directory, 'photo.jpg');
      await writeFile(path, bytes);
      const { milliseconds, megabytes, loopMs } = await measuredApart(path, small);
      lines.push(
        {
          name: `photo gate, ${kind}, ${(bytes.length / 1e6).toFixed(1)} MB`,
          value: milliseconds,
          unit: 'ms',
          limit: limits?.ms,
        },
        { name: `photo gate, ${kind}, more memory`, value: megabytes, unit: 'MB', limit: limits?.mb },
        { name: `photo gate, ${kind}, event loop`, value: loopMs, unit: 'ms' },
      );
    }
    return lines;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measuredApart(...paths: [photo: string, small: string]): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.resolve('./photo-gate.apart.js')), ...paths]);
  return JSON.parse(stdout) as Measured;
}

/** A photo of a card with the grain of a sensor at full size, without which its file would be half as large as a phone's. */
async function cameraPixels(): Promise<Buffer> {
  const drawn = await drawnPhoto({ slot: 'idFront', seed: 'bench' });
  const pixels = await sharp(drawn)
    .resize({ ...TWELVE_MEGAPIXELS, fit: 'fill' })
    .raw()
    .toBuffer();
  const { max, min } = Math;
  let state = 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (state * 48271) % 2147483647;
    pixels[at] = max(0, min(255, pixels[at]! + (state % 29) - 14));
  }
  return pixels;
}

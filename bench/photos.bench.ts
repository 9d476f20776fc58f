import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PhotoGate } from '../src/photos/photo-gate.ts';
import { PhotoMeter } from '../src/photos/photo-meter.ts';
import { sharp } from '../src/photos/safe-sharp.ts';
import { drawPhoto } from '../src/simulator/photo-lab/photo-lab.ts';

export interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value must stay under; absent = for information. */
  readonly limit?: number;
}

const ROUNDS = 15;
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
      { kind: 'a 12 MP JPEG', bytes: await picture().jpeg({ quality: 92 }).toBuffer(), limits: { ms: MOST_MS, mb: MOST_MB } },
      // No phone's camera writes these; a decoder must go over them several times, and hold them whole.
      { kind: 'a progressive 12 MP JPEG', bytes: await picture().jpeg({ quality: 92, progressive: true }).toBuffer(), limits: undefined },
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
          name: `photo gate of ${kind} (${(bytes.length / 1e6).toFixed(1)} MB), median of ${ROUNDS}`,
          value: milliseconds,
          unit: 'ms',
          limit: limits?.ms,
        },
        { name: `photo gate of ${kind}, additional memory at its peak`, value: megabytes, unit: 'MB', limit: limits?.mb },
        { name: `photo gate of ${kind}, time on the event loop`, value: loopMs, unit: 'ms' },
      );
    }
    return lines;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
  /** How long nobody else was served. */
  readonly loopMs: number;
}

async function measuredApart(...paths: [photo: string, small: string]): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), ...paths]);
  return JSON.parse(stdout) as Measured;
}

/** What the process apart does. @param small a photo of the same kind, to have everything there that is there once, such as the thread */
async function measured(path: string, small: string): Promise<Measured> {
  const meter = new PhotoMeter();
  const gate = new PhotoGate(meter);
  const [photo, first] = await Promise.all([readFile(path), readFile(small)]);
  for (let round = 0; round < 3; round++) await gate.examine(first, 'jpeg', 'idFront');
  const before = process.memoryUsage().rss;
  await gate.examine(photo, 'jpeg', 'idFront');
  const megabytes = (process.resourceUsage().maxRSS * 1024 - before) / 1e6;

  const times: number[] = [];
  const idle = performance.eventLoopUtilization();
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const result = await gate.examine(photo, 'jpeg', 'idFront');
    times.push(performance.now() - begun);
    if (!result.ok) throw new Error(`the photo was refused: ${result.code}`);
  }
  const loopMs = performance.eventLoopUtilization(idle).active / ROUNDS;
  await meter.onApplicationShutdown();
  times.sort((a, b) => a - b);
  return { milliseconds: times[ROUNDS >> 1]!, megabytes, loopMs };
}

/** A photo of a card with the grain of a sensor at full size, without which its file would be half as large as a phone's. */
async function cameraPixels(): Promise<Buffer> {
  const drawn = await drawPhoto({ slot: 'idFront', seed: 'bench' });
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

const [, program, photo, small] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (photo && small) process.stdout.write(JSON.stringify(await measured(photo, small)));
  else for (const line of await photoBench()) process.stdout.write(`${said(line)}\n`);
}

function said({ name, value, unit, limit }: BenchLine): string {
  return `${name}: ${value.toFixed(1)} ${unit}${limit === undefined ? '' : ` (< ${limit})`}`;
}

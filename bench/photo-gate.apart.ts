import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { PhotoGate } from '../src/photos/photo-gate.ts';
import { median } from './harness/bench-line.ts';

/** How often a photo is measured. */
const ROUNDS = 9;

export interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
  /** How long nobody else was served. */
  readonly loopMs: number;
}

/** What the process apart does. @param small a photo of the same kind, to have everything there that is there once, such as the thread */
async function measured(path: string, small: string): Promise<Measured> {
  const gate = new PhotoGate();
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
  await gate.onApplicationShutdown();
  return { milliseconds: median(times), megabytes, loopMs };
}

const [, , photo, small] = process.argv;
if (photo !== undefined && small !== undefined) process.stdout.write(JSON.stringify(await measured(photo, small)));

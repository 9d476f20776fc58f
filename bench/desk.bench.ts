import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNEYS } from '../src/simulator/journeys/journeys.ts';
import { median, type BenchLine } from './harness/bench-line.ts';
import { startService } from './harness/local-service.ts';

const TIMES = 9;
const MOST_MS = 250;

/** How long the desk takes to lead a dossier into each status, when its photos have been drawn once. */
export async function deskBench(): Promise<BenchLine[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-desk-'));
  const service = await startService(directory);
  try {
    const played = new Map<string, number[]>();
    // Once in vain: the photos are drawn, the threads and connections are there.
    for (let time = -1; time < TIMES; time++) {
      for (const { name, movesClock } of JOURNEYS) {
        if (movesClock) continue;
        const took = await play(service.url, name);
        if (time >= 0) played.set(name, [...(played.get(name) ?? []), took]);
      }
    }
    const lines = [...played].map(([name, times]) => ({ name: `journey ${name}`, value: median(times), unit: 'ms', limit: MOST_MS }));
    const most = Math.max(...[...played.values()].flat());
    return [...lines, { name: 'journeys, the slowest of all calls', value: most, unit: 'ms' }];
  } finally {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function play(url: string, name: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${url}/_sim/journeys/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  await response.text();
  if (response.status !== 201) throw new Error(`the journey ${name} was refused: ${response.status}`);
  return performance.now() - begun;
}

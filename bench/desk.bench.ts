import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNEYS } from '../src/simulator/journeys/journeys.ts';
import { median, type BenchLine } from './harness/bench-line.ts';
import { startService } from './harness/local-service.ts';

const TIMES = { quick: 1, whole: 9 };
const MOST_MS = 250;
/** From the arrival of a message to the answer of whoever waits for it. */
const MOST_AWAIT_MS = 100;

/** How long the desk takes to lead a dossier into each status, when its photos have been drawn once. */
export async function deskBench({ quick }: { quick: boolean }): Promise<BenchLine[]> {
  const times = quick ? TIMES.quick : TIMES.whole;
  const directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-bench-desk-'));
  const service = await startService(directory);
  try {
    const played = new Map<string, number[]>();
    // Whoever moves time moves it for all who are there.
    const ofTheirOwn = await newWorld(service.url);
    // Once in vain: the photos are drawn, the threads and connections are there.
    for (let time = -1; time < times; time++) {
      for (const { name, movesClock } of JOURNEYS) {
        const took = await play(movesClock ? ofTheirOwn : service.url, name);
        if (time >= 0) played.set(name, [...(played.get(name) ?? []), took]);
      }
    }
    const lines = [...played].map(([name, times]) => ({ name: `journey ${name}`, value: median(times), unit: 'ms', limit: MOST_MS }));
    const most = Math.max(...[...played.values()].flat());
    const waits: number[] = [];
    for (let time = 0; time < times; time++) waits.push(await waitedAfterArrival(service.url));
    return [
      ...lines,
      { name: 'journeys, the slowest of all calls', value: most, unit: 'ms' },
      { name: 'await, after the message arrived', value: median(waits), unit: 'ms', limit: MOST_AWAIT_MS },
    ];
  } finally {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function newWorld(url: string): Promise<string> {
  const made = await fetch(`${url}/_sim/workspaces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  return ((await made.json()) as { baseUrl: string }).baseUrl;
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

/** Somebody waits for a message before its dossier is sent. @returns milliseconds between its arrival and the answer */
async function waitedAfterArrival(url: string): Promise<number> {
  const write = await fetch(`${url}/_sim/faults`, { method: 'DELETE' });
  const after = write.headers.get('X-Event-Cursor')!;
  const waiting = fetch(`${url}/_sim/await?template=received&timeout=30&after=${after}`).then(async (response) => ({
    message: (await response.json()) as { deliveries: { at: string }[] },
    answered: Date.now(),
  }));
  await play(url, 'submitted');
  const { message, answered } = await waiting;
  return answered - Date.parse(message.deliveries[0]!.at);
}

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { rowsOf } from './aftermath.ts';
import type { ApiCopy } from './api-copy.ts';
import { advanceClock } from './desk.ts';
import { agePhotos, storedPhotos } from './photo-files.ts';

const LOOK_MS = 100;
const READY_MS = 180_000;
const SWEEP_MS = 30_000;
const IDLE_MS = 2_000;
/** The longest that a message waits by itself between two tries: a dead copy's claim, or a back-off. */
const MESSAGE_REST = 'PT301S';
const MOST_RESTS = 20;

/** @throws when a copy has not become ready in three minutes, on a machine however busy */
export async function allReady(copies: readonly ApiCopy[]): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (const copy of copies) {
    while (!(await copy.isReady())) {
      if (performance.now() > deadline) throw new Error(`${copy.url} did not become ready`);
      await pause(LOOK_MS);
    }
  }
}

/**
 * Lets the relay finish. What a dead copy held or a fault postponed is due minutes later: the desk's clock is moved, not waited for.
 * @returns how many messages never ended
 */
export async function drainMessages(database: pg.Client, url: string): Promise<number> {
  for (let rests = 0; ; rests++) {
    const left = await leftWhenIdle(database);
    if (left === 0 || rests === MOST_RESTS) return left;
    await advanceClock(url, MESSAGE_REST);
  }
}

/** Makes every photo old enough for the sweep. @returns how many there are that nothing names */
export async function exposeOrphans(database: pg.Client, photoStore: string): Promise<number> {
  await agePhotos(photoStore);
  return countOrphans(database, photoStore);
}

/** Waits for the sweep that the service makes when it starts; what it has not taken by then it will not take. */
export async function awaitSweep(database: pg.Client, photoStore: string): Promise<void> {
  const deadline = performance.now() + SWEEP_MS;
  while ((await countOrphans(database, photoStore)) > 0 && performance.now() < deadline) await pause(LOOK_MS);
}

/** How many messages wait when the relay has had nothing to send for a while. */
async function leftWhenIdle(database: pg.Client): Promise<number> {
  for (let before = Infinity; ;) {
    const left = await unfinished(database);
    if (left === 0 || left >= before) return left;
    before = left;
    await pause(IDLE_MS);
  }
}

async function unfinished(database: pg.Client): Promise<number> {
  const rows = await rowsOf<{ left: number }>(
    database,
    `SELECT count(*)::int AS left FROM messages WHERE state IN ('created', 'sending', 'temporary-failure')`,
  );
  return rows[0]!.left;
}

async function countOrphans(database: pg.Client, photoStore: string): Promise<number> {
  const rows = await rowsOf<{ id: string }>(database, 'SELECT id FROM photos');
  const named = new Set(rows.map(({ id }) => id));
  return (await storedPhotos(photoStore)).filter(({ id }) => !named.has(id)).length;
}

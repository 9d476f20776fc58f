import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadDossiers, type Aftermath, type Invariant } from '../crash/aftermath.ts';
import { DOSSIER_INVARIANTS } from '../crash/invariants/dossiers.ts';
import { MESSAGE_INVARIANTS } from '../crash/invariants/messages.ts';
import { PHOTO_INVARIANTS } from '../crash/invariants/photos.ts';
import { RECORD_INVARIANTS } from '../crash/invariants/records.ts';
import { RULES } from '../crash/journal.ts';
import { agePhotos } from '../crash/photo-files.ts';
import { awaitSweep, drainMessages, exposeOrphans } from '../crash/settle.ts';
import { whenServed } from '../crash/when-served.ts';
import { setBench, type Bench } from './bench.ts';
import { cellsOf, sampleOf, type Cell, type Length, type Range } from './cells.ts';
import { asksOnce, insists } from './client.ts';
import { DECISION_INVARIANTS } from './decided.ts';
import { makeFolders, removeEmptyFolders } from './folders.ts';
import type { FailpointOptions } from './options.ts';
import { LINE_EFFECTS, type Effect, type Order } from './order.ts';
import { ACTS, SWEEP, type Case, type Scenario } from './scenarios.ts';

export interface Score {
  passed: number;
  failed: number;
}

/** What becomes of one order. */
interface Tally {
  struck: number;
  beyond: number;
}

const MOST_EXAMPLES = 5;
/** How long the relay may take until it comes to a message. */
const BEHIND_THE_SCENES_MS = 20_000;
/** Undisturbed requests that are counted when everything is warm, to know the shortest. */
const COUNTED = 2;
/** A form arrives in one piece more or less, and each is a write: an operation that every request has is tried again when it was missed. */
const TRIES = 3;

// What only reads comes first: viewing photos adds to the history, whose chain is then checked with those entries in it.
const COMMON: readonly Invariant[] = [...DOSSIER_INVARIANTS, ...PHOTO_INVARIANTS];
const OF_ACT: readonly (readonly Invariant[])[] = [
  [...COMMON, ...MESSAGE_INVARIANTS, ...RECORD_INVARIANTS],
  [...COMMON, ...DECISION_INVARIANTS, ...RECORD_INVARIANTS],
];

/** Every fault at every place, one after the other, each followed by a client that insists; then the invariants. */
export async function runFailpoints(options: FailpointOptions, directory: string, say: (line: string) => void): Promise<Score> {
  const score: Score = { passed: 0, failed: 0 };
  for (const [index, act] of ACTS.entries()) {
    const wanted = Object.entries(act).filter(([name]) => (options.scenarios as readonly string[]).includes(name));
    const sweeps = index === 0 && (options.scenarios as readonly string[]).includes(SWEEP);
    if (wanted.length === 0 && !sweeps) continue;
    const stage = join(directory, `act-${index + 1}`);
    await mkdir(stage);
    const bench = await setBench(stage, `${options.seed}-${index + 1}`, say);
    const interrupted = () => void bench.clear().finally(() => process.exit(130));
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    try {
      await playAct(bench, wanted, sweeps, options, score, say);
      await judge(bench, OF_ACT[index]!, score, say);
    } finally {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await bench.clear();
    }
  }
  return score;
}

async function playAct(
  bench: Bench,
  wanted: readonly (readonly [string, Scenario])[],
  sweeps: boolean,
  { repeats, sample, seed }: FailpointOptions,
  score: Score,
  say: (line: string) => void,
): Promise<void> {
  const cells: Cell[] = [];
  const lengths = new Map<string, Length>();
  const empty: string[] = [];
  for (const [name, scenario] of wanted) {
    const length = await measure(bench, scenario);
    const own = cellsOf(name, scenario, length);
    say(`${name}: ${inWords(length.sql)} statements, ${inWords(length.file)} file operations, ${own.length} faults`);
    if (scenario.isExamined && length.sql.least === 0) empty.push(`${name}: no statement`);
    if (scenario.sendsPhotos && length.file.least === 0) empty.push(`${name}: no file operation`);
    lengths.set(name, length);
    cells.push(...own);
  }
  const began = performance.now();
  const tallies = new Map<string, Tally>();
  const missed: string[] = [];
  const wasStruck = new Map<string, boolean>();
  for (const cell of sampleOf(cells, Math.ceil(sample / ACTS.length), seed)) {
    const { point, effect, nth } = cell.order;
    const isNamed = point !== 'sql' && point !== 'file';
    const isInAll = !isNamed && nth <= lengths.get(cell.name)![point].least;
    for (let repeat = 0; repeat < repeats; repeat++) {
      let struck = await suffer(bench, cell);
      for (let tries = 1; isInAll && !struck && tries < TRIES; tries++) struck = await suffer(bench, cell);
      const tally = tallies.get(cell.name) ?? { struck: 0, beyond: 0 };
      tallies.set(cell.name, tally);
      tally[struck ? 'struck' : 'beyond']++;
      if (!struck && isNamed) missed.push(`${cell.name}: ${point} × ${effect}`);
      const operation = `${cell.name}: ${point} ${nth}`;
      if (isInAll) wasStruck.set(operation, struck || wasStruck.get(operation) === true);
    }
  }
  for (const effect of sweeps ? LINE_EFFECTS : [])
    for (let repeat = 0; repeat < repeats; repeat++)
      if (!(await sufferSweep(bench, effect))) missed.push(`${SWEEP}: sweep.before-unlink × ${effect}`);
  for (const [name, { struck, beyond }] of tallies) say(`${name}: ${struck} faults struck, ${beyond} lay beyond the last operation`);
  say(`${Math.round((performance.now() - began) / 1000)} s`);
  note(score, say, 'every named point is met', [...new Set(missed)]);
  note(score, say, 'what is examined has statements, and file operations where photos are sent', empty);
  const spared = [...wasStruck].filter(([, struck]) => !struck).map(([operation]) => `${operation} was never struck`);
  note(score, say, `each of ${wasStruck.size} statements and file operations that every request has is struck`, spared);
}

/** Undisturbed requests, counted: the shortest when everything is warm, the longest when folders are to be made. */
async function measure(bench: Bench, scenario: Scenario): Promise<Length> {
  if (!scenario.isExamined) return { sql: rangeOf([0]), file: rangeOf([0]) };
  const count = async () => {
    const example = await scenario.prepare(bench);
    await bench.service.arm({ point: 'sql', nth: 1 });
    await succeeds(bench, example);
    const { met } = await bench.service.disarm();
    await example.finish?.();
    return met;
  };
  await makeFolders(bench);
  await count();
  const counts = [];
  for (let counted = 0; counted < COUNTED; counted++) counts.push(await count());
  await removeEmptyFolders(bench);
  counts.push(await count());
  return { sql: rangeOf(counts.map(({ sql = 0 }) => sql)), file: rangeOf(counts.map(({ file = 0 }) => file)) };
}

function rangeOf(counts: readonly number[]): Range {
  return { least: Math.min(...counts), most: Math.max(...counts) };
}

function inWords({ least, most }: Range): string {
  return least === most ? String(most) : `${least}–${most}`;
}

/** @returns whether the fault struck */
async function suffer(bench: Bench, { scenario, order }: Cell): Promise<boolean> {
  const { service } = bench;
  const example = await scenario.prepare(bench);
  await service.revive();
  await service.arm(order);
  const patience = new AbortController();
  const strikes = service.strikes(patience.signal);
  const twin =
    order.effect === 'delay' && !scenario.isBehindTheScenes
      ? strikes.then(async (struck) => {
          if (struck) await comesTwice(bench, example);
        })
      : undefined;
  await succeeds(bench, example);
  if (scenario.isBehindTheScenes) {
    const tired = setTimeout(() => patience.abort(), BEHIND_THE_SCENES_MS);
    await strikes;
    clearTimeout(tired);
  }
  patience.abort();
  await twin;
  const { struck } = await service.disarm();
  await service.revive();
  if (example.hasKey) await succeeds(bench, example, true);
  await example.finish?.();
  return struck;
}

async function succeeds(bench: Bench, { application, ask, isAskedOnce, answered }: Case, mustBeReplay = false): Promise<void> {
  const errand = { application, ask, isMarked: true };
  const answer = isAskedOnce ? await asksOnce(bench, errand) : await insists(bench, errand);
  if (!answer) return;
  if (isAskedOnce && answer.status >= 400 && answer.status < 500) bench.journal.refused(application, answer.code);
  const replayed = answer.headers.get('idempotent-replayed') === 'true';
  if (mustBeReplay && !replayed)
    bench.journal.breach('one key, one answer', `application ${application.serial}: a repeat that does not say so`);
  answered(answer, replayed);
}

/** The same request again, while the first one is held up: the same answer, or word that it is under way. */
async function comesTwice(bench: Bench, { application, ask, hasKey, answered }: Case): Promise<void> {
  const answer = await asksOnce(bench, { application, ask, isMarked: false });
  if (!answer) return;
  if (answer.status < 300 && hasKey) answered(answer, answer.headers.get('idempotent-replayed') === 'true');
  else if (answer.status < 500 && answer.status >= 300 && answer.code !== 'request-in-progress')
    bench.journal.refused(application, answer.code);
}

/**
 * The sweep goes at the start of the service: it finds a photo without a row, and the fault, before it takes it away.
 * @returns whether the fault struck
 */
async function sufferSweep({ service, photoStore, database, journal }: Bench, effect: Effect): Promise<boolean> {
  await stop({ service, journal });
  const id = randomUUID();
  const path = join(photoStore, 'default', id.slice(-2), id);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, randomBytes(1_000));
  await agePhotos(photoStore);
  await service.start({ point: 'sweep.before-unlink', effect, nth: 1 } satisfies Order);
  const patience = new AbortController();
  const tired = setTimeout(() => patience.abort(), BEHIND_THE_SCENES_MS);
  await service.strikes(patience.signal);
  clearTimeout(tired);
  const { struck } = await service.disarm();
  await stop({ service, journal });
  await service.start();
  await awaitSweep(database, photoStore);
  return struck;
}

async function judge(bench: Bench, invariants: readonly Invariant[], score: Score, say: (line: string) => void): Promise<void> {
  const { applications, journal, album, database, photoStore, spool, logs, service } = bench;
  const undelivered = await drainMessages(database, service.url);
  const orphans = await exposeOrphans(database, photoStore);
  await stop(bench);
  await service.start();
  await awaitSweep(database, photoStore);
  const { counts } = journal;
  say(
    `${applications.length} people · acknowledged ${journal.count('acknowledged')} · ${counts.requests} requests: ${counts.unknown} of unknown outcome, ${counts.unavailable} answered 503 · ${counts.replayed} replayed · ${orphans} orphaned photos swept`,
  );
  const aftermath: Aftermath = {
    applications,
    journal,
    album,
    database,
    photoStore,
    spool,
    logs,
    url: service.url,
    dossiers: await loadDossiers(database),
  };
  note(score, say, 'I8 every message comes to an end', undelivered === 0 ? [] : [`${undelivered} did not`]);
  for (const { name, check } of invariants) note(score, say, name, await whenServed(() => check(aftermath)));
  await stop(bench);
  if (service.unexpectedEnds > 0) journal.breach('no copy of the service ends by itself', `${service.unexpectedEnds} times`);
  for (const rule of RULES) {
    const examples = journal.breaches.filter((breach) => breach.rule === rule).map(({ example }) => example);
    note(score, say, rule, examples);
  }
}

async function stop({ service, journal }: Pick<Bench, 'service' | 'journal'>): Promise<void> {
  const how = await service.stop();
  if (how !== 0) journal.breach('a copy that is told to stop ends in order', String(how));
}

function note(score: Score, say: (line: string) => void, name: string, violations: readonly string[]): void {
  if (violations.length === 0) score.passed++;
  else score.failed++;
  say(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${violations.length} violations`);
  for (const example of violations.slice(0, MOST_EXAMPLES)) say(`       ${example}`);
}

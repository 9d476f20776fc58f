import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDossiers, type Aftermath, type Invariant } from './aftermath.ts';
import { makeApplications, type Application } from './applications.ts';
import type { Town } from './citizen.ts';
import { bringBack, sendAll } from './crowd.ts';
import { DOSSIER_INVARIANTS } from './invariants/dossiers.ts';
import { MESSAGE_INVARIANTS } from './invariants/messages.ts';
import { PHOTO_INVARIANTS } from './invariants/photos.ts';
import { RECORD_INVARIANTS } from './invariants/records.ts';
import { Journal, RULES } from './journal.ts';
import { Nemesis, planFaults } from './nemesis.ts';
import { dumpTables } from './dump.ts';
import type { CrashOptions } from './options.ts';
import { PhotoAlbum } from './photo-album.ts';
import { Recovery } from './recovery.ts';
import { allReady, awaitSweep, drainMessages, exposeOrphans } from './settle.ts';
import { Score } from './score.ts';
import { Slots } from './slots.ts';
import { inDatabase, setStage, startCopies, stopCopies, type Stage } from './stage.ts';

/** Citizens who are at it at the same time. */
const ABREAST = 8;
const PROGRESS_MS = 5_000;
/** In the directory of a run: what it was asked for. */
const RUN_FILE = 'run.json';

// What only reads comes first: viewing photos adds to the history, whose chain is then checked with those entries in it.
const INVARIANTS: readonly Invariant[] = [...DOSSIER_INVARIANTS, ...PHOTO_INVARIANTS, ...MESSAGE_INVARIANTS, ...RECORD_INVARIANTS];

/**
 * Citizens hand in declarations with photos and insist on an answer, while processes are killed under them. Then what they were told
 * is held against what is there.
 */
export async function runCrashTest(options: CrashOptions, directory: string, say: (line: string) => void): Promise<Score> {
  await writeFile(join(directory, RUN_FILE), JSON.stringify(options));
  const applications = makeApplications(options.seed, options.submissions);
  return send(options, directory, applications, new Journal(directory), say);
}

/** Goes on with a run that was broken off, by a signal or with its machine: over what it has left, with whoever has no answer yet and the faults that are owed. */
export async function continueCrashTest(directory: string, say: (line: string) => void): Promise<Score> {
  const options = await optionsOf(directory);
  const applications = makeApplications(options.seed, options.submissions);
  const journal = await Journal.reread(directory, applications);
  say(`${journal.settled} of ${options.submissions} were answered · ${journal.kills} of ${options.kills} were killed`);
  return send(options, directory, applications, journal, say);
}

async function send(
  options: CrashOptions,
  directory: string,
  applications: readonly Application[],
  journal: Journal,
  say: (line: string) => void,
): Promise<Score> {
  const album = await PhotoAlbum.make(options.seed, options.photos);
  const stage = await setStage({ directory, copies: options.copies, seed: options.seed }, journal, say);
  const interrupted = () => void stage.clear().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await startCopies(stage);
    const recovery = new Recovery(stage.copies);
    const nemesis = new Nemesis(stage, journal, recovery);
    const town: Town = {
      journal,
      album,
      slots: new Slots(ABREAST),
      urls: stage.copies.map(({ url }) => url),
      badUrls: stage.badUrls,
      seed: options.seed,
      recovery,
    };
    const progress = setInterval(
      () => say(`  ${journal.settled} of ${options.submissions} answered · ${journal.kills} of ${options.kills} killed`),
      PROGRESS_MS,
    );
    const began = performance.now();
    const before = journal.settled;
    await submitUnderFire(options, stage.databaseLines.length > 0, applications, town, nemesis);
    await recovery.settled();
    await allReady(stage.copies);
    const returned = await bringBackUnknowing(applications, town);
    clearInterval(progress);
    const seconds = (performance.now() - began) / 1000;
    say(`all answered after ${Math.round(seconds)} s; ${returned} had left without an answer and came back`);
    say(
      `${((options.submissions - before) / seconds).toFixed(1)} submissions a second; this client took ${generatorMilliseconds(options.submissions - before)} ms of CPU for each`,
    );

    const undelivered = await inDatabase(stage, (database) => drainMessages(database, stage.copies[0]!.url));
    const orphans = await sweepOrphans(stage);
    say(figures(journal, nemesis, recovery, orphans));
    return await judge(stage, options, directory, { applications, journal, album }, undelivered, say);
  } finally {
    await stage.clear();
  }
}

/** Holds what a run has left once more against what its clients were told, without sending anything: after hours, a check that broke off. */
export async function judgeAgain(directory: string, say: (line: string) => void): Promise<Score> {
  const options = await optionsOf(directory);
  const album = await PhotoAlbum.make(options.seed, options.photos);
  const applications = makeApplications(options.seed, options.submissions);
  const journal = await Journal.reread(directory, applications);
  say(figuresOf(journal));
  const stage = await setStage({ directory, copies: options.copies, seed: options.seed }, journal, say);
  const interrupted = () => void stage.clear().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await startCopies(stage);
    const undelivered = await inDatabase(stage, (database) => drainMessages(database, stage.copies[0]!.url));
    await sweepOrphans(stage);
    return await judge(stage, options, directory, { applications, journal, album }, undelivered, say);
  } finally {
    await stage.clear();
  }
}

async function optionsOf(directory: string): Promise<CrashOptions> {
  const options = JSON.parse(await readFile(join(directory, RUN_FILE), 'utf8')) as CrashOptions;
  // JSON has no word for it.
  return { ...options, minutes: options.minutes ?? Infinity };
}

async function submitUnderFire(
  { seed, submissions, kills, minutes }: CrashOptions,
  lines: boolean,
  applications: readonly Application[],
  town: Town,
  nemesis: Nemesis,
): Promise<void> {
  const deadline = performance.now() + minutes * 60_000;
  const over = new AbortController();
  const { journal } = town;
  const plan = planFaults({ seed, from: journal.settled, endings: submissions, kills: kills - journal.kills, lines });
  const waiting = applications.filter((application) => !journal.endings.has(application));
  await Promise.all([nemesis.rages(plan, over.signal), sendAll(waiting, town, deadline).finally(() => over.abort())]);
}

async function bringBackUnknowing(applications: readonly Application[], town: Town): Promise<number> {
  const unknowing = applications.filter((application) => town.journal.endings.get(application)?.kind === 'unknown');
  await bringBack(unknowing, town);
  return unknowing.length;
}

/** @returns how many photos were left without a row, before the service's own sweep */
async function sweepOrphans(stage: Stage): Promise<number> {
  const orphans = await inDatabase(stage, (database) => exposeOrphans(database, stage.photoStore));
  await stopCopies(stage);
  await startCopies(stage);
  await inDatabase(stage, (database) => awaitSweep(database, stage.photoStore));
  return orphans;
}

/** What the clients saw, in all sittings of the run. */
function figuresOf(journal: Journal): string {
  const { counts, longestSilence } = journal;
  return [
    `acknowledged ${journal.count('acknowledged')}, refused ${journal.count('refused')}, unknown ${journal.count('unknown')}; replayed ${counts.replayed}`,
    `${counts.requests} requests: ${counts.unknown} of unknown outcome, ${counts.unreachable} unreachable, ${counts.unavailable} answered 503`,
    `never longer than ${longestSilence.toFixed(1)} s without an acknowledgement`,
  ].join('\n');
}

function figures(journal: Journal, nemesis: Nemesis, recovery: Recovery, orphans: number): string {
  return [
    figuresOf(journal),
    `${orphans} orphaned photos to sweep; ${journal.counts.failedStarts} starts in vain`,
    ...recovery.figures(),
    `struck: ${[...nemesis.done].map(([kind, times]) => `${kind} ${times}`).join(', ') || 'nobody'}; relays died holding ${nemesis.orphanedClaims} messages`,
  ].join('\n');
}

async function judge(
  stage: Stage,
  options: CrashOptions,
  directory: string,
  known: Pick<Aftermath, 'applications' | 'journal' | 'album'>,
  undelivered: number,
  say: (line: string) => void,
): Promise<Score> {
  const score = new Score(say);
  const { submissions, kills } = options;
  // A run that was given a time has sent and killed what it came to.
  if (options.minutes === Infinity) {
    score.noteSize('declarations sent', known.journal.settled, submissions);
    score.noteSize('processes killed', known.journal.kills, kills);
  }
  score.note('I8 every message comes to an end', undelivered === 0 ? [] : [`${undelivered} did not`]);
  await inDatabase(stage, async (database) => {
    const { photoStore, spool, logs, copies } = stage;
    const dossiers = await loadDossiers(database);
    const aftermath: Aftermath = { ...known, database, dossiers, photoStore, spool, logs, url: copies[0]!.url };
    for (const { name, check } of INVARIANTS) score.note(name, await check(aftermath));
    if (score.failed + known.journal.breaches.length > 0) await dumpTables(database, directory);
  });
  await stopCopies(stage);
  score.noteRules(RULES, known.journal.breaches);
  return score;
}

function generatorMilliseconds(submissions: number): string {
  const { user, system } = process.cpuUsage();
  return ((user + system) / 1000 / submissions).toFixed(1);
}

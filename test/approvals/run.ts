import pLimit from 'p-limit';
import { loadDossiers, type Dossier } from '../crash/aftermath.ts';
import { makeApplications, OFFICES, type Application } from '../crash/applications.ts';
import { armFaults } from '../crash/desk.ts';
import { dumpTables } from '../crash/dump.ts';
import { HISTORY_INVARIANTS } from '../crash/invariants/records.ts';
import { Nemesis, planFaults } from '../crash/nemesis.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { Recovery } from '../crash/recovery.ts';
import { Score } from '../crash/score.ts';
import { allReady, drainMessages } from '../crash/settle.ts';
import { inDatabase, setStage, startCopies, stopCopies, type Stage } from '../crash/stage.ts';
import { RULES, type ApprovalJournal, type Waiting } from './approval-journal.ts';
import { ClerksDesk, type Counter } from './counter.ts';
import { CREDENTIAL_INVARIANTS } from './credential-invariants.ts';
import { handIn } from './hand-in.ts';
import type { ApprovalOptions } from './options.ts';
import { Racer } from './race.ts';
import { reissueFailed } from './reissue.ts';
import { secretsLeft } from './secrets.ts';

const CLERKS = 4;
/** Dossiers that are raced for at the same time. */
const RACES = 4;
const PROGRESS_MS = 5_000;

/** How the gateway fails, in parts of all that it is asked for. What it refuses for good is issued anew afterwards. */
function gatewayFaults(seed: number): Record<string, object> {
  return {
    'sms-refused': { probability: 0.02, seed },
    'sms-timeout': { probability: 0.03, seed: seed + 1, milliseconds: 300 },
    'sms-5xx': { probability: 0.05, seed: seed + 2 },
    'sms-4xx': { probability: 0.03, seed: seed + 3, status: 429 },
    'sms-slow': { probability: 0.05, seed: seed + 4, milliseconds: 200 },
    'sms-doubled': { probability: 0.05, seed: seed + 5 },
    'sms-no-receipt': { probability: 0.05, seed: seed + 6 },
  };
}

/**
 * Four clerks of an office race for every dossier, while processes are killed and the SMS gateway fails. Then it is counted what was
 * issued, what arrived, and whether a password rests anywhere.
 */
export async function runApprovals(
  { approvals, kills, copies, seed }: ApprovalOptions,
  directory: string,
  journal: ApprovalJournal,
  say: (line: string) => void,
): Promise<Score> {
  const album = await PhotoAlbum.make(seed, 'small');
  const applications = makeApplications(seed, approvals, { alone: true });
  const stage = await setStage({ directory, copies, seed }, journal, say);
  const interrupted = () => void stage.clear().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await startCopies(stage);
    const urls = stage.copies.map(({ url }) => url);
    let began = performance.now();
    const waiting = await handIn(applications, album, urls);
    say(`${waiting.length} declarations with small photos handed in after ${secondsSince(began)} s`);
    await armFaults(urls[0]!, gatewayFaults(hashOf(seed)));

    const recovery = new Recovery(stage.copies);
    const nemesis = new Nemesis(stage, journal, recovery);
    const counter: Counter = { journal, urls, badUrls: stage.badUrls, seed, recovery };
    const progress = setInterval(
      () => say(`  ${journal.settled} of ${approvals} approved · ${journal.kills} of ${kills} killed`),
      PROGRESS_MS,
    );
    began = performance.now();
    const over = new AbortController();
    await Promise.all([
      nemesis.rages(planFaults({ seed, endings: approvals, kills, lines: stage.databaseLines.length > 0 }), over.signal),
      raceForAll(waiting, counter).finally(() => over.abort()),
    ]);
    await recovery.settled();
    await allReady(stage.copies);
    clearInterval(progress);
    say(`all approved after ${secondsSince(began)} s`);
    const undelivered = await settleMessages(stage, seed);
    say(figures(journal, nemesis, recovery));
    const score = await judge(stage, { applications, journal, undelivered, directory }, say);
    await stopCopies(stage);
    score.noteSize('approvals', journal.settled, approvals);
    score.noteSize('processes killed', journal.kills, kills);
    score.noteRules(RULES, journal.breaches);
    return score;
  } finally {
    await stage.clear();
  }
}

async function raceForAll(waiting: readonly Waiting[], counter: Counter): Promise<void> {
  const desks = new Map(
    OFFICES.map((office) => [
      office,
      Array.from({ length: CLERKS }, (_, index) => new ClerksDesk(`clerk ${index + 1} of ${office}`, office, counter)),
    ]),
  );
  const limit = pLimit(RACES);
  await Promise.all(
    waiting.map((dossier) =>
      limit(async () => {
        await Promise.all(
          desks.get(dossier.officeCode as (typeof OFFICES)[number])!.map((desk) => new Racer(dossier, desk, counter).races()),
        );
        counter.journal.ends(dossier);
      }),
    ),
  );
}

/** Lets every message end; what the gateway refused for good is issued anew, as a clerk does who is told so. */
async function settleMessages(stage: Stage, seed: string): Promise<number> {
  const url = stage.copies[0]!.url;
  return inDatabase(stage, async (database) => {
    for (let round = 1; ; round++) {
      const undelivered = await drainMessages(database, url);
      if ((await reissueFailed(database, url, `${seed}-${round}`)) === 0) return undelivered;
    }
  });
}

async function judge(
  stage: Stage,
  known: { applications: readonly Application[]; journal: ApprovalJournal; undelivered: number; directory: string },
  say: (line: string) => void,
): Promise<Score> {
  return inDatabase(stage, async (database) => {
    const { undelivered, directory } = known;
    const dossiers: readonly Dossier[] = await loadDossiers(database);
    const aftermath = { ...known, database, dossiers, logs: stage.logs, url: stage.copies[0]!.url };
    const score = new Score(say);
    score.note('I8 every message comes to an end', undelivered === 0 ? [] : [`${undelivered} did not`]);
    const dump = await dumpTables(database, directory);
    score.note(
      'I11 no password is left in a table, a dump of it, a log or a file of the service',
      await secretsLeft({ database, dump, logs: stage.logs, dataDir: stage.dataDir }, say),
    );
    for (const { name, check } of CREDENTIAL_INVARIANTS) score.note(name, await check(aftermath));
    for (const { name, check } of HISTORY_INVARIANTS) score.note(name, await check(aftermath));
    return score;
  });
}

function figures(journal: ApprovalJournal, nemesis: Nemesis, recovery: Recovery): string {
  const { counts, refusals } = journal;
  return [
    `${counts.requests} requests: ${counts.unknown} of unknown outcome, ${counts.unreachable} unreachable, ${counts.unavailable} answered 503; ${counts.replayed} approvals replayed; ${counts.failedStarts} starts in vain`,
    `refused: ${[...refusals].map(([code, times]) => `${code} ${times}`).join(', ') || 'nobody'}`,
    ...recovery.figures(),
    `struck: ${[...nemesis.done].map(([kind, times]) => `${kind} ${times}`).join(', ') || 'nobody'}; relays died holding ${nemesis.orphanedClaims} messages`,
  ].join('\n');
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}

/** A fault's seed is a small number. */
function hashOf(seed: string): number {
  return [...seed].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)!) % 1_000_003, 7);
}

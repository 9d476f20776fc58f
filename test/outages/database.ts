import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { signal } from '../../src/platform/database/embedded-processes.ts';
import { rowsOf } from '../crash/aftermath.ts';
import { mustBecomeReady } from './recovery.ts';
import type { Rehearsal } from './rehearsals.ts';
import { look, Theatre, until, type Curtain, type Sent } from './theatre.ts';

const CROWD = 12;
const OUTAGE_MS = 8_000;
/** What nobody may wait longer for, whatever the database does. */
const MOST_WAIT_MS = 6_000;
/** A request that must queue for a connection more than once, and for a lock. */
const MOST_QUEUE_MS = 20_000;
/** For what the rehearsal itself brings about. */
const PATIENCE_MS = 60_000;

/** PostgreSQL is down, and cannot be started for a while. */
export async function databaseStopped({ directory, seed, say }: Rehearsal): Promise<string[]> {
  return inTheatre({ directory, seed, say }, async (theatre) => {
    await theatre.sendMany(CROWD);
    const cluster = join(dirname(theatre.server.log), 'cluster');
    const postmaster = (await theatre.server.postmaster())!;
    // Whoever keeps it alive finds nothing to start.
    await rename(cluster, `${cluster}.away`);
    signal(postmaster, 'SIGQUIT');
    await until(async () => (await look(`${theatre.url}/health/ready`)).status === 503, PATIENCE_MS);
    const findings = await mustBeAway(theatre, say);
    await pause(OUTAGE_MS);
    findings.push(...(await mustBeAway(theatre, say)));
    await rename(`${cluster}.away`, cluster);
    return [...findings, ...(await mustRecover(theatre, say))];
  });
}

/** PostgreSQL is there and does not move: while nobody asks anything, and while everybody does. */
export async function databaseFrozen({ directory, seed, say }: Rehearsal): Promise<string[]> {
  const play = async (theatre: Theatre) => {
    const findings: string[] = [];
    for (const pool of ['idle', 'busy'] as const) {
      await theatre.sendMany(CROWD);
      const crowd = pool === 'busy' ? await theatre.sendCrowd(2 * CROWD) : undefined;
      const thaw = await freeze(theatre);
      try {
        findings.push(...(await mustBeAway(theatre, say)));
        await pause(OUTAGE_MS);
        findings.push(...(await mustBeAway(theatre, say)));
      } finally {
        thaw();
      }
      say(`frozen under a pool that is ${pool}`);
      if (crowd) findings.push(...mustBeCaughtInTheMiddle(theatre, await crowd.sent));
      findings.push(...(await mustRecover(theatre, say)));
    }
    return findings;
  };
  // What had been sent is carried out when it moves again, and nobody listens any more.
  return inTheatre({ directory, seed, say }, play, { mayHaveCommitted: true });
}

async function freeze({ server }: Theatre): Promise<() => void> {
  const postmaster = (await server.postmaster())!;
  // The postmaster first, so that nobody is born while the others are stopped.
  signal(postmaster, 'SIGSTOP');
  const backends = await server.backends();
  for (const pid of backends) signal(pid, 'SIGSTOP');
  return () => {
    for (const pid of [...backends, postmaster]) signal(pid, 'SIGCONT');
  };
}

/** A crowd of which nobody was put off was answered before anything happened. */
function mustBeCaughtInTheMiddle(theatre: Theatre, sent: readonly Sent[]): string[] {
  const isCaught = sent.some(({ outcome }) => outcome.kind !== 'answer' || outcome.status !== 201);
  return [...theatre.mustBeServedOrPutOff(sent, MOST_QUEUE_MS), ...(isCaught ? [] : ['nobody was in the middle of it'])];
}

/** PostgreSQL is started anew: under connections that nobody uses, and under those that everybody does. */
export async function databaseRestarted({ directory, seed, say }: Rehearsal): Promise<string[]> {
  const play = async (theatre: Theatre) => {
    const findings: string[] = [];
    for (const pool of ['idle', 'busy'] as const) {
      await theatre.sendMany(CROWD);
      const before = (await theatre.server.postmaster())!;
      const crowd = pool === 'busy' ? await theatre.sendCrowd(2 * CROWD) : undefined;
      signal(before, 'SIGINT');
      const isNew = async () => ![undefined, before].includes(await theatre.server.postmaster());
      if (!(await until(isNew, PATIENCE_MS)).isSo) findings.push('PostgreSQL was not started again');
      if (crowd) findings.push(...theatre.mustBeServedOrPutOff(await crowd.sent));
      say(`restarted under a pool that is ${pool}`);
      findings.push(...(await mustRecover(theatre, say)));
    }
    return findings;
  };
  // A connection may break after the commit and before its answer.
  return inTheatre({ directory, seed, say }, play, { mayHaveCommitted: true });
}

/** Somebody holds the counter of an office and does not let go. */
export async function stuckLock({ directory, seed, say }: Rehearsal): Promise<string[]> {
  return inTheatre({ directory, seed, say }, async (theatre) => {
    await theatre.sendMany(CROWD);
    return theatre.inDatabase(async (holder) => {
      await holder.query('BEGIN');
      await holder.query('SELECT last FROM dossier_counters FOR UPDATE');
      const live = until(async () => (await look(`${theatre.url}/health/live`)).ms > 2_000, 3_000);
      // Three times as many as there are connections.
      const sent = await theatre.sendMany(60);
      const findings = theatre.mustBeServedOrPutOff(sent, MOST_QUEUE_MS);
      if ((await live).isSo) findings.push('/health/live waited for the database');
      if (sent.some(({ outcome }) => outcome.kind === 'answer' && outcome.status === 201)) findings.push('somebody got past the lock');
      say(`${sent.length} requests against a held counter: the longest waited ${Math.round(Math.max(...sent.map(({ ms }) => ms)))} ms`);
      await holder.query('ROLLBACK');
      return [...findings, ...(await mustRecover(theatre, say))];
    });
  });
}

/** A real deadlock: the submission holds its key and waits for the counter, which somebody holds who wants the key. */
export async function deadlock({ directory, seed, say }: Rehearsal): Promise<string[]> {
  return inTheatre({ directory, seed, say }, async (theatre) => {
    await theatre.sendMany(CROWD);
    const before = await deadlocksOf(theatre);
    const sent = await theatre.inDatabase((onlooker) =>
      theatre.inDatabase(async (rival) => {
        await rival.query('BEGIN');
        await rival.query('SELECT last FROM dossier_counters FOR UPDATE');
        const sending = theatre.send();
        await until(async () => (await waitingForRows(onlooker)) > 0, PATIENCE_MS);
        // Within a second, after which the one who has waited longest looks whether it waits in vain.
        await rival
          .query('UPDATE idempotency_keys SET expires_at = expires_at WHERE status IS NULL')
          .catch(() => say('the rival gave way: this machine is too busy to make the submission do it'));
        await rival.query('ROLLBACK');
        return sending;
      }),
    );
    const deadlocks = (await deadlocksOf(theatre)) - before;
    say(`${deadlocks} deadlock; the submission was answered ${sent.outcome.kind === 'answer' ? sent.outcome.status : sent.outcome.why}`);
    return [
      ...(deadlocks === 1 ? [] : [`there were ${deadlocks} deadlocks and not one`]),
      ...(sent.outcome.kind === 'answer' && sent.outcome.status === 201 ? [] : ['the submission was not tried again']),
    ];
  });
}

async function inTheatre(
  wish: Pick<Rehearsal, 'directory' | 'seed' | 'say'>,
  play: (theatre: Theatre) => Promise<string[]>,
  curtain: Curtain = {},
): Promise<string[]> {
  const theatre = await Theatre.opens(wish);
  try {
    return [...(await play(theatre)), ...(await theatre.curtain(curtain))];
  } finally {
    await theatre.close();
  }
}

/** Alive and not ready; whoever comes is put off within bounds. */
async function mustBeAway(theatre: Theatre, say: Rehearsal['say']): Promise<string[]> {
  const [live, ready, sent] = await Promise.all([
    look(`${theatre.url}/health/live`),
    look(`${theatre.url}/health/ready`),
    theatre.sendMany(CROWD),
  ]);
  const longest = Math.round(Math.max(...sent.map(({ ms }) => ms)));
  say(
    `away: live ${live.status} after ${Math.round(live.ms)} ms, ready ${ready.status} after ${Math.round(ready.ms)} ms, the longest of ${CROWD} submissions ${longest} ms`,
  );
  return [
    ...(live.status === 200 ? [] : [`/health/live is ${live.status}`]),
    ...(ready.status === 503 ? [] : [`/health/ready is ${ready.status}`]),
    // A machine that is short of time makes everybody wait, the database or not.
    ...theatre.mustBeServedOrPutOff(sent, MOST_WAIT_MS + 2 * live.ms),
    ...sent.flatMap(({ application, outcome }) =>
      outcome.kind === 'answer' && outcome.status === 201 ? [`application ${application.serial} was received`] : [],
    ),
  ];
}

/** By itself, and whoever comes is served. */
async function mustRecover(theatre: Theatre, say: Rehearsal['say']): Promise<string[]> {
  const findings = await mustBecomeReady(theatre, say);
  const sent = await theatre.sendMany(CROWD);
  const served = sent.filter(({ outcome }) => outcome.kind === 'answer' && outcome.status === 201).length;
  say(`${served} of ${CROWD} served at once`);
  // A machine that is short of time may put somebody off for another reason; their next request is served, or the curtain tells.
  return [...findings, ...theatre.mustBeServedOrPutOff(sent), ...(served > 0 ? [] : ['nobody was served when it was back'])];
}

/** Transactions that wait for a row of somebody else's. What the service asks just now, the owner of the tables may not see. */
async function waitingForRows(database: pg.Client): Promise<number> {
  const rows = await rowsOf<{ waiting: number }>(
    database,
    `SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`,
  );
  return rows[0]!.waiting;
}

function deadlocksOf(theatre: Theatre): Promise<number> {
  return theatre.inDatabase(async (database) => {
    await database.query('SELECT pg_stat_force_next_flush()');
    const rows = await rowsOf<{ deadlocks: number }>(
      database,
      'SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]!.deadlocks;
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { signal } from '../../src/platform/database/embedded-processes.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { LineMode } from '../support/tcp-line.ts';
import type { Recovery } from './recovery.ts';
import { inDatabase, type Stage } from './stage.ts';

type Killing = 'kill service' | 'kill relays' | 'kill postmaster' | 'kill back end';
type Pause = 'stop service' | 'freeze database';
/** Of the lines between a copy and PostgreSQL. */
const CUTS = ['cut lines', 'swallow answers', 'dribble', 'black hole'] as const;
type LineFault = (typeof CUTS)[number];
export type FaultKind = Killing | Pause | LineFault;

/** What happens when so many applications have ended. */
interface Fault {
  readonly kind: FaultKind;
  readonly whenSettled: number;
  /** Lets the fault fall anywhere between two endings. */
  readonly delayMs: number;
  /** How long a process is stopped. */
  readonly holdMs: number;
  /** In [0, 1): which of the possible victims. */
  readonly pick: number;
}

/** Pauses, and as many cuts, come on top of the kills, one for so many. */
const KILLS_PER_PAUSE = 4;
const MODES = {
  'swallow answers': { kind: 'drop-response' },
  dribble: { kind: 'dribble', bytes: 300, everyMilliseconds: 2 },
  'black hole': { kind: 'blackhole' },
} as const satisfies Partial<Record<FaultKind, LineMode>>;
const CLAIM_APPEARS_MS = 2_000;
const SHORT_MS = 300;
const LOOK_MS = 20;
const VICTIM_APPEARS_MS = 60_000;

export interface FaultWish {
  readonly seed: string;
  /** Endings that there are already, of an earlier sitting. */
  readonly from?: number;
  /** Endings that the run is to have. */
  readonly endings: number;
  readonly kills: number;
  /** Whether there are lines between service and PostgreSQL. */
  readonly lines: boolean;
}

/** Decides from the seed alone who is struck at which point of the run. */
export function planFaults({ seed, from = 0, endings, kills, lines }: FaultWish): Fault[] {
  const dice = new Dice(`${seed} nemesis${from > 0 ? ` from ${from}` : ''}`);
  const fault = (kind: FaultKind, longestHold = 0): Fault => ({
    kind,
    whenSettled: from + Math.floor(dice.between(0.02, 0.95) * (endings - from)),
    delayMs: dice.whole(0, 400),
    holdMs: dice.whole(500, Math.max(500, longestHold)),
    pick: dice.next(),
  });
  const killings = Array.from({ length: kills }, () => {
    const chance = dice.next();
    if (chance < 0.45) return fault(chance < 0.35 ? 'kill service' : 'kill relays');
    return fault(chance < 0.8 ? 'kill postmaster' : 'kill back end');
  });
  const pauses = Array.from({ length: Math.ceil(kills / KILLS_PER_PAUSE) }, () =>
    // Longer than every time limit towards the database.
    dice.next() < 0.5 ? fault('stop service', 4_000) : fault('freeze database', 16_000),
  );
  const cuts = Array.from({ length: lines ? Math.ceil(kills / KILLS_PER_PAUSE) : 0 }, (_, index) =>
    fault(CUTS[index % CUTS.length]!, 9_000),
  );
  return [...killings, ...pauses, ...cuts].sort((one, other) => one.whenSettled - other.whenSettled);
}

/** Knows how far the run is, and writes down who was struck. */
export interface NemesisJournal {
  readonly settled: number;
  struck(fault: Pick<Fault, 'kind'>): void;
}

/** Kills and stops processes, and spoils their lines, while the crowd is at work. */
export class Nemesis {
  readonly done = new Map<FaultKind, number>();
  /** Messages that a relay had claimed when it was killed. */
  orphanedClaims = 0;

  constructor(
    private readonly stage: Stage,
    private readonly journal: NemesisJournal,
    private readonly recovery: Recovery,
  ) {}

  /** Strikes as planned, faults that fall together at once, until all are done or `over` says that there is nobody left to disturb. */
  async rages(plan: readonly Fault[], over: AbortSignal): Promise<void> {
    const strikes: Promise<void>[] = [];
    for (const fault of plan) {
      while (this.journal.settled < fault.whenSettled && !over.aborted) await pause(LOOK_MS);
      if (over.aborted) break;
      strikes.push(this.strikes(fault));
    }
    await Promise.all(strikes);
  }

  private async strikes(fault: Fault): Promise<void> {
    await pause(fault.delayMs);
    const deadline = performance.now() + VICTIM_APPEARS_MS;
    // Whoever is to be struck may be dead already, and has to come back first.
    while (!(await this.hits(fault))) {
      if (performance.now() > deadline) {
        if (fault.kind !== 'kill relays') return;
        if (this.killAll(fault)) break;
      }
      await pause(LOOK_MS);
    }
    this.done.set(fault.kind, (this.done.get(fault.kind) ?? 0) + 1);
  }

  private async hits(fault: Fault): Promise<boolean> {
    const { kind, pick, holdMs } = fault;
    const { copies, database } = this.stage;
    const victim = Math.floor(pick * copies.length);
    const copy = copies[victim]!;
    switch (kind) {
      case 'kill service':
        return copy.kill() && this.notes(fault);
      case 'kill relays':
        return this.killRelays(fault);
      case 'kill postmaster': {
        const pid = await database.postmaster();
        return pid !== undefined && this.signals([pid], 'SIGKILL') && this.notes(fault);
      }
      case 'kill back end': {
        const pids = await database.backends();
        return pids.length > 0 && this.signals([pids[Math.floor(pick * pids.length)]!], 'SIGKILL') && this.notes(fault);
      }
      case 'stop service': {
        if (!copy.signal('SIGSTOP')) return false;
        this.notes(fault);
        await pause(holdMs);
        copy.signal('SIGCONT');
        return true;
      }
      case 'freeze database': {
        const postmaster = await database.postmaster();
        if (postmaster === undefined) return false;
        // The postmaster first, so that nobody is born while the others are stopped.
        this.signals([postmaster], 'SIGSTOP');
        const pids = await database.backends();
        this.signals(pids, 'SIGSTOP');
        this.notes(fault);
        await pause(holdMs);
        this.signals([...pids, postmaster], 'SIGCONT');
        return true;
      }
      case 'cut lines':
      case 'swallow answers':
      case 'dribble':
      case 'black hole':
        return this.spoilsLines(kind, victim, fault);
    }
  }

  /**
   * The relay has no process of its own: it dies with its copy. So that it dies at its work, every copy is killed at a moment at which
   * messages are claimed and have not ended; near the end of a run there may be no such moment any more, and they are killed all the same.
   */
  private async killRelays(fault: Fault): Promise<boolean> {
    return inDatabase(this.stage, async (database) => {
      const claimed = async () => {
        // A claim of minutes ago is a dead copy's already.
        const { rows } = await database.query<{ claimed: number }>(
          `SELECT count(*)::int AS claimed FROM messages WHERE state = 'sending' AND claimed_until > domain_now() + interval '115 seconds'`,
        );
        return rows[0]!.claimed;
      };
      for (const deadline = performance.now() + CLAIM_APPEARS_MS; (await claimed()) === 0;) {
        if (performance.now() > deadline) return false;
        await pause(LOOK_MS);
      }
      if (!this.killAll(fault)) return false;
      this.orphanedClaims += await claimed();
      return true;
    }).catch(() => false);
  }

  private killAll(fault: Fault): boolean {
    return this.stage.copies.map((copy) => copy.kill()).some(Boolean) && this.notes(fault);
  }

  private async spoilsLines(kind: LineFault, victim: number, fault: Fault): Promise<boolean> {
    const line = this.stage.databaseLines[victim];
    if (!line) return false;
    this.notes(fault);
    if (kind === 'cut lines') line.cut();
    else line.becomes(MODES[kind]);
    // What swallows answers does it once for each line that there is; the others last.
    await pause(kind === 'cut lines' || kind === 'swallow answers' ? SHORT_MS : fault.holdMs);
    line.becomes({ kind: 'pass' });
    return true;
  }

  private notes(fault: Fault): true {
    this.journal.struck(fault);
    this.recovery.begins(fault.kind);
    return true;
  }

  private signals(pids: readonly number[], name: NodeJS.Signals): true {
    for (const pid of pids) signal(pid, name);
    return true;
  }
}

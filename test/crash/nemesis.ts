import { setTimeout as pause } from 'node:timers/promises';
import { signal } from '../../src/platform/database/embedded-processes.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { ApiCopy } from './api-copy.ts';
import type { DatabaseServer } from './database-server.ts';
import type { Journal } from './journal.ts';
import type { Recovery } from './recovery.ts';

export type FaultKind = 'kill service' | 'kill postmaster' | 'kill back end' | 'stop service' | 'freeze database';

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

/** Pauses come on top of the kills, one for so many. */
const KILLS_PER_PAUSE = 4;
const LOOK_MS = 20;
const VICTIM_APPEARS_MS = 60_000;

/** Decides from the seed alone who is struck at which point of the run. */
export function planFaults(seed: string, submissions: number, kills: number): Fault[] {
  const dice = new Dice(`${seed} nemesis`);
  const fault = (kind: FaultKind, longestHold = 0): Fault => ({
    kind,
    whenSettled: Math.floor(dice.between(0.02, 0.95) * submissions),
    delayMs: dice.whole(0, 400),
    holdMs: dice.whole(500, Math.max(500, longestHold)),
    pick: dice.next(),
  });
  const killings = Array.from({ length: kills }, () => {
    const chance = dice.next();
    return fault(chance < 0.45 ? 'kill service' : chance < 0.8 ? 'kill postmaster' : 'kill back end');
  });
  const pauses = Array.from({ length: Math.ceil(kills / KILLS_PER_PAUSE) }, () =>
    // Longer than every time limit towards the database.
    dice.next() < 0.5 ? fault('stop service', 4_000) : fault('freeze database', 16_000),
  );
  return [...killings, ...pauses].sort((one, other) => one.whenSettled - other.whenSettled);
}

/** Kills and stops processes while the crowd is at work. */
export class Nemesis {
  readonly done = new Map<FaultKind, number>();

  constructor(
    private readonly copies: readonly ApiCopy[],
    private readonly database: DatabaseServer,
    private readonly journal: Journal,
    private readonly recovery: Recovery,
  ) {}

  get kills(): number {
    return [...this.done].reduce((sum, [kind, times]) => sum + (kind.startsWith('kill') ? times : 0), 0);
  }

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
      if (performance.now() > deadline) return;
      await pause(LOOK_MS);
    }
    this.done.set(fault.kind, (this.done.get(fault.kind) ?? 0) + 1);
  }

  private async hits(fault: Fault): Promise<boolean> {
    const { kind, pick, holdMs } = fault;
    const copy = this.copies[Math.floor(pick * this.copies.length)]!;
    switch (kind) {
      case 'kill service':
        return copy.kill() && this.notes(fault);
      case 'kill postmaster': {
        const pid = await this.database.postmaster();
        return pid !== undefined && this.signals([pid], 'SIGKILL') && this.notes(fault);
      }
      case 'kill back end': {
        const pids = await this.database.backends();
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
        const postmaster = await this.database.postmaster();
        if (postmaster === undefined) return false;
        // The postmaster first, so that nobody is born while the others are stopped.
        this.signals([postmaster], 'SIGSTOP');
        const pids = await this.database.backends();
        this.signals(pids, 'SIGSTOP');
        this.notes(fault);
        await pause(holdMs);
        this.signals([...pids, postmaster], 'SIGCONT');
        return true;
      }
    }
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

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describeError, log } from './log.ts';
import { currentWorkspace, inWorkspace } from './workspace/workspace.context.ts';
import { Workspaces } from './workspace/workspaces.ts';

/** Something that falls due by the domain's clock, and is found by asking for it. */
export interface Chore {
  /** What it does, in words that a log line can hold. */
  readonly name: string;
  /**
   * Does all that is due at this instant, however much that is. Safe beside another copy doing the same. A failure is this chore's own: the
   * others run.
   * @param stopping when the service is told to stop, what is left is left to whoever comes next
   * @returns how many things it did
   */
  readonly run: (stopping: AbortSignal) => Promise<number>;
  /**
   * The next instant at which more falls due; undefined when nothing will, as things are. A chore without it leaves no trace that
   * anybody could see, so that it does not matter when it runs.
   */
  readonly nextDue?: () => Promise<Date | undefined>;
}

const HOUR_MS = 3_600_000;

/**
 * Runs the rooms' chores: every hour by itself, and whenever it is told to because the clock was moved. The rooms say what there is to
 * do; this says when.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly chores: Chore[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private readonly end = new AbortController();

  constructor(private readonly workspaces: Workspaces) {}

  /** In the order in which they are to run. */
  register(...chores: readonly Chore[]): void {
    this.chores.push(...chores);
  }

  /** When the service is told to stop, whatever works in the background leaves the rest of its work to whoever comes next. */
  get stopping(): AbortSignal {
    return this.end.signal;
  }

  onApplicationBootstrap(): void {
    const round = () => {
      this.running = this.goRound();
    };
    round();
    this.timer = setInterval(round, HOUR_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.end.abort();
    await this.running;
  }

  /** Each failure is in the log already, and keeps nobody from the next workspace. */
  private async goRound(): Promise<void> {
    for (const workspace of this.workspaces.recent()) {
      await inWorkspace(workspace, () => this.runEach(this.chores)).catch(() => undefined);
    }
  }

  /**
   * Runs each chore once in the current workspace, also when another one failed.
   * @returns how many things each did, by its name
   * @throws what the first one threw that failed, when all have run
   */
  async runDue(): Promise<Record<string, number>> {
    return this.runEach(this.chores);
  }

  /** As `runDue`, without the chores that leave no trace: for an instant on the way, after which others come. */
  async runTraced(): Promise<Record<string, number>> {
    return this.runEach(this.chores.filter(({ nextDue }) => nextDue !== undefined));
  }

  /** When each chore that leaves a trace has something to do, earliest first; in the past what was due and could not be done. */
  async dues(): Promise<Date[]> {
    const dues = await Promise.all(this.chores.flatMap(({ nextDue }) => (nextDue ? [nextDue()] : [])));
    return dues.filter((due) => due !== undefined).sort((one, other) => one.getTime() - other.getTime());
  }

  /** Where the database does not answer, each of them waits in vain: whoever stops the service waits for one batch of one of them at most. */
  private async runEach(chores: readonly Chore[]): Promise<Record<string, number>> {
    const done: Record<string, number> = {};
    const failures: unknown[] = [];
    for (const { name, run } of chores) {
      if (this.stopping.aborted) break;
      try {
        done[name] = await run(this.stopping);
      } catch (error) {
        log.warn({ error: describeError(error), chore: name, workspace: currentWorkspace().name }, 'a chore failed');
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }
}

/** A chore that does a bounded batch over and over, until one is not full. */
export function inBatches(size: number, batch: (size: number) => Promise<number>): Chore['run'] {
  return async (stopping) => {
    for (let sum = 0; ;) {
      const done = await batch(size);
      sum += done;
      if (done < size || stopping.aborted) return sum;
    }
  };
}

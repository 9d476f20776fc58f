import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describeError, log } from './log.ts';
import { inWorkspace } from './workspace/workspace.context.ts';
import { Workspaces } from './workspace/workspaces.ts';

/** Something that falls due by the domain's clock, and is found by asking for it. */
export interface Chore {
  /** What it does, in words that a log line can hold. */
  readonly name: string;
  /** Does all that is due at this instant, however much that is. Safe beside another copy doing the same. @returns how many things it did */
  readonly run: () => Promise<number>;
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

  constructor(private readonly workspaces: Workspaces) {}

  /** In the order in which they are to run. */
  register(...chores: readonly Chore[]): void {
    this.chores.push(...chores);
  }

  onApplicationBootstrap(): void {
    const round = () => {
      this.running = this.goRound().catch((error: unknown) => log.warn({ error: describeError(error) }, 'the housekeeping failed'));
    };
    round();
    this.timer = setInterval(round, HOUR_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async goRound(): Promise<void> {
    for (const workspace of this.workspaces.recent()) await inWorkspace(workspace, () => this.runDue());
  }

  /** Runs each chore once in the current workspace. @returns how many things each did, by its name */
  async runDue(): Promise<Record<string, number>> {
    return runEach(this.chores);
  }

  /** As `runDue`, without the chores that leave no trace: for an instant on the way, after which others come. */
  async runTraced(): Promise<Record<string, number>> {
    return runEach(this.chores.filter(({ nextDue }) => nextDue !== undefined));
  }

  /** When each chore that leaves a trace has something to do, earliest first; in the past what was due and could not be done. */
  async dues(): Promise<Date[]> {
    const dues = await Promise.all(this.chores.flatMap(({ nextDue }) => (nextDue ? [nextDue()] : [])));
    return dues.filter((due) => due !== undefined).sort((one, other) => one.getTime() - other.getTime());
  }
}

async function runEach(chores: readonly Chore[]): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  for (const { name, run } of chores) done[name] = await run();
  return done;
}

/** Does a bounded batch over and over, until one is not full. @returns how many things all batches did */
export async function inBatches(size: number, batch: (size: number) => Promise<number>): Promise<number> {
  for (let sum = 0; ;) {
    const done = await batch(size);
    sum += done;
    if (done < size) return sum;
  }
}

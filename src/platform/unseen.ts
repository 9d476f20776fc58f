import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { describeError, log } from './log.ts';
import { currentWorkspace } from './workspace/workspace.context.ts';

/** Within which time the work begins, in milliseconds [D]: many requests long, and shorter than anybody notices with an SMS. */
const BEGINS_AFTER = { least: 20, most: 220 };

/**
 * Work that nobody may notice, because whether there is any tells something: it begins when the answer is long out, at an instant of its
 * own, so that the next request of whoever asked finds the service as busy as after a question that led to nothing.
 */
@Injectable()
export class Unseen implements OnModuleDestroy {
  private readonly waiting = new Map<Promise<void>, { readonly workspace: string; readonly hurry: AbortController }>();

  /** Returns at once. What fails is logged, and nobody is told. @param failure what the log says then */
  begin(work: () => Promise<void>, failure: string): void {
    const hurry = new AbortController();
    const done: Promise<void> = pause(randomInt(BEGINS_AFTER.least, BEGINS_AFTER.most), undefined, { signal: hurry.signal })
      .catch(() => undefined)
      .then(work)
      .catch((error: unknown) => log.warn({ error: describeError(error) }, failure))
      .finally(() => this.waiting.delete(done));
    this.waiting.set(done, { workspace: currentWorkspace().name, hurry });
  }

  /** What was begun in the current workspace is done now, without its wait. */
  async settled(): Promise<void> {
    const { name } = currentWorkspace();
    await this.finish(({ workspace }) => workspace === name);
  }

  async onModuleDestroy(): Promise<void> {
    await this.finish(() => true);
  }

  private async finish(isMeant: (of: { readonly workspace: string }) => boolean): Promise<void> {
    const meant = [...this.waiting].filter(([, of]) => isMeant(of));
    for (const [, { hurry }] of meant) hurry.abort();
    await Promise.all(meant.map(([done]) => done));
  }
}

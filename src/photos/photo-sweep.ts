import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { describeError, log } from '../platform/log.ts';
import { KeyStore } from './key-store.ts';
import { PhotoStore } from './photo-store.ts';
import { Shredding } from './shredding.ts';
import { inWorkspace } from '../platform/workspace/workspace.context.ts';
import { Workspaces } from '../platform/workspace/workspaces.ts';
import { LONGEST_STAY_MS, Spool } from './spool.storage.ts';
import { UploadParts } from './upload-parts.storage.ts';

const HOUR_MS = 3_600_000;
/** With the longest stay a quarter of an hour: so long rests at most what a dead process was receiving. */
const ARRIVALS_EVERY_MS = 5 * 60_000;
const BATCH = 500;

export interface Swept {
  /** Photos that no row names. */
  readonly photos: number;
  /** Keys of declarations that are not there. */
  readonly keys: number;
  /** Pieces of uploads that no row names. */
  readonly parts: number;
  /** Files that a crash left half-written. */
  readonly unfinished: number;
  /** Uploads that nobody came back for. */
  readonly spooled: number;
}

/**
 * Removes what was stored and never named: photos are durable before their row exists, so a crash, a refusal or a rollback in
 * between leaves a photo without a row. Any number of processes may sweep at once.
 */
@Injectable()
export class PhotoSweep implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private timers: NodeJS.Timeout[] = [];
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: PhotoStore,
    private readonly keyStore: KeyStore,
    private readonly shredding: Shredding,
    private readonly spool: Spool,
    private readonly parts: UploadParts,
    private readonly database: Database,
    private readonly workspaces: Workspaces,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({ name: 'sweep what never arrived', run: () => this.sweepArrivals() });
  }

  onApplicationBootstrap(): void {
    const sweep = () => this.quietly(() => this.sweepAndTell());
    const sweepArrivals = () => this.quietly(() => this.sweepArrivals());
    sweep();
    this.timers = [setInterval(sweep, HOUR_MS).unref(), setInterval(sweepArrivals, ARRIVALS_EVERY_MS).unref()];
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }

  /**
   * Sweeps the current workspace. When the service stops, what is left is left to the next sweep.
   * @param olderThanMs how long a photo may rest without a row; far longer than any request, or 0 when none is running
   */
  async sweep({ olderThanMs = HOUR_MS }: { olderThanMs?: number } = {}): Promise<Swept> {
    return {
      photos: await this.inBatches(this.store.restingFor(olderThanMs, this.stopping), (ids) => this.removeUnnamedPhotos(ids)),
      keys: await this.inBatches(this.keyStore.restingFor(olderThanMs, this.stopping), (ids) => this.removeUnnamedKeys(ids)),
      parts: await this.sweepParts(Math.min(olderThanMs, LONGEST_STAY_MS)),
      unfinished: (await this.store.removeUnfinished(olderThanMs)) + (await this.keyStore.removeUnfinished(olderThanMs)),
      spooled: await this.spool.removeLeftovers(),
    };
  }

  /** Removes from the current workspace what somebody was sending when its receiver died. @returns how many files */
  async sweepArrivals(): Promise<number> {
    return (await this.spool.removeLeftovers()) + (await this.sweepParts(LONGEST_STAY_MS));
  }

  private async sweepParts(olderThanMs: number): Promise<number> {
    return this.inBatches(this.parts.restingFor(olderThanMs, this.stopping), (ids) => this.removeUnnamedParts(ids));
  }

  private async removeUnnamedPhotos(ids: readonly string[]): Promise<number> {
    const rows = await this.database.rows<{ id: string }>('SELECT id FROM photos WHERE id = ANY($1::uuid[])', [ids]);
    const unnamed = without(ids, rows);
    await this.shredding.shred({ photoIds: unnamed });
    return unnamed.length;
  }

  /** A declaration that is there may still take a photo, and then needs the key that it has. */
  private async removeUnnamedKeys(ids: readonly string[]): Promise<number> {
    const rows = await this.database.rows<{ id: string }>('SELECT id FROM declarations WHERE id = ANY($1::uuid[])', [ids]);
    const unnamed = without(ids, rows);
    await this.shredding.shred({ photoIds: [], declarationIds: unnamed });
    return unnamed.length;
  }

  private async removeUnnamedParts(ids: readonly string[]): Promise<number> {
    const rows = await this.database.rows<{ id: string }>(
      `SELECT unnest(parts) AS id FROM uploads WHERE parts <> '{}' AND parts && $1::uuid[]`,
      [ids],
    );
    const unnamed = without(ids, rows);
    await this.parts.discard(unnamed);
    return unnamed.length;
  }

  private get stopping(): AbortSignal {
    return this.housekeeping.stopping;
  }

  private async inBatches(ids: AsyncIterable<string>, remove: (batch: readonly string[]) => Promise<number>): Promise<number> {
    let removed = 0;
    let batch: string[] = [];
    for await (const id of ids) {
      if (batch.push(id) < BATCH) continue;
      removed += await remove(batch);
      batch = [];
    }
    return batch.length === 0 ? removed : removed + (await remove(batch));
  }

  private async sweepAndTell(): Promise<void> {
    const swept = await this.sweep();
    if (Object.values(swept).some((count: number) => count > 0)) log.info({ swept }, 'photos swept');
  }

  /** In every workspace, after what is under way. What fails in one keeps nobody from the next. */
  private quietly(work: () => Promise<unknown>): void {
    this.running = this.running.then(async () => {
      for (const workspace of this.workspaces.recent()) {
        if (this.stopping.aborted) break;
        await inWorkspace(workspace, work).catch((error: unknown) => {
          log.warn({ error: describeError(error), workspace: workspace.name }, 'photo sweep failed; the next one comes by itself');
        });
      }
    });
  }
}

function without(ids: readonly string[], rows: readonly { id: string }[]): string[] {
  const named = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !named.has(id));
}

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { describeError, log } from '../platform/log.ts';
import { PhotoStore } from './photo-store.ts';
import { Spool } from './spool.storage.ts';

const HOUR_MS = 3_600_000;
const BATCH = 500;

export interface Swept {
  /** Photos that no row names. */
  readonly photos: number;
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
export class PhotoSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: PhotoStore,
    private readonly spool: Spool,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => {
      this.running = this.sweepQuietly();
    };
    sweep();
    this.timer = setInterval(sweep, HOUR_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /**
   * Sweeps the current workspace.
   * @param olderThanMs how long a photo may rest without a row; far longer than any request, or 0 when none is running
   */
  async sweep({ olderThanMs = HOUR_MS }: { olderThanMs?: number } = {}): Promise<Swept> {
    let photos = 0;
    let batch: string[] = [];
    const sweepBatch = async () => {
      photos += await this.removeUnnamed(batch);
      batch = [];
    };
    for await (const id of this.store.restingFor(olderThanMs)) {
      batch.push(id);
      if (batch.length === BATCH) await sweepBatch();
    }
    await sweepBatch();
    return { photos, unfinished: await this.store.removeUnfinished(olderThanMs), spooled: await this.spool.removeLeftovers() };
  }

  private async removeUnnamed(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const rows = await this.database.rows<{ id: string }>('SELECT id FROM photos WHERE id = ANY($1::uuid[])', [ids]);
    const named = new Set(rows.map(({ id }) => id));
    const unnamed = ids.filter((id) => !named.has(id));
    for (const id of unnamed) await this.store.delete(id);
    return unnamed.length;
  }

  private async sweepQuietly(): Promise<void> {
    try {
      const swept = await this.sweep();
      if (swept.photos + swept.unfinished + swept.spooled > 0) log.info({ swept }, 'photos swept');
    } catch (error) {
      log.warn({ error: describeError(error) }, 'photo sweep failed; the next one comes in an hour');
    }
  }
}

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { describeError, log } from '../platform/log.ts';
import { KeyStore } from './key-store.ts';
import { PhotoStore } from './photo-store.ts';
import { Shredding } from './shredding.ts';
import { inWorkspace } from '../platform/workspace/workspace.context.ts';
import { Workspaces } from '../platform/workspace/workspaces.ts';
import { Spool } from './spool.storage.ts';
import { UploadParts } from './upload-parts.storage.ts';

const HOUR_MS = 3_600_000;
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
export class PhotoSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: PhotoStore,
    private readonly keyStore: KeyStore,
    private readonly shredding: Shredding,
    private readonly spool: Spool,
    private readonly parts: UploadParts,
    private readonly database: Database,
    private readonly workspaces: Workspaces,
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
    return {
      photos: await inBatches(this.store.restingFor(olderThanMs), (ids) => this.removeUnnamedPhotos(ids)),
      keys: await inBatches(this.keyStore.restingFor(olderThanMs), (ids) => this.removeUnnamedKeys(ids)),
      parts: await inBatches(this.parts.restingFor(olderThanMs), (ids) => this.removeUnnamedParts(ids)),
      unfinished: (await this.store.removeUnfinished(olderThanMs)) + (await this.keyStore.removeUnfinished(olderThanMs)),
      spooled: await this.spool.removeLeftovers(),
    };
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

  private async sweepQuietly(): Promise<void> {
    try {
      for (const workspace of this.workspaces.recent()) {
        const swept = await inWorkspace(workspace, () => this.sweep());
        if (Object.values(swept).some((count: number) => count > 0)) log.info({ swept }, 'photos swept');
      }
    } catch (error) {
      log.warn({ error: describeError(error) }, 'photo sweep failed; the next one comes in an hour');
    }
  }
}

async function inBatches(ids: AsyncIterable<string>, remove: (batch: readonly string[]) => Promise<number>): Promise<number> {
  let removed = 0;
  let batch: string[] = [];
  for await (const id of ids) {
    if (batch.push(id) < BATCH) continue;
    removed += await remove(batch);
    batch = [];
  }
  return batch.length === 0 ? removed : removed + (await remove(batch));
}

function without(ids: readonly string[], rows: readonly { id: string }[]): string[] {
  const named = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !named.has(id));
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { describeError, log } from '../platform/log.ts';
import { inWorkspace } from '../platform/workspace/workspace.context.ts';
import { Workspaces } from '../platform/workspace/workspaces.ts';
import { KeyStore } from './key-store.ts';
import { PhotoKeys } from './photo-keys.ts';
import { PhotoStore } from './photo-store.ts';
import { ShredLedger, type Shredded } from './shred-ledger.ts';

const BATCH = 5_000;

/** What shredding is asked for: single photos, and declarations that will have no photos any more. */
export interface Condemned {
  readonly photoIds: readonly string[];
  /** Those that take no photo any more: what is being sealed under their key would be lost. */
  readonly declarationIds?: readonly string[];
}

/** What the ledger found at a start, of things that it says are gone. */
export interface FoundAgain {
  /** Lines read. */
  readonly entries: number;
  readonly rows: number;
  readonly files: number;
  readonly keys: number;
}

/**
 * The end of photos: what is shredded stays so, whichever backup comes back. The ledger's line first, durable; then the wrapped key, without
 * which copies of the files are noise; then the files. Before the service listens it goes through the ledger, so that an old dump beside
 * old files and old keys brings nothing back.
 */
@Injectable()
export class Shredding implements OnModuleInit {
  private readonly checked = new Set<string>();

  constructor(
    private readonly ledger: ShredLedger,
    private readonly keys: PhotoKeys,
    private readonly keyStore: KeyStore,
    private readonly store: PhotoStore,
    private readonly database: Database,
    private readonly workspaces: Workspaces,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.applyLedger();
    this.workspaces.onForgotten((name) => this.checked.delete(name));
    this.workspaces.onWaking(async (workspace) => {
      if (this.checked.has(workspace.name)) return;
      try {
        await inWorkspace(workspace, () => this.applyLedger());
        this.checked.add(workspace.name);
      } catch (error) {
        log.error({ error: describeError(error), workspace: workspace.name }, 'the shred ledger could not be applied');
      }
    });
  }

  /**
   * Writes down what is to be shredded, for good: from here on it happens, now by `carryOut` or at the next start. To be called within the
   * transaction that removes the rows, when nothing else can refuse any more.
   */
  async condemn({ photoIds, declarationIds = [] }: Condemned): Promise<Shredded> {
    const found = await Promise.all(declarationIds.map(async (declaration) => ({ declaration, key: await this.keys.find(declaration) })));
    const keys = found.flatMap(({ declaration, key }) => (key ? [{ declaration, id: key.id.toString('hex') }] : []));
    const shredded = { photos: photoIds, keys };
    if (photoIds.length + keys.length > 0) await this.ledger.append(shredded);
    return shredded;
  }

  /** Removes what was condemned. What cannot be removed now goes with the sweep, or at the next start. */
  async carryOut({ photos, keys }: Shredded): Promise<void> {
    await Promise.allSettled(keys.map(({ declaration }) => this.keyStore.delete(declaration)));
    await Promise.allSettled(photos.map((id) => this.store.delete(id)));
  }

  /** Condemns and removes what no row names any more. */
  async shred(condemned: Condemned): Promise<void> {
    await this.carryOut(await this.condemn(condemned));
  }

  /** Removes from the current workspace whatever of it the ledger names: rows, files, keys. Done at every start; safe at any time. */
  async applyLedger(): Promise<FoundAgain> {
    const found = { entries: 0, rows: 0, files: 0, keys: 0 };
    if ((await this.ledger.end()) === 0) return found;
    const [files, keys] = await Promise.all([setOf(this.store.ids()), setOf(this.keyStore.ids())]);
    let batch: string[] = [];
    const removeRows = async () => {
      const rows = await this.database.rows(`DELETE FROM photos WHERE id = ANY($1::uuid[]) RETURNING id`, [batch]);
      found.rows += rows.length;
      batch = [];
    };
    for await (const entry of this.ledger.entries()) {
      found.entries++;
      for (const { declaration, id } of entry.keys) {
        if (!keys.has(declaration) || !(await this.removeKey(declaration, id))) continue;
        keys.delete(declaration);
        found.keys++;
      }
      for (const id of entry.photos) {
        batch.push(id);
        if (!files.delete(id)) continue;
        await this.store.delete(id);
        found.files++;
      }
      if (batch.length >= BATCH) await removeRows();
    }
    await removeRows();
    if (found.rows + found.files + found.keys > 0) log.warn({ found }, 'photos that had been shredded were there again: they are gone');
    return found;
  }

  /** One that no master key opens any more is of no use to anybody. */
  private async removeKey(declaration: string, id: string): Promise<boolean> {
    const key = await this.keys.find(declaration);
    if (key && key.id.toString('hex') !== id) return false;
    await this.keyStore.delete(declaration);
    return true;
  }
}

async function setOf(ids: AsyncIterable<string>): Promise<Set<string>> {
  const set = new Set<string>();
  for await (const id of ids) set.add(id);
  return set;
}

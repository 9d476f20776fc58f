import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { log } from '../platform/log.ts';
import { currentWorkspace } from '../platform/workspace/workspace.context.ts';
import { orUnavailable, syncFolder, unlessAbsent } from '../platform/files.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What must never be seen again. */
export interface Shredded {
  /** Photos by their ids. */
  readonly photos: readonly string[];
  /** Keys of declarations, by declaration and by the key's own id: a declaration may get another key later. */
  readonly keys: readonly { readonly declaration: string; readonly id: string }[];
}

/**
 * What was shredded, one JSON object a line, in `<SHRED_LEDGER>/<workspace>.jsonl`. Only ever added to: a line is durable before anything
 * is removed, so that a backup which holds the removed is known for what it is. It names nobody. A restore leaves the ledger as it is, or
 * puts several together by writing them one behind the other: order and repetition do not matter.
 */
@Injectable()
export class ShredLedger {
  private readonly root: string;

  constructor(@Inject(ENV) { shredLedger }: Pick<Environment, 'shredLedger'>) {
    this.root = shredLedger;
  }

  /** When it resolves, the entry survives a power cut. @throws Refusal `service-unavailable` */
  async append(entry: Shredded): Promise<void> {
    // A line break before it too: what a crash cut off in the middle spoils itself alone.
    const line = `\n${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`;
    await orUnavailable(async () => {
      const isNew = (await mkdir(this.root, { recursive: true, mode: 0o700 })) !== undefined;
      const file = await open(this.path, 'a', 0o600);
      try {
        await file.appendFile(line);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(this.root);
      if (isNew) await syncFolder(dirname(this.root));
    });
  }

  /** @param from where to begin, in bytes: a place at which the ledger once ended */
  async *entries(from = 0): AsyncGenerator<Shredded, void, undefined> {
    const file = await unlessAbsent(open(this.path, 'r'));
    if (!file) return;
    const stream = file.createReadStream({ encoding: 'utf8', start: from });
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      const entry = line === '' ? undefined : entryIn(line);
      if (entry) yield entry;
    }
  }

  /** Where the ledger ends, in bytes. */
  async end(): Promise<number> {
    const file = await unlessAbsent(open(this.path, 'r'));
    if (!file) return 0;
    try {
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  /** The workspace is gone, or begins anew with the same ids: what was shredded in it says nothing any more. Never for `default`. */
  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private get path(): string {
    return join(this.root, `${currentWorkspace().name}.jsonl`);
  }
}

/** Undefined for a line that was never finished: nothing had been removed for it. */
function entryIn(line: string): Shredded | undefined {
  try {
    const { photos, keys } = JSON.parse(line) as Shredded;
    if ([...photos, ...keys.map(({ declaration }) => declaration)].every((id) => UUID.test(id))) return { photos, keys };
  } catch {
    // Told below.
  }
  log.warn('a line of the shred ledger is not whole; it was cut off before anything was removed for it');
  return undefined;
}

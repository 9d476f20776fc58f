import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../platform/env.ts';
import { copyDurably, syncFolder } from './durable-files.ts';
import { LEDGER_FILE } from './shelves.ts';

type Place = Pick<Environment, 'shredLedger'>;

/** Where a backup keeps the ledger as it was. */
const placeIn = (backup: string) => join(backup, 'shredded', LEDGER_FILE);

/**
 * Copies the ledger into a backup, and then says in the ledger itself that this backup was made: whoever shows a ledger with that line
 * shows one that is newer than the backup. The copy has it not.
 * @returns the mark, by which the line is known
 */
export async function keepLedger({ shredLedger }: Place, backup: string): Promise<string> {
  await mkdir(join(backup, 'shredded'), { mode: 0o700 });
  await copyDurably(join(shredLedger, LEDGER_FILE), placeIn(backup));
  const mark = randomUUID();
  await appendTo(shredLedger, JSON.stringify({ at: new Date().toISOString(), photos: [], keys: [], backup: mark }));
  return mark;
}

/** Ledgers from which a restore may learn what was shredded. */
export interface Ledgers {
  /** One behind the other: order and repetition do not matter. */
  readonly text: string;
  readonly isNewer: boolean;
}

/**
 * The backup's own ledger, the one in place, and the one that is named.
 * @param mark of the backup; one of an earlier release has none, and takes any ledger but its own for a newer one
 * @throws when the named one cannot be read
 */
export async function collectLedgers({ shredLedger }: Place, backup: string, mark: string | undefined, named?: string): Promise<Ledgers> {
  const others = [await textOf(join(shredLedger, LEDGER_FILE)), named === undefined ? '' : await readFile(named, 'utf8')].join('\n');
  const isNewer = mark === undefined ? others.trim() !== '' : others.includes(mark);
  return { text: `${await textOf(placeIn(backup))}\n${named === undefined ? '' : others}`, isNewer };
}

/** Behind what is there: a ledger is never replaced by an older one. */
export async function bringLedgers({ shredLedger }: Place, { text }: Ledgers): Promise<void> {
  if (text.trim() !== '') await appendTo(shredLedger, text);
}

async function appendTo(shredLedger: string, text: string): Promise<void> {
  const isNew = (await mkdir(shredLedger, { recursive: true, mode: 0o700 })) !== undefined;
  const ledger = await open(join(shredLedger, LEDGER_FILE), 'a', 0o600);
  try {
    // A line break before it too: what a crash cut off in the middle spoils itself alone.
    await ledger.appendFile(`\n${text}\n`);
    await ledger.sync();
  } finally {
    await ledger.close();
  }
  await syncFolder(shredLedger);
  if (isNew) await syncFolder(dirname(shredLedger));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

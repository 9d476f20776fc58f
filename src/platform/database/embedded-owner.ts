import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { handOver, type EmbeddedHome } from './embedded-home.ts';
import { isAlive, processIdentity, type ProcessIdentity } from './embedded-processes.ts';

/** The right to run the cluster of one home. */
export interface Ownership {
  /** Empties the record, which even a full disk allows; the process may own the home again later. */
  release(): Promise<void>;
}

// A process killed with SIGKILL cannot take its lock file away, and of two processes that both find a dead owner's file and replace it,
// the slower one would replace the quicker one's. So no file is ever replaced: each owner makes the next number, which only one can.
const RECORD = /^owner\.(\d+)$/;

/** @throws EmbeddedPostgresError when a living process owns the home. */
export async function takeOwnership(home: EmbeddedHome): Promise<Ownership> {
  const self = await processIdentity(process.pid);
  if (!self) throw new Error(`this process (${process.pid}) is not to be found among the processes`);
  for (;;) {
    const { number, owner } = await lastRecord(home.directory);
    if (owner) {
      throw new EmbeddedPostgresError(
        `The database in ${dirname(home.directory)} is already run by process ${owner.pid}: stop that process first, or choose another DATA_DIR.`,
      );
    }
    if (await makeRecord(home, number + 1, self)) {
      return { release: () => truncate(recordPath(home.directory, number + 1)) };
    }
  }
}

/** The living process that owns a home's directory, if there is one. */
export async function livingOwner(directory: string): Promise<ProcessIdentity | undefined> {
  return (await lastRecord(directory)).owner;
}

/** `owner` is undefined when the last owner released the home or died. */
async function lastRecord(directory: string): Promise<{ number: number; owner?: ProcessIdentity }> {
  const number = (await recordNumbers(directory)).at(-1) ?? 0;
  // A record that goes away under our eyes has been followed by a later one: the link or the look after it will fail.
  const owner = parseIdentity(await readFile(recordPath(directory, number), 'utf8').catch(ignoreAbsence));
  return owner && (await isAlive(owner)) ? { number, owner } : { number };
}

async function makeRecord(home: EmbeddedHome, number: number, self: ProcessIdentity): Promise<boolean> {
  const path = recordPath(home.directory, number);
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(draft, JSON.stringify(self), { mode: 0o600, flag: 'wx' });
  try {
    await handOver(draft, home.keeper);
    await link(draft, path);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  } finally {
    await rm(draft);
  }
  // A later number means that others came and went between our look and our link, and that this number had been cleared away.
  const numbers = await recordNumbers(home.directory);
  const isLast = numbers.at(-1) === number;
  for (const useless of isLast ? numbers.slice(0, -1) : [number]) await rm(recordPath(home.directory, useless), { force: true });
  return isLast;
}

async function recordNumbers(directory: string): Promise<number[]> {
  const names = (await readdir(directory).catch(ignoreAbsence)) ?? [];
  return names
    .map((name) => Number(RECORD.exec(name)?.[1]))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
}

function recordPath(directory: string, number: number): string {
  return join(directory, `owner.${number}`);
}

/** An empty record was released; one cut short by a full disk or a power failure names nobody either. */
function parseIdentity(text: string | undefined): ProcessIdentity | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text ?? '') as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function ignoreAbsence(fault: NodeJS.ErrnoException): undefined {
  if (fault.code !== 'ENOENT') throw fault;
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOutage } from './http/unavailable.ts';
import { Refusal } from './refusal.ts';

/** What the file work gives, or undefined where there is no such file: somebody else was quicker to remove it. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch(unlessCode('ENOENT'));
}

/** For `catch`: swallows the one expected error code. */
export function unlessCode(expected: string) {
  return (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== expected) throw error;
  };
}

/**
 * All of a file whose size is known, in memory of its own that can be handed to a thread. `readFile` would gather pieces and copy them.
 * @throws when the file is shorter
 */
export async function readWhole(path: string, size: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) throw new Error('a file is shorter than it was');
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Makes folders that are missing, each inside the one before it, and makes them last. One level at a time: only these become
 * private (0700), not whatever stands above them.
 */
export async function makePrivateFolders(...levels: [root: string, ...string[]]): Promise<void> {
  if (await unlessAbsent(stat(levels.at(-1)!))) return;
  await mkdir(dirname(levels[0]), { recursive: true });
  for (const level of levels) {
    await mkdir(level, { mode: 0o700 }).catch(unlessCode('EEXIST'));
    await syncFolder(dirname(level));
  }
}

/** A name that was made or removed in the folder survives a power cut only after this. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The time the file system itself would write on a file now: a network share keeps its own. */
export async function clockOfFileSystem(folder: string): Promise<number> {
  const probe = join(folder, `${randomUUID()}.tmp`);
  const file = await open(probe, 'wx', 0o600);
  try {
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
    await unlink(probe);
  }
}

/** After it resolves the file is whole, replaces what stood there, and survives a power cut; when it fails nothing is left. */
export async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await placeDurably(path, bytes, (unfinished) => rename(unfinished, path));
}

/** The same for a file that must not be there yet. @returns false when it is, and then that one survives a power cut */
export async function addDurably(path: string, bytes: Buffer): Promise<boolean> {
  if (await unlessAbsent(stat(path))) {
    // Whoever has just made it may not have come so far.
    await syncFolder(dirname(path));
    return false;
  }
  let isNew = true;
  await placeDurably(path, bytes, async (unfinished) => {
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      isNew = false;
    });
    await unlink(unfinished);
  });
  return isNew;
}

/** @throws Refusal `service-unavailable` instead of what the file system says when it has no room or does not answer */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOutage(error) ? Object.assign(new Refusal('service-unavailable', { retryAfter: 30 }), { cause: error }) : error;
  }
}

async function placeDurably(path: string, bytes: Buffer, place: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(unfinished);
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

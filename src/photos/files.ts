import { randomUUID } from 'node:crypto';
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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

import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const UNFINISHED = '.tmp';

/** After it resolves the file is whole and survives a power cut. */
export async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}${UNFINISHED}`, content, { mode: 0o600, flush: true });
  await rename(`${path}${UNFINISHED}`, path);
  await syncFolder(dirname(path));
}

/** A name in the folder survives a power cut only after this. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(unlessAbsent)) !== undefined;
}

export async function isEmptyFolder(path: string): Promise<boolean> {
  return ((await readdir(path).catch(unlessAbsent)) ?? []).length === 0;
}

/**
 * Copies a tree of files that are never changed once they are there: those that the copy has already are not looked at again, those that
 * go away meanwhile are left out, unfinished ones too. @returns how many files were copied
 */
export async function copyTree(from: string, to: string): Promise<number> {
  const entries = (await readdir(from, { withFileTypes: true }).catch(unlessAbsent)) ?? [];
  await mkdir(to, { recursive: true, mode: 0o700 });
  const there = new Set(await readdir(to));
  let copied = 0;
  for (const { name, ...entry } of entries.map((found) => ({ name: found.name, isFolder: found.isDirectory(), isFile: found.isFile() }))) {
    if (entry.isFolder) copied += await copyTree(join(from, name), join(to, name));
    else if (entry.isFile && !name.endsWith(UNFINISHED) && !there.has(name) && (await copyDurably(join(from, name), join(to, name))))
      copied++;
  }
  if (copied > 0) await syncFolder(to);
  return copied;
}

/** @returns whether there was anything to copy */
export async function copyDurably(from: string, to: string): Promise<boolean> {
  const unfinished = `${to}${UNFINISHED}`;
  try {
    await copyFile(from, unfinished, constants.COPYFILE_FICLONE);
  } catch (error) {
    unlessAbsent(error);
    await rm(unfinished, { force: true });
    return false;
  }
  const file = await open(unfinished, 'r');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, to);
  return true;
}

function unlessAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

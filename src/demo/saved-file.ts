import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Writes a file under a name that came over the wire; of it only letters, digits, `.`, `-` and `_` are kept. @returns its path, from here where it lies below */
export async function saveFile(directory: string, name: string, content: Buffer): Promise<string> {
  // It may be the first to make the data directory, which is nobody else's to read.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, ''));
  await writeFile(path, content);
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

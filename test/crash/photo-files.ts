import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';

interface StoredFile {
  /** The photo's id; for a file that was never finished, the name itself. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

const TWO_HOURS = 2 * 3600;

/** Every file of the photo store, half-written ones included. */
export async function storedPhotos(photoStore: string): Promise<StoredFile[]> {
  const entries = await readdir(photoStore, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => ({ id: name, name, path: join(parentPath, name) }));
}

/** Makes the store look as it will in two hours: the sweep leaves young photos alone, whose requests may still be under way. */
export async function agePhotos(photoStore: string): Promise<void> {
  const then = Date.now() / 1000 - TWO_HOURS;
  for (const { path } of await storedPhotos(photoStore)) await utimes(path, then, then);
}

import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.ts';

const NAMES = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

type Stores = Pick<Bench, 'photoStore' | 'photoKeys'>;

function foldersOf({ photoStore, photoKeys }: Stores): string[] {
  return [photoStore, photoKeys].flatMap((store) => NAMES.map((name) => join(store, 'default', name)));
}

/** Every folder that a photo or a key may go into is there: whoever stores something has none to make. */
export async function makeFolders(stores: Stores): Promise<void> {
  for (const folder of foldersOf(stores)) await mkdir(folder, { mode: 0o700, recursive: true });
}

/** No folder is there that holds nothing: whoever stores something most likely has to make one. */
export async function removeEmptyFolders(stores: Stores): Promise<void> {
  for (const folder of foldersOf(stores)) {
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'ENOENT'].includes(error.code!)) throw error;
    });
  }
}

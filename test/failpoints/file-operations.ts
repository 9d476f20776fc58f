import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { fuse } from './fuse.ts';

type Operation = (...values: unknown[]) => Promise<unknown>;

const BY_PATH = [
  'appendFile',
  'link',
  'mkdir',
  'open',
  'readFile',
  'readdir',
  'rename',
  'rm',
  'stat',
  'unlink',
  'utimes',
  'writeFile',
] as const;
const BY_HANDLE = ['appendFile', 'close', 'read', 'stat', 'sync', 'writeFile'] as const;

const WORDS: Record<string, string> = { EIO: 'i/o error', ENOSPC: 'no space left on device' };

/** Every operation on uploads that wait, photos that rest, their keys and the shred ledger: nobody but a request touches those. */
export function fuseFileOperations(): void {
  const places = ['PHOTO_STORE', 'PHOTO_KEYS', 'SHRED_LEDGER', 'DATA_DIR'].map((name) => {
    const place = process.env[name];
    if (place === undefined) throw new Error(`${name} is not set: what happens there would be neither counted nor failed`);
    return resolve(place, name === 'DATA_DIR' ? 'spool' : '.');
  });
  const isOurs = (path: unknown) => typeof path === 'string' && places.some((place) => path === place || path.startsWith(`${place}${sep}`));
  const module = files as unknown as Record<string, Operation>;
  for (const name of BY_PATH) {
    const operation = module[name]!;
    module[name] = async (...values) => {
      if (!values.some(isOurs)) return operation(...values);
      const result = await fused(name, () => operation(...values));
      if (name === 'open') fuseHandle(result as Record<string, Operation>);
      if (name === 'rename') await fuse.line('photo.renamed');
      return result;
    };
  }
  syncBuiltinESMExports();
}

function fuseHandle(handle: Record<string, Operation>): void {
  for (const name of BY_HANDLE) {
    const operation = handle[name]!.bind(handle);
    // What cannot be closed is closed nevertheless, as the system does it.
    handle[name] = (...values) => fused(name, () => operation(...values), name === 'close');
  }
}

async function fused(name: string, work: () => Promise<unknown>, isAlwaysDone = false): Promise<unknown> {
  const effect = fuse.meet('file')?.effect;
  if (effect === undefined) return work();
  if (effect === 'EIO-late' || isAlwaysDone) await work();
  const code = effect === 'ENOSPC' ? 'ENOSPC' : 'EIO';
  throw Object.assign(new Error(`${code}: ${WORDS[code]}, ${name}`), { code, syscall: name });
}

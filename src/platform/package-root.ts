import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

/** The folder that holds this package's own package.json, whether the code runs from `src/` or from `dist/src/`. */
export function packageRoot(): string {
  found ??= searchUpwards(import.meta.dirname);
  return found;
}

/** Absolute path of a file shipped in `data/`. */
export function dataFile(name: string): string {
  return join(packageRoot(), 'data', name);
}

/** What `npm start` runs: the built service and the libraries it needs, in one file (bundle.mjs). */
export function serviceProgram(): string {
  return join(packageRoot(), 'dist', 'service', 'main.js');
}

function searchUpwards(from: string): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'bhxh-intake') return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json of bhxh-intake not found above the running code');
  return searchUpwards(parent);
}

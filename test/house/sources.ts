import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';

export interface Source {
  /** From the package's root, such as `src/main.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file below the folders. */
export function sources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(packageRoot(), path), 'utf8') })),
  );
}

export const isSpec = ({ path }: Pick<Source, 'path'>) => path.endsWith('.spec.ts');

/** The text without its comments, which may speak of anything. Strings that hold `//` are URLs and lose their end. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(packageRoot(), path), 'utf8')) as T;
}

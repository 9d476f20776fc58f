import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';

/** What `npm start` sets before the process begins, unless it is set already: how the C library keeps memory. */
export function startEnvironment(): Record<string, string> {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: { start: string } };
  return Object.fromEntries([...scripts.start.matchAll(/(\w+)=\$\{\1:-([^}]+)\}/g)].map(([, name, value]) => [name!, value!]));
}

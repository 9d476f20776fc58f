import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';

/** How a command ended, and all that it printed, in the order of its printing. */
export interface CommandRun {
  readonly code: number | null;
  readonly output: string;
}

/** `npm run <name> -- …`, without the build and with no other environment than this one. */
export async function runCommand(
  name: 'backup' | 'restore' | 'privacy' | 'cli/cli',
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  input = '',
): Promise<CommandRun> {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'src', `${name}.command.js`), ...words], {
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

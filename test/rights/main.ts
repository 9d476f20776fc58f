import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runRightsTest } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  say(`rights · no seed: nothing is random · one of ${options.every} cells`);
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-rights-')));
  const { passed, failed } = await runRightsTest(options, join(directory, 'data'), say);
  await rm(directory, { recursive: true, force: true });
  say(`${passed} passed, ${failed} failed · ${failed} violations`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the rights test broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

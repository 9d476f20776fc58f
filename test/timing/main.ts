import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runTimingTest } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  say(`timing · seed ${options.seed} · ${options.pairs} pairs at each door, over one connection, in any order`);
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-timing-')));
  const { passed, failed } = await runTimingTest(options, join(directory, 'data'), say);
  await rm(directory, { recursive: true, force: true });
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the timing test broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

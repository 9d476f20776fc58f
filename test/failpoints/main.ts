import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runFailpoints } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-failpoints-')));
  say(`failpoints · seed ${options.seed} · ${options.repeats} repeats · ${options.scenarios.join(', ')} · ${directory}`);
  const { passed, failed } = await runFailpoints(options, directory, say);
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`journals, logs and data: ${directory}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the failpoints broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal.ts';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runCrashTest } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-crash-')));
  say(
    `crash test · seed ${options.seed} · ${options.submissions} submissions · ${options.kills} kills · ${options.copies} copies · ${directory}`,
  );
  const { passed, failed } = await runCrashTest(options, directory, new Journal(directory), say);
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`clients.jsonl, nemesis.jsonl, logs, dump and data: ${directory}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the crash test broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions, USAGE, type CrashOptions } from './options.ts';
import { judgeAgain, runCrashTest } from './run.ts';
import type { Score } from './score.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  const directory = 'judge' in options ? options.judge : await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-crash-')));
  const { passed, failed } = 'judge' in options ? await judgeAgain(directory, say) : await run(options, directory);
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`clients.jsonl, nemesis.jsonl, logs, dump and data: ${directory}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else
    process.stderr.write(
      `the crash test broke off: ${(error as Error).stack}\nWhat it left can be judged again: --judge with its directory\n`,
    );
  process.exit(2);
}

function run(options: CrashOptions, directory: string): Promise<Score> {
  const { seed, submissions, kills, copies } = options;
  say(`crash test · seed ${seed} · ${submissions} submissions · ${kills} kills · ${copies} copies · ${directory}`);
  return runCrashTest(options, directory, say);
}

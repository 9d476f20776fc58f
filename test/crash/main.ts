import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions, USAGE, type CrashOptions, type EarlierRun } from './options.ts';
import { continueCrashTest, judgeAgain, runCrashTest } from './run.ts';
import type { Score } from './score.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  const earlier = 'judge' in options ? options.judge : 'continue' in options ? options.continue : undefined;
  const directory = earlier ?? (await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-crash-'))));
  const { passed, failed } = await score(options, directory);
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`clients.jsonl, nemesis.jsonl, logs, dump and data: ${directory}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else
    process.stderr.write(
      `the crash test broke off: ${(error as Error).stack}\nWhat it left can be judged again, --judge with its directory, or be gone on with: --continue\n`,
    );
  process.exit(2);
}

function score(options: CrashOptions | EarlierRun, directory: string): Promise<Score> {
  if ('judge' in options) return judgeAgain(directory, say);
  if ('continue' in options) return continueCrashTest(directory, say);
  const { seed, submissions, kills, copies } = options;
  say(`crash test · seed ${seed} · ${submissions} submissions · ${kills} kills · ${copies} copies · ${directory}`);
  return runCrashTest(options, directory, say);
}

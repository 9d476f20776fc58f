import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Book } from './book.ts';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { FAMILIES, runBadPhotoTest } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  say(`bad photos · seed ${options.seed} · ${options.files} files of ${FAMILIES.length} kinds · ${options.lanes} at once`);
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-bad-photos-')));
  const book = new Book();
  await runBadPhotoTest(options, join(directory, 'data'), book, say);
  const { passed, failed } = book.judge(say);
  await rm(directory, { recursive: true, force: true });
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the test of bad photos broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Book } from './book.ts';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runFuzzTest } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  say(`fuzz test · seed ${options.seed} · ${options.requests} requests · ${options.connections} connections`);
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-fuzz-')));
  const dataDir = join(directory, 'data');
  const book = new Book(join(directory, 'violations'));
  await runFuzzTest(options, dataDir, book, say);
  say(book.table());
  const { passed, failed } = book.judge(say);
  await rm(failed === 0 ? directory : dataDir, { recursive: true, force: true });
  if (failed > 0) say(`the requests that failed: ${join(directory, 'violations')}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the fuzz test broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

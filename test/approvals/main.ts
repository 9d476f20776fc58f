import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApprovalJournal } from './approval-journal.ts';
import { BadOptions, readOptions, USAGE } from './options.ts';
import { runApprovals } from './run.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-approvals-')));
  const { seed, approvals, kills, copies } = options;
  say(`approvals under fire · seed ${seed} · ${approvals} approvals · ${kills} kills · ${copies} copies · ${directory}`);
  const { passed, failed } = await runApprovals(options, directory, new ApprovalJournal(directory), say);
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`clients.jsonl, nemesis.jsonl, logs, dump and data: ${directory}`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the approvals broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

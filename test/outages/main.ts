import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions, readOptions } from './options.ts';
import { REHEARSALS } from './rehearsals.ts';
import { Skipped } from './skipped.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const names = Object.keys(REHEARSALS);

try {
  const options = readOptions(process.argv.slice(2), names);
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-outages-')));
  say(
    `outages · seed ${options.seed} · ${options.only.join(', ')} · ${options.sigterms} SIGTERMs · ${options.slow} slow sockets · ${directory}`,
  );
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const name of options.only) {
    const place = join(directory, name);
    await mkdir(place, { mode: 0o700 });
    const began = performance.now();
    const findings = await REHEARSALS[name]!({ ...options, directory: place, say: (line) => say(`       ${name}: ${line}`) }).catch(
      (error: unknown) => {
        if (error instanceof Skipped) return error;
        return [`broke off: ${(error as Error).stack}`];
      },
    );
    const seconds = Math.round((performance.now() - began) / 1000);
    if (findings instanceof Skipped) {
      count.skipped++;
      say(`SKIPPED ${name}: ${findings.message}`);
      continue;
    }
    count[findings.length === 0 ? 'passed' : 'failed']++;
    say(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${findings.length} violations, ${seconds} s`);
    for (const finding of findings.slice(0, 10)) say(`       ${finding}`);
  }
  if (count.failed === 0) await rm(directory, { recursive: true, force: true });
  else say(`journals, logs and data: ${directory}`);
  const isSkipFatal = count.skipped > 0 && !options.allowSkips;
  if (isSkipFatal) say('FAIL what was skipped is not shown: give it a machine that can, or say --allow-skips');
  say(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exit(count.failed === 0 && !isSkipFatal ? 0 : 1);
} catch (error) {
  if (error instanceof BadOptions)
    process.stderr.write(
      `${error.message}\nnpm run test:outages -- [--sigterms 20] [--slow 500] [--seed <text>] [--only ${names.join(',')}] [--allow-skips]\n`,
    );
  else process.stderr.write(`the outages broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

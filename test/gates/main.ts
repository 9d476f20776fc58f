import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/platform/package-root.ts';
import { GATES, SIZES, type Size } from './gates.ts';

const USAGE = `npm run test:gate | test:moonshot | test:sample [-- <name>…]   names: ${GATES.map(({ name }) => name).join(', ')}`;
const MINUTE_MS = 60_000;
/** Longer than any last line. */
const TAIL = 2_000;

/** What one command came to. */
interface Ran {
  readonly command: string;
  readonly minutes: number;
  readonly status: number;
  readonly lastLine: string;
}

const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const say = (line: string) => void process.stdout.write(`${line}\n`);

const [size, names] = wish();
const ran: Ran[] = [];
for (const gate of GATES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const args of gate[size]) ran.push(await run(gate.script, args));
}
say(`\n${size} on Node ${process.version}, ${process.platform} ${process.arch}`);
for (const { command, minutes, status, lastLine } of ran)
  say(`${status === 0 ? 'ok  ' : 'FAIL'} ${minutes.toFixed(1).padStart(6)} min  ${command}  ${lastLine}`);
const failed = ran.filter(({ status }) => status !== 0).length;
say(`${ran.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * One after the other: each needs the machine for itself. A failure does not keep the next from being tried. Everything has been built by the
 * script that runs this one, so that of each script only its last part is needed.
 */
async function run(script: string, args: string): Promise<Ran> {
  const command = `npm run ${script} -- ${args}`.trimEnd();
  say(`\n=== ${command}`);
  const began = performance.now();
  const child = spawn(`${scripts[script]!.split(' && ').at(-1)} ${args}`, {
    shell: true,
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    tail = `${tail}${chunk.toString()}`.slice(-TAIL);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { command, minutes: (performance.now() - began) / MINUTE_MS, status: code ?? 1, lastLine: tail.trimEnd().split('\n').at(-1)! };
}

function wish(): [Size, readonly string[]] {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [size, ...names] = positionals;
  const unknown = names.find((name) => !GATES.some((gate) => gate.name === name));
  if (!isSize(size) || unknown !== undefined) {
    process.stderr.write(`${unknown === undefined ? '' : `there is no ${unknown}\n`}${USAGE}\n`);
    process.exit(2);
  }
  return [size, names];
}

function isSize(text: string | undefined): text is Size {
  return SIZES.some((size) => size === text);
}

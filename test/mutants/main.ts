import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { Copy, patchOf } from './copy.ts';
import { MUTANTS, type Checker, type Mutant } from './mutants.ts';

const USAGE = `npm run test:mutants -- [--seed <text>] [--pick <how many, by the seed>] [<name>…]
names: ${MUTANTS.map(({ name }) => name).join(', ')}`;
/** Also of a checker that a bug keeps from coming to an end. */
const PATIENCE_MS = 15 * 60_000;
const MOST_LINES = 40;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Plants bugs in copies of this tree, one in each, and has the tests look for them: a test that does not fail there proves nothing
 * where it passes. Exit status 0 all were caught · 1 one was not · 2 that could not be found out.
 */
async function hunt(seed: string, mutants: readonly Mutant[]): Promise<number> {
  say(`planted bugs · seed ${seed} · ${mutants.map(({ name }) => name).join(', ')}`);
  const sound = new Map<Checker, boolean>();
  let caught = 0;
  for (const mutant of mutants) {
    const { name, checker, noticedBy } = mutant;
    if (!sound.has(checker)) sound.set(checker, await passesWithout(checker, seed));
    const { status, output, minutes } = await check(checker, seed, patchOf(name));
    const line = output.split('\n').find((one) => noticedBy.test(one));
    const isCaught = sound.get(checker)! && status !== 0 && line !== undefined;
    if (isCaught) caught++;
    say(`${isCaught ? 'caught' : 'MISSED'} ${name} by ${checker.name} (${minutes.toFixed(1)} min): ${line?.trim() ?? `status ${status}`}`);
    if (!isCaught) say(tail(output));
  }
  say(`seed ${seed} · ${caught} passed, ${mutants.length - caught} failed`);
  return caught === mutants.length ? 0 : 1;
}

async function passesWithout(checker: Checker, seed: string): Promise<boolean> {
  const { status, output, minutes } = await check(checker, seed);
  say(`${status === 0 ? 'sound ' : 'BROKEN'} without a bug: ${checker.name} (${minutes.toFixed(1)} min)`);
  if (status !== 0) say(tail(output));
  return status === 0;
}

async function check(checker: Checker, seed: string, patch?: string): Promise<{ status: number; output: string; minutes: number }> {
  const copy = await Copy.make(patch);
  try {
    const began = performance.now();
    const ran = await copy.run(
      checker.command.map((argument) => (argument === 'SEED' ? seed : argument)),
      PATIENCE_MS,
    );
    return { ...ran, minutes: (performance.now() - began) / 60_000 };
  } finally {
    await copy.remove();
  }
}

function tail(output: string): string {
  return output.trimEnd().split('\n').slice(-MOST_LINES).join('\n');
}

function wish(): { seed: string; mutants: readonly Mutant[] } {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' }, pick: { type: 'string' } } });
  const unknown = positionals.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}`);
  const seed = values.seed ?? String(randomInt(1_000_000));
  const named = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const most = values.pick === undefined ? named.length : Number(values.pick);
  if (!Number.isInteger(most) || most < 1) throw new Error('--pick: expected a whole number, 1 or more');
  const dice = new Dice(`${seed} mutants`);
  const drawn = named.map((mutant) => ({ mutant, lot: dice.next() })).sort((one, other) => one.lot - other.lot);
  const picked = new Set(drawn.slice(0, most).map(({ mutant }) => mutant));
  return { seed, mutants: named.filter((mutant) => picked.has(mutant)) };
}

try {
  const { seed, mutants } = wish();
  process.exitCode = await hunt(seed, mutants);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
  process.exitCode = 2;
}

import { parseArgs } from 'node:util';
import { isMissed, row, type BenchLine } from './harness/bench-line.ts';
import { measured, save } from './harness/results.ts';
import { profileSummary } from './harness/profile.ts';
import { SECTIONS } from './sections.ts';

const DOSSIERS = { quick: 5_000, whole: 1_000_000 };

const USAGE = `npm run bench -- [--quick] [--strict] [--dossiers 1000000] [${SECTIONS.map(({ name }) => name).join('] [')}]
  --quick    over in seconds; nothing is judged and nothing is saved
  --profile <directory>   the service leaves a profile there, and where its time went is told; nothing is judged and nothing is saved
  --strict   a target that is missed is a failure`;

class BadWish extends Error {}

/** Measures and reports. A missed target is no failure but for `--strict`: whose machine it is decides about speed. */
async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      strict: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      dossiers: { type: 'string' },
      profile: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { profile } = values;
  const quick = values.quick;
  const dossiers = Number(values.dossiers ?? (quick ? DOSSIERS.quick : DOSSIERS.whole));
  if (!Number.isInteger(dossiers) || dossiers < 1_000)
    throw new BadWish(`--dossiers ${values.dossiers}: expected a whole number from 1000`);
  const unknown = positionals.filter((wanted) => !SECTIONS.some(({ name }) => name === wanted));
  if (unknown.length > 0) throw new BadWish(`no section ${unknown.join(', ')}`);
  const isJudged = !quick && profile === undefined;
  const all: BenchLine[] = [];
  for (const section of SECTIONS) {
    if (positionals.length > 0 ? !positionals.includes(section.name) : section.isOnlyByName === true) continue;
    process.stdout.write(`${section.name}: ${section.title}\n`);
    const result = await measured(section, quick, () => section.run({ quick, dossiers, profile }));
    all.push(...result.lines);
    process.stdout.write(result.lines.map((line) => `  ${isJudged ? row(line) : unjudged(line)}\n`).join(''));
    const seconds = `${Math.round(result.circumstances.seconds)} s`;
    process.stdout.write(isJudged ? `  (${seconds}, saved in ${await save(result)})\n` : `  (${seconds})\n`);
  }
  if (profile !== undefined) process.stdout.write(await profileSummary(profile));
  if (!isJudged) return 0;
  const missed = all.filter(isMissed);
  process.stdout.write(missed.length === 0 ? 'all targets met\n' : `missed: ${missed.map(({ name }) => name).join('; ')}\n`);
  return values.strict && missed.length > 0 ? 1 : 0;
}

function unjudged({ name, value, unit }: BenchLine): string {
  return row({ name, value, unit });
}

try {
  process.exit(await run(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof BadWish || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${(error as Error).message}\n${USAGE}\n` : `the bench broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

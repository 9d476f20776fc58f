import { parseArgs } from 'node:util';
import type { BenchLine } from './bench-line.ts';
import { deskBench } from './desk.bench.ts';
import { exportBench } from './export.bench.ts';
import { photoBench } from './photos.bench.ts';
import { qrBench } from './qr.bench.ts';
import { queuesBench } from './queues.bench.ts';
import { referenceBench } from './reference.bench.ts';
import { serviceBench } from './service.bench.ts';
import { workspacesBench } from './workspaces.bench.ts';

/** In the quick bench; what is promised is promised of a million. */
const FEW_DOSSIERS = 20_000;

interface Wish {
  /** How many dossiers the queues are measured among. */
  readonly dossiers: number;
  /** At the size that is promised, and not at one that is over in seconds. */
  readonly full: boolean;
}

const SECTIONS: Readonly<Record<string, (wish: Wish) => Promise<BenchLine[]>>> = {
  photos: photoBench,
  qr: qrBench,
  queues: queuesBench,
  reference: referenceBench,
  service: serviceBench,
  desk: deskBench,
  export: exportBench,
  workspaces: workspacesBench,
};

const USAGE = `npm run bench -- [--strict] [--full] [--dossiers 1000000] [${Object.keys(SECTIONS).join('] [')}]`;

/** Measures and reports. A value over its limit is no failure but for `--strict`: whose machine it is decides about speed. */
async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      strict: { type: 'boolean' },
      full: { type: 'boolean', default: false },
      dossiers: { type: 'string', default: String(FEW_DOSSIERS) },
    },
    allowPositionals: true,
  });
  const dossiers = Number(values.dossiers);
  if (!Number.isInteger(dossiers) || dossiers < 1_000)
    throw new TypeError(`--dossiers ${values.dossiers}: expected a whole number from 1000`);
  const unknown = positionals.filter((name) => !(name in SECTIONS));
  if (unknown.length > 0) throw new TypeError(`no section ${unknown.join(', ')}`);
  const lines: BenchLine[] = [];
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const measured = await section({ dossiers, full: values.full });
    lines.push(...measured);
    process.stdout.write(measured.map((line) => `${row(line)}\n`).join(''));
  }
  const over = lines.filter(isOver);
  process.stdout.write(over.length === 0 ? 'all within their limits\n' : `over the limit: ${over.map(({ name }) => name).join('; ')}\n`);
  return values.strict && over.length > 0 ? 1 : 0;
}

function isOver({ value, limit }: BenchLine): boolean {
  return limit !== undefined && value > limit;
}

function row(line: BenchLine): string {
  const { name, value, unit, limit } = line;
  const shown = (amount: number) => `${amount >= 100 ? Math.round(amount) : Number(amount.toPrecision(3))} ${unit}`;
  const verdict = limit === undefined ? '' : `  limit ${shown(limit).padEnd(8)} ${isOver(line) ? 'OVER' : 'ok'}`;
  return `${name.padEnd(36)} ${shown(value).padStart(12)}${verdict}`;
}

try {
  process.exit(await run(process.argv.slice(2)));
} catch (error) {
  if (error instanceof TypeError) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the bench broke off: ${(error as Error).stack}\n`);
  process.exit(2);
}

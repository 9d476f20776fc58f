import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';
import { amount, isMissed, type BenchLine } from './bench-line.ts';
import { savedResults, type Circumstances, type Result } from './results.ts';

const PAGE = join(packageRoot(), 'docs', 'performance.md');
const [BEGIN, END] = ['<!-- results: npm run bench:table -->', '<!-- end of results -->'];

/** Writes the tables of docs/performance.md from bench/results. @returns whether they stood there already */
export async function writeTables(write: boolean): Promise<boolean> {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no place for the results`);
  const tables = (await savedResults()).map(tableOf);
  const next = [page.slice(0, begin + BEGIN.length), ...tables, page.slice(end)].join('\n\n');
  if (write && next !== page) await writeFile(PAGE, next);
  return next === page;
}

function tableOf({ name, title, lines, circumstances }: Result): string {
  const rows = lines.map((line) => `| ${line.name} | ${amount(line.value)} ${line.unit} | ${boundOf(line)} |`);
  return [`### \`${name}\`: ${title}`, '', origin(circumstances), '', '| | measured | target |', '|---|---:|---|', ...rows].join('\n');
}

function origin({ when, commit, changed, cores, processor, node, loadBefore }: Circumstances): string {
  const load = loadBefore > cores ? `; others were at work beside it (load ${amount(loadBefore)})` : '';
  return `${when.slice(0, 10)}, commit ${commit}${changed ? ' and changes' : ''}, ${cores} × ${processor}, Node ${node}${load}.`;
}

function boundOf(line: BenchLine): string {
  const { limit, least, aim, unit } = line;
  if (limit === undefined && least === undefined) return '';
  const bound = limit !== undefined ? `≤ ${amount(limit)} ${unit}` : `≥ ${amount(least!)} ${unit}`;
  return `${bound}${aim === undefined ? '' : `, aim ${amount(aim)}`}${isMissed(line) ? ' **missed**' : ''}`;
}

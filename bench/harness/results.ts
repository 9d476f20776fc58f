import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';
import type { Findings, Section } from './section.ts';

/** Where it was measured, and of what. */
export interface Circumstances {
  readonly when: string;
  readonly commit: string;
  /** Files were changed since that commit. */
  readonly changed: boolean;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly quick: boolean;
  /** Processes that wanted a core in the minute before: beyond one for each core, somebody else was at work. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly seconds: number;
}

export interface Result extends Findings {
  readonly name: string;
  readonly title: string;
  readonly circumstances: Circumstances;
}

export const RESULTS = join('bench', 'results');

export async function measured({ name, title }: Section, quick: boolean, run: () => Promise<Findings>): Promise<Result> {
  const [loadBefore, begun] = [loadavg()[0]!, performance.now()];
  const findings = await run();
  const circumstances = {
    when: new Date().toISOString(),
    commit: git('rev-parse', '--short=12', 'HEAD'),
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    quick,
    loadBefore,
    loadAfter: loadavg()[0]!,
    seconds: (performance.now() - begun) / 1000,
  };
  return { name, title, circumstances, ...findings };
}

export async function save(result: Result): Promise<string> {
  await mkdir(join(packageRoot(), RESULTS), { recursive: true });
  const path = join(RESULTS, `${result.name}.json`);
  await writeFile(join(packageRoot(), path), `${JSON.stringify(result, rounded, 2)}\n`);
  return path;
}

export async function savedResults(): Promise<Result[]> {
  const folder = join(packageRoot(), RESULTS);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Result));
}

/** Five digits say all that was measured. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: packageRoot(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

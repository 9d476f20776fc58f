import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';
import { SUBJECTS } from './subjects.ts';

/** What Jest writes down of a run. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numTotalTestSuites: number;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

const [name = '', ...more] = process.argv.slice(2);
const subject = SUBJECTS[name];
if (!subject || more.length > 0) {
  process.stderr.write(`one of ${Object.keys(SUBJECTS).join(', ')}\n`);
  process.exit(2);
}
const { specs, seed } = subject;
say(`${name} · ${seed === undefined ? 'no seed: nothing is random' : `seed ${seed}`} · ${specs.join(', ')}`);
const directory = mkdtempSync(join(tmpdir(), 'bhxh-intake-specs-'));
try {
  const file = join(directory, 'report.json');
  const jest = join(packageRoot(), 'node_modules', 'jest', 'bin', 'jest.js');
  const { status } = spawnSync(process.execPath, [jest, '--json', `--outputFile=${file}`, ...specs], {
    cwd: packageRoot(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // What was skipped, or is not there, is not shown.
  const isShown = status === 0 && report.numPassedTests > 0 && report.numPendingTests === 0;
  say(
    `${report.numTotalTestSuites} spec files · ${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests} skipped · ${failed} violations`,
  );
  process.exitCode = isShown ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

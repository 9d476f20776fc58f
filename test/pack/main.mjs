// `npm run test:pack`: whether the package works for those who only have its tarball. Packs it, installs that into an empty folder
// with Jest, Vitest and Playwright's test runner (no browser), runs the example for each, and says how long each took.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_SECONDS = 60;
const RUNNERS = [
  { example: 'jest', command: ['jest'], needs: ['jest@30'] },
  { example: 'vitest', command: ['vitest', 'run'], needs: ['vitest@3'] },
  { example: 'playwright', command: ['playwright', 'test'], needs: ['@playwright/test@1'] },
];
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bhxh-intake-pack-')));

function run(program, args, cwd, output = 'inherit') {
  const { status, stdout, error } = spawnSync(program, args, { cwd, stdio: ['ignore', output, 'inherit'], encoding: 'utf8' });
  if (error ?? status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${error?.message ?? status}`);
  return stdout;
}

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root, 'pipe'));
  console.log(`${packed.filename}: ${packed.entryCount} files, ${(packed.size / 1024 / 1024).toFixed(1)} MB`);
  run('npm', ['init', '--yes'], folder, 'ignore');
  run('npm', ['install', '--no-audit', '--no-fund', `./${packed.filename}`, ...RUNNERS.flatMap(({ needs }) => needs)], folder);
  for (const { example, command } of RUNNERS) {
    const own = join(folder, example);
    cpSync(join(folder, 'node_modules', 'bhxh-intake', 'examples', example), own, { recursive: true });
    const begun = performance.now();
    run('npx', command, own);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${example}: green after ${seconds.toFixed(1)} s, at most ${MOST_SECONDS} s allowed`);
    if (seconds > MOST_SECONDS) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

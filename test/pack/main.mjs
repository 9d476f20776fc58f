// `npm run test:pack`: whether the package works for those who only have its tarball. Packs it, installs that into an empty folder
// with Jest, runs the example for Jest, and says how long the tests took after the installation.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_SECONDS = 60;
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
  run('npm', ['install', '--no-audit', '--no-fund', `./${packed.filename}`, 'jest@30'], folder);
  cpSync(join(folder, 'node_modules', 'bhxh-intake', 'examples', 'jest'), folder, { recursive: true });
  const installed = performance.now();
  run('npx', ['jest'], folder);
  const seconds = (performance.now() - installed) / 1000;
  console.log(`green ${seconds.toFixed(1)} s after the installation, at most ${MOST_SECONDS} s allowed`);
  process.exitCode = seconds <= MOST_SECONDS ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

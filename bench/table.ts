import { writeTables } from './harness/table.ts';

const check = process.argv.includes('--check');
const isCurrent = await writeTables(!check);
if (check && !isCurrent) {
  process.stderr.write('the tables of docs/performance.md are not those of bench/results: npm run bench:table\n');
  process.exitCode = 1;
}

import { writeCapacityPage } from './harness/capacity-page.ts';

const check = process.argv.includes('--check');
const isCurrent = await writeCapacityPage(!check);
if (check && !isCurrent) {
  process.stderr.write('docs/capacity.md or docs/growth.svg is not what bench/results and the shard map say: npm run bench:capacity\n');
  process.exitCode = 1;
}

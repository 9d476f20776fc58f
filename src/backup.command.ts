import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { existingDatabaseOf } from './database-place.ts';
import { makeBackup } from './backup/backup.ts';
import { readEnvironment } from './platform/env.ts';

/**
 * `npm run backup -- --to DIRECTORY`, with the environment of the service, which goes on meanwhile. Exit status 0 the backup is whole · 1 it
 * could not be made, and there is none.
 */
try {
  const { to } = parseArgs({ options: { to: { type: 'string' } } }).values;
  if (to === undefined) throw new Error('say where to: npm run backup -- --to DIRECTORY');
  const environment = readEnvironment();
  const { ownerUrl, end } = await existingDatabaseOf(environment);
  try {
    const began = performance.now();
    const { takenAt, tables, photos } = await makeBackup({ ownerUrl, environment, to: resolve(to) });
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(
      `${resolve(to)}: the service as it was at ${takenAt}: ${rows} rows of ${tables.length} tables, ${photos} photos, ${seconds} s\n`,
    );
  } finally {
    await end();
  }
} catch (fault) {
  process.stderr.write(`There is no backup: ${(fault as Error).message}\n`);
  process.exitCode = 1;
}

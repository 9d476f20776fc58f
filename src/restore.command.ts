import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { databaseOf } from './backup-place.ts';
import { restoreBackup } from './backup/restore.ts';
import { buildSchema } from './migrate.ts';
import { readEnvironment } from './platform/env.ts';

/**
 * `npm run restore -- --from DIRECTORY`, with the environment of the service that is to go on from there, and before its first start. Exit
 * status 0 all is back · 1 it could not be restored.
 */
try {
  const { from } = parseArgs({ options: { from: { type: 'string' } } }).values;
  if (from === undefined) throw new Error('say where from: npm run restore -- --from DIRECTORY');
  const environment = readEnvironment();
  const database = await databaseOf(environment);
  try {
    const { takenAt, tables, photos } = await restoreBackup({
      ownerUrl: database.ownerUrl,
      environment,
      from: resolve(from),
      buildSchema: (migrations) => buildSchema(database, migrations),
    });
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `The service is as it was at ${takenAt}: ${rows} rows of ${tables.length} tables, ${photos} photos. It may be started.\n`,
    );
  } finally {
    await database.end();
  }
} catch (fault) {
  process.stderr.write(`Nothing is restored: ${(fault as Error).message}\n`);
  process.exitCode = 1;
}

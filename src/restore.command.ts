import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { databaseOf } from './database-place.ts';
import { restoreBackup } from './backup/restore.ts';
import { dataSourceOptions } from './data-source.ts';
import { buildSchema } from './migrate.ts';
import type { FoundAgain } from './photos/shredding.ts';
import { Database } from './platform/database/database.ts';
import { readEnvironment, type Environment } from './platform/env.ts';
import { shreddingOf } from './service-photos.ts';

let isBack = false;

/**
 * `npm run restore -- --from DIRECTORY [--ledger FILE | --without-newer-ledger]`, with the environment of the service that is to go on from
 * there, and before its first start. Exit status 0 all is back but what was shredded · 1 it could not be restored.
 */
try {
  const { from, ledger, ...said } = parseArgs({
    options: { from: { type: 'string' }, ledger: { type: 'string' }, 'without-newer-ledger': { type: 'boolean' } },
  }).values;
  if (from === undefined) throw new Error('say where from: npm run restore -- --from DIRECTORY');
  const environment = readEnvironment();
  const database = await databaseOf(environment);
  try {
    const { takenAt, tables, photos } = await restoreBackup({
      ownerUrl: database.ownerUrl,
      environment,
      from: resolve(from),
      ledger: ledger && resolve(ledger),
      withoutNewerLedger: said['without-newer-ledger'],
      buildSchema: (migrations) => buildSchema(database, migrations),
    });
    isBack = true;
    const shredded = await applyLedger(environment, database.ownerUrl);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `The service is as it was at ${takenAt}: ${rows} rows of ${tables.length} tables, ${photos} photos. Shredded since then, and gone ` +
        `again: ${shredded.rows} photos, ${shredded.keys} keys. It may be started.\n`,
    );
  } finally {
    await database.end();
  }
} catch (fault) {
  const what = isBack ? 'All is back, and what was shredded since then goes with the first start only' : 'Nothing is restored';
  process.stderr.write(`${what}: ${(fault as Error).message}\n`);
  process.exitCode = 1;
}

/** As every start does it too: what was shredded is not there even until then. */
async function applyLedger(environment: Environment, ownerUrl: string): Promise<FoundAgain> {
  const source = await new DataSource(dataSourceOptions(ownerUrl, { poolSize: 2 })).initialize();
  try {
    return await (await shreddingOf(environment, new Database(source))).applyLedger();
  } finally {
    await source.destroy();
  }
}

import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.ts';
import { dataSourceOptions } from './data-source.ts';
import { loadOffices } from './offices/offices.loader.ts';

/** Any number that no other program's advisory lock uses. */
const MIGRATION_LOCK = 8_675_309_001;

/** Tables whose rows the request role may only add: history is not rewritten, whatever the code above does. */
const APPEND_ONLY = ['audit_entries', 'declaration_revisions', 'consents', 'dossier_counter_jumps', 'staff_notes'];
/** Tables that the request role only reads. */
const READ_ONLY = ['simulator_mark', 'migrations'];

export interface MigrationWish {
  ownerUrl: string;
  requestUrl: string;
  /** Whether a database that is made now belongs to the simulator, whose desk may empty it. */
  markForSimulator: boolean;
}

/** Brings the schema and the reference data up to date. Several copies may start at once: one works, the others wait. */
export async function migrate({ ownerUrl, requestUrl, markForSimulator }: MigrationWish): Promise<void> {
  const lock = new pg.Client({ connectionString: ownerUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = await new DataSource({
      ...dataSourceOptions(ownerUrl, { poolSize: 2 }),
      migrationsTransactionMode: 'each',
    }).initialize();
    try {
      const applied = await source.runMigrations();
      await loadOffices((sql, parameters) => source.query(sql, parameters));
      if (applied.length > 0) await grantToRequestRole(source, ownerUrl, requestUrl);
      const isNew = applied.some(({ name }) => name === MIGRATIONS[0]?.name);
      if (isNew && markForSimulator) await source.query('INSERT INTO simulator_mark DEFAULT VALUES ON CONFLICT DO NOTHING');
    } finally {
      await source.destroy();
    }
  } finally {
    await lock.end();
  }
}

async function grantToRequestRole(source: DataSource, ownerUrl: string, requestUrl: string): Promise<void> {
  const role = decodeURIComponent(new URL(requestUrl).username);
  // One role for both can keep nothing from itself; the triggers still hold.
  if (role === '' || role === decodeURIComponent(new URL(ownerUrl).username)) return;
  const grantee = pg.escapeIdentifier(role);
  await source.query(`GRANT USAGE ON SCHEMA public TO ${grantee}`);
  await source.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${grantee}`);
  await source.query(`REVOKE UPDATE, DELETE ON ${APPEND_ONLY.join(', ')} FROM ${grantee}`);
  await source.query(`REVOKE INSERT, UPDATE, DELETE ON ${READ_ONLY.join(', ')} FROM ${grantee}`);
}

import pg from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.ts';
import { dataSourceOptions } from './data-source.ts';
import { loadOffices } from './offices/offices.loader.ts';
import { connectionTo } from './platform/database/connections.ts';

/** Any number that no other program's advisory lock uses. */
const MIGRATION_LOCK = 8_675_309_001;

/** Tables whose rows the request role may only add: history is not rewritten, whatever the code above does. */
const APPEND_ONLY = ['audit_entries', 'declaration_revisions', 'consents', 'dossier_counter_jumps', 'staff_notes'];
/** Tables that the request role only reads. Who could move the clock could let years pass, and what waits for them would be erased. */
const READ_ONLY = ['clock', 'simulator_mark', 'migrations'];
/** Functions that do as the owner what the request role may not, each within bounds of its own; nobody else is to call them. */
const AS_OWNER = ['erase_declared_data(uuid)'];

export interface MigrationWish {
  ownerUrl: string;
  requestUrl: string;
  /** Whether a database that is made now belongs to the simulator, whose desk may empty it. */
  markForSimulator: boolean;
}

/** Brings the schema and the reference data up to date. Several copies may start at once: one works, the others wait. */
export async function migrate({ ownerUrl, requestUrl, markForSimulator }: MigrationWish): Promise<void> {
  const lock = connectionTo(ownerUrl);
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
      const role = requestRoleOf({ ownerUrl, requestUrl });
      if (role !== undefined && (await hasOtherRights(source, role))) await grantEverywhere(source, role);
      const isNew = applied.some(({ name }) => name === MIGRATIONS[0]?.name);
      if (isNew && markForSimulator) await source.query('INSERT INTO simulator_mark DEFAULT VALUES ON CONFLICT DO NOTHING');
    } finally {
      await source.destroy();
    }
  } finally {
    await lock.end();
  }
}

/**
 * Makes the plain schema of an empty database as these migrations had left it, without any data but theirs. Later ones are for the next
 * start of the service.
 * @throws when one of them is not known here: it is of a newer release
 */
export async function buildSchema(
  { ownerUrl, requestUrl }: { ownerUrl: string; requestUrl: string },
  wanted: readonly string[],
): Promise<void> {
  const migrations = MIGRATIONS.filter(({ name }) => wanted.includes(name));
  if (migrations.length !== wanted.length) throw new Error('it was made by a newer release: restore it with that one');
  const source = await new DataSource({
    ...dataSourceOptions(ownerUrl, { poolSize: 2 }),
    migrations,
    migrationsTransactionMode: 'each',
  }).initialize();
  try {
    await source.runMigrations();
    await source.query(grantsTo(requestRoleOf({ ownerUrl, requestUrl }), 'public'));
  } finally {
    await source.destroy();
  }
}

/** How a schema beside the plain one is built in this database. */
export function blueprintFor(urls: { ownerUrl: string; requestUrl: string }) {
  const role = requestRoleOf(urls);
  return {
    migrations: MIGRATIONS.map(({ name }) => name),
    statements: schemaStatements,
    grants: (schema: string) => grantsTo(role, schema),
  };
}

/**
 * The schema in one text of SQL, for a schema of another name: the statements of the migrations, which name no schema.
 * @param done the migrations that are there already
 */
async function schemaStatements(done: readonly string[] = []): Promise<string> {
  const statements: string[] = [];
  const recorder = {
    query: (sql: string, parameters?: unknown[]) => {
      if (parameters) throw new Error('a migration whose statements have parameters cannot be written down as text');
      statements.push(sql);
      return Promise.resolve([]);
    },
  } as unknown as QueryRunner;
  for (const Migration of MIGRATIONS.filter(({ name }) => !done.includes(name))) await new Migration().up(recorder);
  return statements.join(';\n');
}

/** Who answers requests, where that is somebody else than the owner. One role for both can keep nothing from itself; the triggers still hold. */
function requestRoleOf({ ownerUrl, requestUrl }: { ownerUrl: string; requestUrl: string }): string | undefined {
  const role = roleIn(requestUrl);
  return role === '' || role === roleIn(ownerUrl) ? undefined : role;
}

/**
 * Whether the role of requests may do more or less in the plain schema than it is to: a start that was killed may have made tables and granted
 * nothing, and whoever began with one role for both may name a second one any day.
 */
async function hasOtherRights(source: DataSource, role: string): Promise<boolean> {
  const [{ differ }] = await source.query<[{ differ: boolean }]>(RIGHTS_DIFFER, [
    role,
    READ_ONLY,
    [...READ_ONLY, ...APPEND_ONLY],
    AS_OWNER,
  ]);
  return differ;
}

const RIGHTS_DIFFER = `
  SELECT NOT has_schema_privilege($1, 'public', 'USAGE')
    OR EXISTS (SELECT FROM pg_class, (VALUES ('SELECT', '{}'::text[]), ('INSERT', $2), ('UPDATE', $3), ('DELETE', $3)) AS rights (name, denied)
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND has_table_privilege($1, pg_class.oid, rights.name) = (relname = ANY (denied)))
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege($1, oid, 'USAGE') END)
    OR EXISTS (SELECT FROM unnest($4::text[]) AS name WHERE NOT has_function_privilege($1, 'public.' || name, 'EXECUTE')) AS differ`;

/** The plain schema comes last, so that whoever dies on the way begins anew. Workspaces of earlier releases are granted when they are mended. */
async function grantEverywhere(source: DataSource, role: string): Promise<void> {
  const [{ desk }] = await source.query<[{ desk: string | null }]>(`SELECT to_regclass('simulator_desk.workspaces') AS desk`);
  const names = MIGRATIONS.map(({ name }) => name);
  const beside =
    desk === null
      ? []
      : await source.query<{ schema: string }[]>(
          `SELECT 'w_' || name AS schema FROM simulator_desk.workspaces WHERE migrations @> $1
           UNION ALL SELECT name FROM simulator_desk.spare_schemas WHERE migrations @> $1`,
          [names],
        );
  for (const { schema } of beside) await source.query(grantsTo(role, schema));
  await source.query(grantsTo(role, 'public'));
}

/** What the request role may do in a schema, as SQL; nothing to say where there is no such role. */
function grantsTo(role: string | undefined, schema: string): string {
  if (role === undefined) return '';
  const [grantee, within] = [pg.escapeIdentifier(role), pg.escapeIdentifier(schema)];
  const among = (tables: readonly string[]) =>
    tables.filter((table) => schema === 'public' || table !== 'migrations').map((table) => `${within}.${table}`);
  return [
    `GRANT USAGE ON SCHEMA ${within} TO ${grantee}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${within} TO ${grantee}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${within} TO ${grantee}`,
    `REVOKE UPDATE, DELETE ON ${among(APPEND_ONLY).join(', ')} FROM ${grantee}`,
    `REVOKE INSERT, UPDATE, DELETE ON ${among(READ_ONLY).join(', ')} FROM ${grantee}`,
    `GRANT EXECUTE ON FUNCTION ${AS_OWNER.map((name) => `${within}.${name}`).join(', ')} TO ${grantee}`,
  ].join('; ');
}

function roleIn(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

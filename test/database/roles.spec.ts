import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { blueprintFor } from '../../src/migrate.ts';
import { ACCEPTED, Bench, clerk, dossier, newId, refusalOf } from './bench.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
/** SQLSTATE of what a trigger refuses. */
const GUARDED = '23001';

const HISTORY = ['audit_entries', 'declaration_revisions', 'consents', 'dossier_counter_jumps', 'staff_notes'];
const READ_ONLY = ['clock', 'simulator_mark', 'migrations'];

/** A workspace's schema is another one of the same tables, and the same rights must hold in it. */
const WORKSPACE = 'w_roles';

let bench: Bench;
let tables: string[];

beforeAll(async () => {
  bench = await Bench.open();
  const { rows } = await bench.owner.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  tables = rows.map(({ name }) => name);
  const blueprint = blueprintFor(bench.urls);
  await bench.owner.query(
    `BEGIN; CREATE SCHEMA ${WORKSPACE}; SET LOCAL search_path TO ${WORKSPACE}; ${await blueprint.statements()}; ${blueprint.grants(WORKSPACE)}; COMMIT`,
  );
  await bench.owner.query(`INSERT INTO ${WORKSPACE}.offices SELECT * FROM public.offices`);
  await history('public');
  await history(WORKSPACE);
  await bench.owner.query('SET search_path TO public');
});
afterAll(() => bench.close());

/** A row in each table of history. */
async function history(schema: string): Promise<void> {
  await standIn(schema);
  const declaration = dossier();
  await bench.insert('declarations', declaration);
  await bench.owner.query(`INSERT INTO declaration_revisions VALUES ($1, 1, '{}', '{}', now())`, [declaration['id']]);
  await bench.owner.query(`INSERT INTO consents VALUES ($1, 'commitment', '2021-04', now())`, [declaration['id']]);
  await bench.owner.query(
    `INSERT INTO audit_entries VALUES ('declaration', $1, 0, now(), 'system', NULL, NULL, 'test', NULL, NULL, '{}', '', '')`,
    [declaration['id']],
  );
}

async function standIn(schema: string): Promise<void> {
  for (const client of [bench.request, bench.owner]) await client.query(`SET search_path TO ${pg.escapeIdentifier(schema)}`);
}

const tries = (sql: string) => bench.refusalOf(() => bench.request.query(sql));

describe.each(['public', WORKSPACE])('the role that requests run as, in %s,', (schema) => {
  beforeAll(() => standIn(schema));

  const here = () => tables.filter((table) => schema === 'public' || table !== 'migrations');
  it('rewrites no history', async () => {
    for (const table of HISTORY) {
      expect([table, await tries(`DELETE FROM ${table}`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      expect([table, await tries(`UPDATE ${table} SET ${await firstColumn(table)} = DEFAULT`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
    }
  });

  it('moves no clock, marks no database as the simulator’s and writes no migration', async () => {
    for (const table of READ_ONLY.filter((name) => here().includes(name))) {
      expect([table, await tries(`INSERT INTO ${table} DEFAULT VALUES`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      expect([table, await tries(`DELETE FROM ${table}`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      expect([table, await tries(`UPDATE ${table} SET ${await firstColumn(table)} = DEFAULT`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
    }
    expect(await tries('SELECT FROM clock FOR UPDATE')).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('reads every table, and empties none', async () => {
    for (const table of here()) {
      expect([table, await tries(`SELECT * FROM ${table} LIMIT 1`)]).toEqual([table, ACCEPTED]);
      expect([table, await tries(`TRUNCATE ${table} CASCADE`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
    }
  });

  it('gets no row of history away by another one, nor over it', async () => {
    for (const sql of [
      `DELETE FROM declarations WHERE status <> 'DRAFT'`,
      `INSERT INTO consents SELECT * FROM consents ON CONFLICT (declaration_id, purpose, text_version) DO UPDATE SET accepted_at = now()`,
      `MERGE INTO audit_entries old USING audit_entries entry ON old.subject_id = entry.subject_id WHEN MATCHED THEN DELETE`,
      `WITH gone AS (DELETE FROM declaration_revisions RETURNING *) SELECT * FROM gone`,
      'LOCK audit_entries IN ACCESS EXCLUSIVE MODE',
      'SELECT * FROM audit_entries FOR UPDATE',
    ]) {
      expect([sql, await tries(sql)]).not.toEqual([sql, ACCEPTED]);
    }
  });

  it('adds no entry that says it was there before: number, time and hash are the database’s', async () => {
    const forged = `INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, details, previous_hash, hash)
      SELECT 'declaration', subject_id, 1, '2020-01-01', 'system', 'forged', '{}', 'x', 'x' FROM audit_entries LIMIT 1
      RETURNING sequence > 1 AND hash = audit_entry_hash(audit_entries) AND previous_hash <> 'x' AND at = domain_now() AS ours`;
    await bench.request.query('BEGIN');
    const { rows } = await bench.request.query<{ ours: boolean }>(forged);
    await bench.request.query('ROLLBACK');
    expect(rows).toEqual([{ ours: true }]);
  });

  it.each([
    [`status_since = '2020-01-01'`, GUARDED],
    [`status_since = domain_now() - interval '1 millisecond'`, GUARDED],
    [`status_since = domain_now() + interval '1 millisecond'`, GUARDED],
    [`status = 'WITHDRAWN'`, GUARDED],
    [`status = 'WITHDRAWN', status_since = '2020-01-01'`, GUARDED],
    [`status = 'WITHDRAWN', status_since = domain_now()`, ACCEPTED],
    [`status_since = domain_now()`, ACCEPTED],
    [`status_since = status_since, office_code = '03103'`, ACCEPTED],
  ])('makes no status older or younger than it is: %s', async (change, answer) => {
    expect(await tries(`UPDATE declarations SET ${change} WHERE id = '${await openDossier(schema)}'`)).toBe(answer);
  });

  it('erases nothing before its year is over, whatever it does to make it look older', async () => {
    const id = await endedToday();
    for (const attempt of [
      'SELECT 1',
      `UPDATE declarations SET status_since = '2020-01-01' WHERE id = '${id}'`,
      `UPDATE clock SET shift_ms = 400 * 86400000::bigint`,
      `INSERT INTO declarations SELECT (jsonb_populate_record(own, '{"status_since": "2020-01-01"}')).* FROM declarations own WHERE id = '${id}'
         ON CONFLICT (id) DO UPDATE SET status_since = excluded.status_since`,
      'CREATE TEMPORARY TABLE clock AS SELECT true AS id, 400 * 86400000::bigint AS shift_ms, NULL::timestamptz AS frozen_at',
      `CREATE OR REPLACE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2099-01-01'::timestamptz $$`,
    ]) {
      await bench.request.query('BEGIN');
      await bench.request.query('SAVEPOINT before_it');
      await bench.request.query(attempt).catch(() => bench.request.query('ROLLBACK TO before_it'));
      const { rows } = await bench.request.query<{ erased: boolean }>('SELECT erase_declared_data($1) AS erased', [id]);
      await bench.request.query('ROLLBACK');
      expect([attempt, rows]).toEqual([attempt, [{ erased: false }]]);
    }
  });

  it('cannot get a trigger out of its way', async () => {
    for (const table of here()) {
      expect([table, await tries(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
    }
    for (const name of ['owner', 'postgres']) expect(['SET ROLE', await tries(`SET ROLE ${name}`)]).not.toEqual(['SET ROLE', ACCEPTED]);
    expect(await tries(`SET SESSION AUTHORIZATION ${await owner()}`)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await tries(`SET ROLE ${await owner()}`)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await tries(`ALTER TABLE audit_entries OWNER TO CURRENT_USER`)).toBe(INSUFFICIENT_PRIVILEGE);
    // A grant of what one does not have is a warning; what counts is that it gave nothing.
    expect(await tries(`GRANT UPDATE ON audit_entries TO CURRENT_USER; UPDATE audit_entries SET action = 'x'`)).toBe(
      INSUFFICIENT_PRIVILEGE,
    );
    expect(await tries(`CREATE RULE away AS ON INSERT TO audit_entries DO INSTEAD NOTHING`)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await tries('DROP TRIGGER append_only ON audit_entries')).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await tries(`SET session_replication_role = 'replica'`)).toBe(INSUFFICIENT_PRIVILEGE);
    const otherHash = `CREATE OR REPLACE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$`;
    expect(await tries(otherHash)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('calls no function that is the owner’s alone', async () => {
    expect(await tries(`SELECT erase_on_request(gen_random_uuid())`)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('calls those that do as the owner what it may not, and nobody else does', async () => {
    const { rows } = await bench.owner.query<{ name: string; callers: string[] }>(
      `SELECT proname AS name, array_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END) AS callers
       FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) AS granted
       WHERE prosecdef AND pronamespace = current_schema()::regnamespace AND grantee <> proowner GROUP BY 1`,
    );
    expect(rows).toEqual([{ name: 'erase_declared_data', callers: ['intake_request'] }]);
  });

  it.each([
    'CREATE TABLE shadow (id integer)',
    // A temporary table would stand before the real one for every function that names it.
    'CREATE TEMPORARY TABLE clock (shift_ms bigint, frozen_at timestamptz)',
    'CREATE SCHEMA shadow',
    'CREATE FUNCTION shadow() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER TABLE declarations DROP CONSTRAINT ck_declarations_year',
    'DROP INDEX uq_declarations_live_number',
    'ALTER ROLE CURRENT_USER SUPERUSER',
    'SET ROLE intake_owner',
    `SELECT pg_read_file('postgresql.conf')`,
    `COPY declarations TO PROGRAM 'cat'`,
  ])('makes and changes nothing but rows: %s', async (sql) => {
    expect(await tries(sql)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('owns nothing, belongs to nobody and may nothing special', async () => {
    const { rows } = await bench.request.query<Record<string, unknown>>(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
         (SELECT count(*)::int FROM pg_shdepend WHERE refobjid = pg_roles.oid AND deptype = 'o') AS owned,
         (SELECT count(*)::int FROM pg_auth_members WHERE member = pg_roles.oid) AS memberships
       FROM pg_roles WHERE rolname = current_user`,
    );
    const no = { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, rolbypassrls: false };
    expect(rows).toEqual([{ ...no, owned: 0, memberships: 0 }]);
  });
});

describe('even the owner', () => {
  it.each(['audit_entries', 'declaration_revisions', 'consents'])('does not rewrite history in passing: %s', async (table) => {
    const column = await firstColumn(table);
    expect(await refusalOf(bench.owner.query(`DELETE FROM ${table}`))).toBe(GUARDED);
    expect(await refusalOf(bench.owner.query(`UPDATE ${table} SET ${column} = ${column}`))).toBe(GUARDED);
  });
});

/** The open dossier of the schema's history. */
async function openDossier(schema: string): Promise<string> {
  const { rows } = await bench.owner.query<{ id: string }>(`SELECT id FROM ${schema}.declarations WHERE status = 'SUBMITTED' LIMIT 1`);
  return rows[0]!.id;
}

/** A dossier that was rejected just now, with a revision and a note to lose. */
async function endedToday(): Promise<string> {
  const officer = clerk();
  const declaration = dossier({ status: 'REJECTED', status_since: new Date(), rejection: { reasonCode: 'never-came' } });
  const { id } = declaration;
  await bench.insert('staff', officer);
  await bench.insert('declarations', declaration);
  await bench.insert('declaration_revisions', { declaration_id: id, revision: 1, form: { a: 1 }, photo_ids: {}, submitted_at: new Date() });
  await bench.insert('staff_notes', {
    id: newId(),
    declaration_id: id,
    author_id: officer['id'],
    text: 'Lời nhắn',
    written_at: new Date(),
  });
  return String(id);
}

async function owner(): Promise<string> {
  const { rows } = await bench.owner.query<{ name: string }>('SELECT quote_ident(current_user) AS name');
  return rows[0]!.name;
}

async function firstColumn(table: string): Promise<string> {
  const { rows } = await bench.owner.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1`,
    [table],
  );
  return rows[0]!.name;
}

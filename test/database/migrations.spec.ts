import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { KeptTimes1790002300000 } from '../../migrations/1790002300000-kept-times.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import { dataSourceOptions, ENTITIES } from '../../src/data-source.ts';
import { buildSchema, migrate } from '../../src/migrate.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { cloneDatabase, runStatements, withDatabase, type TestDatabase } from '../support/cluster.ts';
import { connected, refusalOf, somebodyWaits } from './bench.ts';

let migrated: TestDatabase;
let source: DataSource;
let owner: pg.Client;

beforeAll(async () => {
  migrated = await cloneDatabase();
  source = await new DataSource({
    ...dataSourceOptions(migrated.ownerUrl, { poolSize: 2 }),
    migrationsTransactionMode: 'each',
  }).initialize();
  owner = await connected(migrated.ownerUrl);
});
afterAll(async () => {
  await source.destroy();
  await owner.end();
  await migrated.drop();
});

/** All that the migrations make, as the catalogue tells it; not who was granted what, and not the migrations' own list. */
async function schemaOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ thing: string }>(
    `WITH tables AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
       AND relname NOT IN ('migrations', 'migrations_id_seq'))
     SELECT format('column %s.%s %s%s default %s', relname, attname, format_type(atttypid, atttypmod),
         CASE WHEN attnotnull THEN ' not null' ELSE '' END, coalesce(pg_get_expr(adbin, adrelid), 'none')) AS thing
       FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
         LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     UNION ALL SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid)) FROM tables JOIN pg_constraint ON conrelid = tables.oid
     UNION ALL SELECT pg_get_indexdef(indexrelid) FROM tables JOIN pg_index ON indrelid = tables.oid
     UNION ALL SELECT pg_get_triggerdef(pg_trigger.oid) FROM tables JOIN pg_trigger ON tgrelid = tables.oid WHERE NOT tgisinternal
     UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT format('type %s', typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typname NOT IN ('migrations', '_migrations')
     UNION ALL SELECT format('clock %s', clock::text) FROM (SELECT query_to_xml('SELECT * FROM clock', true, false, '') AS clock WHERE to_regclass('clock') IS NOT NULL)
     ORDER BY thing`,
  );
  return rows.map(({ thing }) => thing);
}

/** A database in which nobody has done anything yet. */
async function emptyDatabase(): Promise<{ ownerUrl: string; requestUrl: string; drop: () => Promise<void> }> {
  const name = `empty_${randomBytes(8).toString('hex')}`;
  const clusterUrl = withDatabase(migrated.ownerUrl, 'intake');
  await runStatements(clusterUrl, [`CREATE DATABASE ${name} TEMPLATE template0`]);
  return {
    ownerUrl: withDatabase(migrated.ownerUrl, name),
    requestUrl: withDatabase(migrated.requestUrl, name),
    drop: () => runStatements(clusterUrl, [`DROP DATABASE ${name} WITH (FORCE)`]),
  };
}

describe('the migrations', () => {
  it('lead up, down and up again to the same schema, and leave nothing below', async () => {
    const before = await schemaOf(owner);
    expect(before.filter((thing) => thing.startsWith('constraint')).length).toBeGreaterThan(50);

    for (const _migration of MIGRATIONS) await source.undoLastMigration();
    expect(await schemaOf(owner)).toEqual([]);

    await migrate({ ...migrated, markForSimulator: false });
    expect(await schemaOf(owner)).toEqual(before);
  });

  it('make what the entities say: TypeORM would change nothing', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are compared with the entities for real: a lost index and a check nobody knows are seen', async () => {
    await owner.query('DROP INDEX ix_messages_due');
    await owner.query('ALTER TABLE declarations ADD CONSTRAINT ck_unknown CHECK (version > 0)');
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([
      expect.stringContaining('ck_unknown'),
      expect.stringContaining('ix_messages_due'),
    ]);
  });

  it('make a table for every entity, and no other', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(ENTITIES.map((entity) => source.getMetadata(entity).tableName).sort());
  });
});

/** The built program that migrates, as an installation starts it. */
function startOf({ ownerUrl, requestUrl }: { ownerUrl: string; requestUrl: string }): ChildProcess {
  return spawn(process.execPath, [join(packageRoot(), 'dist', 'src', 'migrate.command.js')], {
    env: { PATH: process.env['PATH'], DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: requestUrl },
    stdio: 'inherit',
  });
}

describe('a start that migrates', () => {
  it('is done by one of several copies while the others wait', async () => {
    const database = await emptyDatabase();
    const watcher = await connected(database.ownerUrl);
    await Promise.all([1, 2, 3].map(() => migrate({ ...database, markForSimulator: true })));
    expect((await watcher.query('SELECT name FROM migrations')).rows).toHaveLength(MIGRATIONS.length);
    expect((await watcher.query('SELECT FROM simulator_mark')).rowCount).toBe(1);
    await watcher.end();
    await database.drop();
  });

  it('waits as long as another one holds the migrations’ lock', async () => {
    const database = await emptyDatabase();
    const other = await connected(database.ownerUrl);
    await other.query('SELECT pg_advisory_lock(8675309001)');
    const waiting = migrate({ ...database, markForSimulator: false });
    await somebodyWaits(other);
    expect((await other.query(`SELECT to_regclass('migrations') AS found`)).rows).toEqual([{ found: null }]);
    await other.end();
    await waiting;
    const watcher = await connected(database.requestUrl);
    expect((await watcher.query('SELECT FROM offices')).rowCount).toBeGreaterThan(700);
    await watcher.end();
    await database.drop();
  });

  it('changes nothing the second time, and marks nobody’s older database for the simulator', async () => {
    const database = await emptyDatabase();
    await migrate({ ...database, markForSimulator: false });
    const watcher = await connected(database.ownerUrl);
    const before = await schemaOf(watcher);
    await migrate({ ...database, markForSimulator: true });
    expect(await schemaOf(watcher)).toEqual(before);
    expect((await watcher.query('SELECT FROM simulator_mark')).rowCount).toBe(0);
    await watcher.end();
    await database.drop();
  });

  it('leaves nothing of a migration that fails halfway, and works once the cause is gone', async () => {
    const database = await emptyDatabase();
    const watcher = await connected(database.ownerUrl);
    await watcher.query('CREATE TABLE simulator_mark (in_the_way integer)');
    await expect(migrate({ ...database, markForSimulator: true })).rejects.toThrow('simulator_mark');
    expect(await refusalOf(watcher.query('SELECT FROM declarations'))).toBe('42P01');
    await watcher.query('DROP TABLE simulator_mark');
    await migrate({ ...database, markForSimulator: true });
    expect((await watcher.query('SELECT FROM simulator_mark')).rowCount).toBe(1);
    await watcher.end();
    await database.drop();
  });

  it('that is killed in the middle of a migration leaves nothing of it, and the next one completes it', async () => {
    const database = await emptyDatabase();
    const older = MIGRATIONS.slice(0, MIGRATIONS.indexOf(KeptTimes1790002300000)).map(({ name }) => name);
    await buildSchema(database, older);
    const [watcher, other] = [await connected(database.ownerUrl), await connected(database.ownerUrl)];
    const done = async () =>
      (await watcher.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).rows.map(({ name }) => name);
    // Its last statement but none of the ones before needs this table, so that it waits when all but that is done.
    await other.query('BEGIN; LOCK audit_entries IN ROW EXCLUSIVE MODE');
    const killed = startOf(database);
    await somebodyWaits(watcher);
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    // What it asked for last goes on waiting.
    const { rows } = await watcher.query<{ query: string }>(`SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
    expect(rows).toEqual([{ query: expect.stringContaining('CREATE TRIGGER date_audit_entry') }]);
    expect(await ended).toEqual([null, 'SIGKILL']);
    await other.query('ROLLBACK');
    expect(await done()).toEqual(older);

    expect(await once(startOf(database), 'exit')).toEqual([0, null]);
    expect(await done()).toEqual(MIGRATIONS.map(({ name }) => name));
    const whole = await cloneDatabase();
    const model = await connected(whole.ownerUrl);
    expect(await schemaOf(watcher)).toEqual(await schemaOf(model));
    await Promise.all([watcher, other, model].map((client) => client.end()));
    await Promise.all([database, whole].map(({ drop }) => drop()));
  });

  it('may be done with one role for owner and requests', async () => {
    const database = await emptyDatabase();
    await migrate({ ownerUrl: database.ownerUrl, requestUrl: database.ownerUrl, markForSimulator: false });
    const watcher = await connected(database.ownerUrl);
    expect((await watcher.query('SELECT FROM offices')).rowCount).toBeGreaterThan(700);
    await watcher.end();
    await database.drop();
  });
});

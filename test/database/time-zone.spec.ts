import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/data-source.ts';
import { connectionTo, inUtc, poolOf } from '../../src/platform/database/connections.ts';
import { Database } from '../../src/platform/database/database.ts';
import { inWorkspace } from '../../src/platform/workspace/workspace.context.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';

/** Clocks there went forward on 14 March 2021 at 7:00 UTC. */
const ZONE = 'America/New_York';
/** What the service asks of every day that it counts, and how the database writes a time. */
const A_DAY_LATER = `SELECT current_setting('TimeZone') AS zone, timestamptz '2021-03-13T12:00Z' + 1 * interval '1 day' AS later,
  to_jsonb(timestamptz '2021-06-01T00:00Z') AS written`;
const IN_UTC = { zone: 'UTC', later: new Date('2021-03-14T12:00:00Z'), written: '2021-06-01T00:00:00+00:00' };

let clone: TestDatabase;

beforeAll(async () => {
  clone = await cloneDatabase();
  const owner = connectionTo(clone.ownerUrl);
  await owner.connect();
  await owner.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone TO %L', current_database(), '${ZONE}'); END $$`);
  await owner.end();
});
afterAll(() => clone.drop());

describe('a database whose zone puts its clocks forward', () => {
  it.each(['requestUrl', 'ownerUrl'] as const)('counts days of 24 hours for the service, by its %s', async (which) => {
    const source = await new DataSource(dataSourceOptions(clone[which], { poolSize: 2 })).initialize();
    const database = new Database(source);
    expect(await database.rows(A_DAY_LATER)).toEqual([IN_UTC]);
    const visited = await inWorkspace({ name: 'visited', schema: 'w_visited' }, () => database.rows(A_DAY_LATER));
    expect(visited).toEqual([IN_UTC]);
    await source.destroy();
  });

  it('counts so for commands, and for pools beside the domain’s', async () => {
    const [client, pool] = [connectionTo(clone.ownerUrl), poolOf(clone.ownerUrl)];
    await client.connect();
    expect((await client.query(A_DAY_LATER)).rows).toEqual([IN_UTC]);
    expect((await pool.query(A_DAY_LATER)).rows).toEqual([IN_UTC]);
    await Promise.all([client.end(), pool.end()]);
  });

  it('counts so where the URL asks for more, which it gets', async () => {
    const url = `${clone.requestUrl}?options=-c%20search_path%3Dpg_temp%20-c%20TimeZone%3DAsia%2FTokyo&application_name=A%20%26%20B`;
    const client = connectionTo(url);
    await client.connect();
    const asked = `SELECT current_setting('search_path') AS path, current_setting('application_name') AS name, current_setting('TimeZone') AS zone`;
    expect((await client.query(asked)).rows).toEqual([{ path: 'pg_temp', name: 'A & B', zone: 'UTC' }]);
    await client.end();
  });
});

it('a URL without options keeps what it says', () => {
  expect(inUtc('postgres://u:p%3F@db:5432/intake?sslmode=require')).toBe(
    'postgres://u:p%3F@db:5432/intake?sslmode=require&options=-c+TimeZone%3DUTC',
  );
});

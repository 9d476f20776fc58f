import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { WorkspacePool } from '../../src/platform/database/workspace-pool.ts';
import { cloneDatabase, runStatements, type TestDatabase } from '../support/cluster.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const PATIENCE_MS = 200;

let database: TestDatabase;
let line: TcpProxy;

beforeAll(async () => {
  database = await cloneDatabase();
  await runStatements(database.ownerUrl, ['CREATE TABLE notes (what text)']);
  line = await TcpProxy.before(database.ownerUrl);
});
beforeEach(() => runStatements(database.ownerUrl, ['TRUNCATE notes']));
afterAll(async () => {
  await line.close();
  await database.drop();
});

describe('work after a database that did not answer in time', () => {
  it.each([
    ['the beginning of a transaction', []],
    ['a statement within a transaction', ['START TRANSACTION', `INSERT INTO notes VALUES ('half')`]],
  ])('is kept when it succeeds, though %s was still on its way', async (_what, before) => {
    const pool = new WorkspacePool({ connectionString: line.urlOf(database.ownerUrl), max: 1 });
    const first = await pool.connect();
    for (const statement of before) await first.query(statement);
    line.freeze();
    await expect(first.query({ text: 'START TRANSACTION', query_timeout: PATIENCE_MS } as pg.QueryConfig)).rejects.toThrow(
      'Query read timeout',
    );
    await first.query('ROLLBACK').catch(() => undefined);
    first.release();
    await line.open();

    const second = await pool.connect();
    await second.query(`INSERT INTO notes VALUES ('kept')`);
    second.release();
    await pool.end();

    expect(await notes()).toEqual(['kept']);
  });
});

async function notes(): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<{ what: string }>('SELECT what FROM notes')).rows.map(({ what }) => what);
  } finally {
    await client.end();
  }
}

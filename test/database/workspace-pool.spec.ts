import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspacePool } from '../../src/platform/database/workspace-pool.ts';
import { DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../../src/platform/workspace/workspace.context.ts';
import { cloneDatabase, runStatements, type TestDatabase } from '../support/cluster.ts';

const OTHERS: Workspace[] = ['one', 'two', 'three'].map((name) => ({ name, schema: `w_${name}` }));

let database: TestDatabase;
let pool: WorkspacePool;

beforeAll(async () => {
  database = await cloneDatabase();
  await runStatements(
    database.ownerUrl,
    OTHERS.flatMap(({ schema }) => [`CREATE SCHEMA ${schema}`, `GRANT USAGE ON SCHEMA ${schema} TO PUBLIC`]),
  );
  pool = new WorkspacePool({ connectionString: database.requestUrl, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

interface Stand {
  pid: number;
  schema: string;
  path: string;
}

async function standIn(workspace: Workspace): Promise<Stand> {
  const { rows } = await inWorkspace(workspace, () =>
    pool.query<Stand>(`SELECT pg_backend_pid() AS pid, current_schema() AS schema, current_setting('search_path') AS path`),
  );
  return rows[0]!;
}

describe('a pool of connections', () => {
  it('stands in the schema of whoever asks, however many ask at once', async () => {
    const visitors = Array.from({ length: 60 }, (_, turn) => OTHERS[turn % OTHERS.length]!);
    const stands = await Promise.all(visitors.map(standIn));
    expect(stands.map(({ schema }) => schema)).toEqual(visitors.map(({ schema }) => schema));
  });

  it('never moves the connections of default, so that it costs no statement beside busy neighbours', async () => {
    const turns = Array.from({ length: 80 }, (_, turn) => (turn % 2 === 0 ? DEFAULT_WORKSPACE : OTHERS[turn % OTHERS.length]!));
    const stands = await Promise.all(turns.map(standIn));
    const of = (isDefault: boolean) => stands.filter((_, turn) => (turns[turn] === DEFAULT_WORKSPACE) === isDefault);
    const pids = (some: Stand[]) => new Set(some.map(({ pid }) => pid));
    expect([...pids(of(true))].filter((pid) => pids(of(false)).has(pid))).toEqual([]);
    expect(new Set(of(true).map(({ path }) => path))).toEqual(new Set(['"$user", public']));
    expect(pids(of(true)).size).toBeLessThanOrEqual(2);
    expect(pids(of(false)).size).toBeLessThanOrEqual(10);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected } from '../database/bench.ts';
import { runStatements, withDatabase } from '../support/cluster.ts';
import { startDurableDatabase, type DurableDatabase } from '../support/durable-database.ts';
import { World } from '../support/people.ts';
import { runCommand } from '../support/run-command.ts';
import { startRefused, startServer } from '../support/server.ts';

const PRODUCTION = { NODE_ENV: 'production', PHOTO_KEY: 'ab'.repeat(32), SMTP_URL: 'smtp://127.0.0.1:1' };

let database: DurableDatabase;
beforeAll(async () => {
  database = await startDurableDatabase();
});
afterAll(() => database.stop());

const asSuperuser = (...statements: string[]) => runStatements(withDatabase(database.superuserUrl, 'intake'), statements);

/** Starts where a setting or a right is as it should not be, and puts it back. */
async function refusedAfter(spoiling: string, mending: string, environment: NodeJS.ProcessEnv = {}) {
  await asSuperuser(spoiling);
  try {
    return await startRefused({ ...database.environment, ...environment });
  } finally {
    await asSuperuser(mending);
  }
}

/** Another database of the same server, where nothing is yet. */
async function newDatabase(name: string, kind: string): Promise<DurableDatabase['environment']> {
  await asSuperuser(`CREATE DATABASE ${name} OWNER intake_owner TEMPLATE template0 ${kind}`);
  const { DATABASE_URL, DATABASE_OWNER_URL, ...rest } = database.environment;
  return { ...rest, DATABASE_URL: withDatabase(DATABASE_URL, name), DATABASE_OWNER_URL: withDatabase(DATABASE_OWNER_URL, name) };
}

async function starts(environment: NodeJS.ProcessEnv): Promise<void> {
  const server = await startServer({ environment: { ...database.environment, ...environment } });
  try {
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  } finally {
    await server.dispose();
  }
}

describe('a PostgreSQL of one’s own that would lose what was acknowledged', () => {
  it('is refused by the names of its settings: one that waits for no disk', async () => {
    const { output, code } = await startRefused({ DURABLE_DATABASE: 'on' });
    expect(code).toBe('1');
    expect(output).toMatch(/^DATABASE_URL: .+ \(fsync is off, full_page_writes is off\): set it on.+DURABLE_DATABASE=off\.$/m);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['the database', 'ALTER DATABASE intake SET synchronous_commit = off', 'ALTER DATABASE intake RESET synchronous_commit'],
    [
      'the role of requests',
      'ALTER ROLE intake_request SET synchronous_commit = off',
      'ALTER ROLE intake_request RESET synchronous_commit',
    ],
  ])('is refused where only %s has it so, before anything is written', async (_whose, spoiling, mending) => {
    const { output, code } = await refusedAfter(spoiling, mending);
    expect(code).toBe('1');
    expect(output).toMatch(/^DATABASE_URL: .+ \(synchronous_commit is off\): set it on/m);
    const owner = await connected(database.ownerUrl);
    expect((await owner.query(`SELECT to_regclass('migrations') AS found`)).rows).toEqual([{ found: null }]);
    await owner.end();
  });

  it('is good enough when it waits for its own disk and no other machine’s', async () => {
    await asSuperuser('ALTER DATABASE intake SET synchronous_commit = local');
    await starts({});
    await asSuperuser('ALTER DATABASE intake RESET synchronous_commit');
  });
});

describe('a role of requests that comes later', () => {
  it('may what it is to from the next start on, in workspaces too', async () => {
    const environment = await newDatabase('later', `ENCODING 'UTF8'`);
    const first = await startServer({ environment: { ...environment, DATABASE_URL: environment.DATABASE_OWNER_URL } });
    const world = new World(first.url);
    await world.api.post('/_sim/workspaces').send({ name: 'earlier' }).expect(201);
    await first.stop();
    const next = await startServer({ environment, beside: first });
    try {
      expect((await new World(next.url).stranger().submits()).dossierNumber).toMatch(/^00001\./);
      expect((await new World(`${next.url}/w/earlier`).stranger().submits()).dossierNumber).toMatch(/^00001\./);
    } finally {
      await next.stop();
      await first.dispose();
    }
  });
});

describe('a database that is not in Unicode', () => {
  it('is refused before anything is written', async () => {
    const environment = await newDatabase('ascii', `ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER 'libc'`);
    const { output, code } = await startRefused(environment);
    expect(code).toBe('1');
    expect(output).toMatch(/^DATABASE_URL: the database is encoded in SQL_ASCII: .+ENCODING 'UTF8' TEMPLATE template0/m);
  });
});

describe('in production, the role of requests', () => {
  it('is one that can make and own nothing', async () => {
    await starts(PRODUCTION);
  });

  it.each([
    ['may act as the owner', 'GRANT intake_owner TO intake_request', 'REVOKE intake_owner FROM intake_request', 'may act as intake_owner'],
    ['is a superuser', 'ALTER ROLE intake_request SUPERUSER', 'ALTER ROLE intake_request NOSUPERUSER', 'may act as intake_owner'],
    [
      'could put a clock of its own before the real one',
      'GRANT TEMPORARY ON DATABASE intake TO PUBLIC',
      'REVOKE TEMPORARY ON DATABASE intake FROM PUBLIC',
      'REVOKE TEMPORARY ON DATABASE intake FROM PUBLIC',
    ],
    [
      'may make tables',
      'GRANT CREATE ON SCHEMA public TO PUBLIC',
      'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    ],
  ])('lets nobody start when it %s', async (_how, spoiling, mending, said) => {
    const { output, code } = await refusedAfter(spoiling, mending, PRODUCTION);
    expect(code).toBe('1');
    expect(output).toMatch(/^DATABASE_URL: in production its role must own nothing, and it .+\.$/m);
    expect(output).toContain(said);
  });

  it('is examined by the doctor too', async () => {
    const environment = { ...database.environment, ...PRODUCTION, PORT: '0' };
    expect(await runCommand('cli/cli', ['doctor'], environment)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^ok {4}role of requests +may log in/m),
    });
    await asSuperuser('GRANT intake_owner TO intake_request');
    const { code, output } = await runCommand('cli/cli', ['doctor'], environment);
    await asSuperuser('REVOKE intake_owner FROM intake_request');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^FAIL {2}role of requests +DATABASE_URL: in production its role must own nothing, and it may act as intake_owner/m,
    );
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionTo, poolOf } from '../../src/platform/database/connections.ts';
import { WorkspacePool } from '../../src/platform/database/workspace-pool.ts';
import { inWorkspace } from '../../src/platform/workspace/workspace.context.ts';
import { cloneDatabase, runStatements, type TestDatabase } from '../support/cluster.ts';

/** As it says itself to everybody who is connected when its first process is killed. */
const LAST_WORDS = message('E', 'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');
const LET_IN = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I')]);

/** A server in its last moment: whoever comes is let in and told the end in one packet. */
let dying: Server;
let dyingUrl: string;
let database: TestDatabase;

beforeAll(async () => {
  dying = createServer((socket: Socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(Buffer.concat([LET_IN, LAST_WORDS])));
  });
  await once(dying.listen(0, '127.0.0.1'), 'listening');
  dyingUrl = `postgres://nobody@127.0.0.1:${(dying.address() as AddressInfo).port}/nothing`;
  database = await cloneDatabase();
});
afterAll(async () => {
  dying.close();
  await database.drop();
});

describe('a database that dies at the instant at which it lets somebody in', () => {
  it.each([
    ['the pool of the domain', () => new WorkspacePool({ connectionString: dyingUrl })],
    ['a pool beside it', () => poolOf(dyingUrl)],
  ])('is an error of the next question to %s, and not the end of the process', async (_whose, open) => {
    const pool = open().on('error', () => undefined);
    const client = await pool.connect();
    await expect(client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/);
    client.release();
    expect(pool.totalCount).toBe(0);
    await pool.end();
  });

  it('is an error of the next question in a workspace', async () => {
    const pool = new WorkspacePool({ connectionString: dyingUrl }).on('error', () => undefined);
    await expect(inWorkspace({ name: 'one', schema: 'w_one' }, () => pool.query('SELECT 1'))).rejects.toThrow(/terminat|not queryable/);
    await pool.end();
  });
});

describe('a connection that breaks between two questions', () => {
  it.each([
    ['of the domain', (url: string) => new WorkspacePool({ connectionString: url }).on('error', () => undefined).connect()],
    ['of a pool beside it', (url: string) => poolOf(url).connect()],
    ['of its own', async (url: string) => connectionTo(url)],
  ])('says so at the next: one %s', async (_whose, open) => {
    const client = await open(database.ownerUrl);
    if (!('release' in client)) await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => void client.on('end', resolve as () => void));
    await runStatements(database.ownerUrl, [`SELECT pg_terminate_backend(${rows[0]!.pid})`]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/);
  });
});

function message(kind: string, body: string): Buffer {
  const head = Buffer.alloc(5, kind);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
}

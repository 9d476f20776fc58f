import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import { mainThreadWaitMs } from '../support/starvation.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

/** As long as a request may wait for a database that does not answer. */
const MOST_PATIENCE_MS = 9_000;

let database: TestDatabase;
let gate: TcpProxy;
let server: TestServer;
let world: World;
let records: Records;
let citizen: Citizen;
let clerk: Officer;

beforeAll(async () => {
  database = await cloneDatabase();
  gate = await TcpProxy.before(database.ownerUrl);
  server = await startServer({
    environment: { DATABASE_URL: gate.urlOf(database.requestUrl), DATABASE_OWNER_URL: gate.urlOf(database.ownerUrl) },
  });
  world = new World(server.url);
  records = Records.of(database);
  citizen = world.stranger();
  await citizen.submits();
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await server.dispose();
  await gate.close();
  await records.close();
  await database.drop();
});
afterEach(() => gate.open());

/** One of each kind of request: reading, changing, logging in, sending, the desk. */
function everyKind(): PromiseLike<{ status: number; headers: Record<string, string>; body: { code?: string } }>[] {
  const { id } = citizen.receipt!;
  return [
    clerk.calls('get', `/declarations/${id}`),
    clerk.calls('get', '/declarations'),
    clerk.calls('post', `/declarations/${id}/lease`),
    citizen.own('get'),
    citizen.own('post', '/withdrawal'),
    citizen.logsIn('whatever'),
    world.api.post('/v1/staff/sessions').send({ username: 'canbo.03102', password: 'whatever' }),
    world.api.post('/v1/drafts').send({}),
    world.api.get('/_sim/clock'),
    world.api.post('/_sim/reset'),
  ];
}

async function everyKindIsUnavailable(): Promise<void> {
  for (const { status, headers, body } of await Promise.all(everyKind())) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'service-unavailable' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
}

async function staysUpButNotReady(): Promise<void> {
  expect((await world.api.get('/health/live')).body).toEqual({ status: 'ok' });
  const ready = await world.api.get('/health/ready');
  expect(ready.body).toMatchObject({ status: 503, code: 'service-unavailable' });
  expect(Number(ready.headers['retry-after'])).toBeGreaterThan(0);
  // What needs no database goes on.
  await world.api.get('/v1/offices/03102').expect(200);
  await world.api.get('/metrics').expect(200);
}

/** By itself, and at once: the next request finds its way. */
async function isItselfAgain(): Promise<void> {
  await world.api.get('/health/ready').expect(200);
  expect((await clerk.opens(citizen.receipt!.id)).dossier).toMatchObject({ status: 'SUBMITTED' });
  await world.stranger().submits();
}

it('is ready while the database answers', async () => {
  expect((await world.api.get('/health/live')).body).toEqual({ status: 'ok' });
  const ready = await world.api.get('/health/ready').expect(200);
  expect(ready.body).toEqual({ status: 'ok' });
  expect(ready.headers['cache-control']).toBe('no-cache');
});

describe('a database', () => {
  it('that is gone is a 503 with Retry-After for everything that needs it, and never a 500; its return is noticed at once', async () => {
    await gate.shut();
    await everyKindIsUnavailable();
    await staysUpButNotReady();
    await gate.open();
    await isItselfAgain();
  });

  it('that takes no more connections is the same', async () => {
    await records.rows(`ALTER DATABASE ${database.name} CONNECTION LIMIT 0`);
    await records.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'intake_request'`, [
      database.name,
    ]);
    const requests = everyKind();
    // The reset works as the owner, whose own connection may still be there.
    for (const { status, body } of await Promise.all(requests.slice(0, -1))) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'service-unavailable' });
    }
    await staysUpButNotReady();
    await records.rows(`ALTER DATABASE ${database.name} CONNECTION LIMIT -1`);
    await isItselfAgain();
  });

  it('that is frozen is given up within bounds, and costs nobody more than their own request', async () => {
    gate.freeze();
    const began = performance.now() - mainThreadWaitMs(server.process.pid);
    await everyKindIsUnavailable();
    // Without the time in which others had the processors.
    expect(performance.now() - mainThreadWaitMs(server.process.pid) - began).toBeLessThan(MOST_PATIENCE_MS);
    await staysUpButNotReady();
    await gate.open();
    await isItselfAgain();
  });
});

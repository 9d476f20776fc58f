import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { CLUSTER_PREFIX, removeCluster, runStatements } from '../support/cluster.ts';
import { makeSchema, superuserUrlOf } from '../support/many-dossiers.ts';
import { isBackground } from '../scale/routing.ts';
import { World, type Citizen } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { Wizard } from '../support/wizard.ts';

/** What the service looks for by itself, whoever waits for it: it runs between requests, and not the same number of times. */
const BY_ITSELF = /^(relay_|message_facts|comparisons_due|offices_stamp|aged_)/;
/** What it does about a new dossier in its own time is not of the request: here it finds nothing to do. */
const COMPARES_NOTHING = [
  `CREATE FUNCTION compared_already() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.answered := NEW.asked; RETURN NEW; END $$`,
  `CREATE TRIGGER compared_already BEFORE INSERT ON comparisons FOR EACH ROW EXECUTE FUNCTION compared_already()`,
];
/** The other side of the line: where an SMS provider stands in a real installation. */
const PROVIDER = /^INSERT INTO simulator_inbox /;

let dataDir: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), CLUSTER_PREFIX)));
  postgres = await startEmbeddedPostgres({ dataDir, durable: false, log: () => undefined });
  await makeSchema(postgres);
  await runStatements(postgres.ownerUrl, COMPARES_NOTHING);
  await runStatements(await superuserUrlOf(postgres, dataDir), [
    `ALTER ROLE intake_request IN DATABASE intake SET log_statement = 'all'`,
    `ALTER ROLE intake_request IN DATABASE intake SET log_parameter_max_length = 0`,
  ]);
});

afterAll(async () => {
  await postgres?.stop();
  await removeCluster(dataDir);
});

/** Every statement is one way there and back. */
async function roundTrips(since: number): Promise<string[]> {
  const log = (await readFile(join(dataDir, 'postgres', 'server.log'))).subarray(since).toString('utf8');
  return [...log.matchAll(/LOG: {2}(?:statement: |execute (\S+): )(.*(?:\n\t.*)*)/g)]
    .filter(([, name, sql]) => !BY_ITSELF.test(name ?? '') && !isBackground(sql!) && !PROVIDER.test(sql!))
    .map(([, name, sql]) => `${name ?? ''} ${sql!.replaceAll(/\s+/g, ' ').trim()}`);
}

async function logSize(): Promise<number> {
  return (await readFile(join(dataDir, 'postgres', 'server.log'))).length;
}

let strangers = 0;

/** Another one each time, whatever server it is. */
function stranger(world: World): Citizen {
  const serial = String(++strangers).padStart(4, '0');
  return world.stranger({ insuranceNumber: `790000${serial}`, idNumber: `07909000${serial}`, phone: `090120${serial}` });
}

/** Somebody who looks, declares in one request, follows it, and declares another by the wizard. */
async function ordinaryDay(server: TestServer): Promise<string[]> {
  const world = new World(server.url);
  const day = async () => {
    const citizen = stranger(world);
    const { insuranceNumber, idNumber, phone } = citizen.form;
    await world.api.get('/v1/offices?limit=5').expect(200);
    await world.api.post('/v1/eligibility').send({ insuranceNumber, idNumber, phone }).expect(200);
    const { dossierNumber, trackingCode } = await citizen.submits();
    await world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode }).expect(200);
    expect((await citizen.own('get')).status).toBe(200);
    await (await Wizard.isReady(world, await world.plainPhotos(), stranger(world).fields)).submits().expect(201);
  };
  // Connections, and the service's own beginnings, once in vain.
  await day();
  const since = await logSize();
  await day();
  return roundTrips(since);
}

it('the desk costs an ordinary person no statement and no round trip, nor does a workspace in which nothing happens', async () => {
  const withDesk = async (environment: NodeJS.ProcessEnv, prepare: (world: World) => Promise<void> = async () => undefined) => {
    const server = await startServer({
      environment: { DATABASE_URL: postgres.requestUrl, DATABASE_OWNER_URL: postgres.ownerUrl, ...environment },
    });
    try {
      await prepare(new World(server.url));
      return await ordinaryDay(server);
    } finally {
      await server.dispose();
    }
  };
  const without = await withDesk({ SIMULATOR_DESK: 'off' });
  const having = await withDesk({});
  const beside = await withDesk({}, async ({ api }) => {
    for (let made = 0; made < 5; made++) await api.post('/_sim/workspaces').send({}).expect(201);
  });
  expect(without.length).toBeGreaterThan(10);
  expect(having.sort()).toEqual(without.sort());
  expect(beside.sort()).toEqual(without);
});

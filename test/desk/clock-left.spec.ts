import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Past the reminder and the expiry of a dossier that nobody comes for. */
const LONG = 'P40D';

let server: TestServer;
let records: Records;

beforeAll(async () => {
  server = await startServer();
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

interface Place {
  world: World;
  schema: string;
  citizen: Citizen;
}

async function placeIn(name: string, { url } = server): Promise<Place> {
  const lobby = new World(url);
  if (name !== 'default') await lobby.api.post('/_sim/workspaces').send({ name }).expect(201);
  const world = new World(name === 'default' ? url : `${url}/w/${name}`);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  const citizen = world.stranger();
  await citizen.submits();
  return { world, schema: name === 'default' ? 'public' : `"w_${name}"`, citizen };
}

/** Sets the clock off, and resolves where the reminder is being sent, which takes so long. */
async function onItsWay({ world, schema }: Pick<Place, 'world' | 'schema'>, milliseconds: number): Promise<{ moving: Promise<unknown> }> {
  await world.message({ template: 'received' });
  await world.api
    .put('/_sim/faults')
    .send({ 'sms-slow': { count: 1, milliseconds } })
    .expect(200);
  const moving = Promise.resolve(world.api.post('/_sim/clock/advance').send({ by: LONG })).catch((error: unknown) => error);
  await until(() => holds(`SELECT FROM ${schema}.messages WHERE purpose = 'reminder'`));
  return { moving };
}

async function holds(question: string): Promise<boolean> {
  return (await records.rows(question)).length > 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}

it('goes on to where it was to be when the service that moved it was killed on the way, and does there what fell due', async () => {
  const places = [await placeIn('default'), await placeIn('left')];
  // Nobody waits for it: the service is killed on the way.
  for (const place of places) await onItsWay(place, 30_000);
  await server.stop('SIGKILL');
  const [before] = await records.rows<{ frozen_at: Date | null }>('SELECT frozen_at FROM clock');
  expect(before!.frozen_at).not.toBeNull();

  const next = await startServer({ beside: server });
  try {
    // Nobody asks for the clock of `default`, and of the other no more than an office.
    await new World(`${next.url}/w/left`).api.get('/v1/offices/03102').expect(200);
    for (const { schema, citizen } of places) {
      await until(() => holds(`SELECT FROM ${schema}.clock WHERE frozen_at IS NULL`));
      await until(() => holds(`SELECT FROM ${schema}.declarations WHERE status = 'EXPIRED'`));
      const [step] = await records.rows<{ days: number }>(
        `SELECT extract(epoch FROM expired.at - submitted.at) / 86400 AS days
         FROM ${schema}.audit_entries expired JOIN ${schema}.audit_entries submitted USING (subject_id)
         WHERE expired.action = 'expire' AND submitted.action = 'submit' AND subject_id = $1`,
        [citizen.receipt!.id],
      );
      expect(Number(step!.days)).toBe(30);
    }
    const { body } = await new World(next.url).api.get('/_sim/clock').expect(200);
    expect(body).toMatchObject({ now: expect.stringMatching(/^2021-05-30T02:0/), frozen: false });
  } finally {
    await next.stop('SIGKILL');
  }
});

it('is the present after a reset that came while it was moved', async () => {
  const next = await startServer({ beside: server });
  try {
    const place = await placeIn('emptied', next);
    const { world } = place;
    const { moving } = await onItsWay(place, 500);
    await world.reset();
    await moving;
    const { body } = await world.api.get('/_sim/clock').expect(200);
    expect(body.frozen).toBe(false);
    expect(Math.abs(Date.parse(body.now as string) - Date.now())).toBeLessThan(60_000);
  } finally {
    await next.stop('SIGKILL');
  }
});

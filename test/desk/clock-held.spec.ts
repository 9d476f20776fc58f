import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { connected } from '../database/bench.ts';
import { World, type Citizen } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T02:00:00.000Z';
/** To the very instant at which a dossier expires that nobody came for. */
const UNTIL_EXPIRY = 'P30D';
const EXPIRY = '2021-05-20T02:00:00.000Z';

let server: SharedServer;
let world: World;
let held: Citizen;
let free: Citizen;
let other: pg.Client;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  await world.clockIsAt(MORNING, true);
  [held, free] = [world.stranger(), world.stranger()];
  for (const citizen of [held, free]) await citizen.submits();
  other = await connected(server.database.ownerUrl);
});
afterAll(async () => {
  await other.end();
  await server.dispose();
});

it('does what falls due at the end of a move before it answers, also where somebody held it for a moment', async () => {
  const { id } = held.receipt!;
  await other.query('BEGIN');
  await other.query('SELECT FROM declarations WHERE id = $1 FOR KEY SHARE', [id]);
  const moving = Promise.resolve(world.api.post('/_sim/clock/advance').send({ by: UNTIL_EXPIRY }));
  const hasPassed = `SELECT FROM declarations WHERE id = $1 AND status = 'EXPIRED'`;
  while ((await other.query(hasPassed, [free.receipt!.id])).rowCount === 0);
  await other.query('COMMIT');
  const { body } = await moving;
  expect(body.now).toBe(EXPIRY);
  expect(body.ran).toContainEqual({ at: EXPIRY, action: 'expire', declarationId: id });
});

it('says when to come again where there is no time at all', async () => {
  const [clock] = (await other.query<{ frozen_at: Date; shift_ms: string }>('DELETE FROM clock RETURNING frozen_at, shift_ms')).rows;
  try {
    const { body, headers } = await world.api.get('/_sim/clock').expect(503);
    expect([body.code, headers['retry-after']]).toEqual(['service-unavailable', '1']);
  } finally {
    await other.query('INSERT INTO clock (frozen_at, shift_ms) VALUES ($1, $2)', [clock!.frozen_at, clock!.shift_ms]);
  }
});

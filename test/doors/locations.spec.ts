import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { World } from '../support/people.ts';
import { requestsRaw } from '../support/raw-http.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { Wizard } from '../support/wizard.ts';

let server: SharedServer;
let world: World;
let admin: string;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  admin = await world.admin();
});
afterAll(() => server.dispose());

const adds = (what: string, body: object) => world.api.post(`/v1/admin/${what}`).auth(admin, { type: 'bearer' }).send(body);
const OFFICE = { code: '03199', name: 'BHXH Quận Mới', level: 'district', provinceCode: '31', districtCode: '999' };
const CLERK = { username: 'canbo9.03102', fullName: 'Mai Thị Cán', role: 'clerk', officeCode: '03102' };

type Made = readonly [made: Response, token: string];

it.each<[string, () => Promise<Made>]>([
  ['a declaration', async () => received(await world.stranger().sends({ photos: await world.plainPhotos() }))],
  [
    'a draft',
    async () => {
      const made = await world.api.post('/v1/drafts').send({}).expect(201);
      return [made, made.body.draftToken];
    },
  ],
  [
    'a draft that was handed in',
    async () => received(await (await Wizard.isReady(world, await world.plainPhotos())).submits().expect(201)),
  ],
  ['an officer', async () => [await adds('staff', CLERK).expect(201), admin]],
  ['an office', async () => [await adds('offices', OFFICE).expect(201), admin]],
])('who made %s is told where it can be read, also in a workspace', async (_what, makes) => {
  const [{ status, headers, body }, token] = await makes();
  expect([status, headers['location']]).toEqual([201, expect.stringMatching(/^\/w\/[\w-]+\/v1\//)]);
  const read = await requestsRaw(new URL(server.url).origin, `GET ${headers['location']}`, { Authorization: `Bearer ${token}` });
  expect(read.status).toBe(200);
  for (const name of ['id', 'code'].filter((known) => known in body)) expect(read.body[name]).toBe(body[name]);
});

function received(made: Response): Made {
  return [made, made.body.trackingCode];
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { packageRoot } from '../../src/platform/package-root.ts';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { inShort, requestsRaw } from '../support/raw-http.ts';
import { routesOf, type Key, type Route } from '../support/rights-matrix.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TUS, TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

const DOCUMENT = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as Parameters<typeof routesOf>[0];
const ROUTES = routesOf(DOCUMENT).filter(({ method, hasBody }) => ['post', 'put', 'patch', 'delete'].includes(method) && !hasBody);

let server: TestServer;
let world: World;
let keeping: Keeping;
let citizen: Citizen;
let clerk: Officer;
let admin: string;
let wizard: Wizard;
let upload: TusUpload;
let tokens: Record<Key, string | undefined>;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  keeping = new Keeping(server);
  citizen = world.citizen('tran-van-hung');
  await citizen.submits();
  clerk = await world.staff();
  await clerk.approves(citizen);
  const { body: account } = await world.api.post('/_sim/tokens').send({ insuranceNumber: citizen.form['insuranceNumber'] }).expect(201);
  admin = await world.admin();
  wizard = await Wizard.begins(world);
  upload = await TusUpload.begins(world, wizard, 'portrait', 1000);
  tokens = {
    public: undefined,
    desk: undefined,
    draftToken: wizard.token,
    trackingCode: citizen.receipt!.trackingCode,
    citizen: account.accessToken,
    staff: clerk.token,
  };
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

function call({ method, template, access }: Route): Test {
  const id = template.startsWith('/v1/drafts') ? wizard.id : template.startsWith('/v1/uploads') ? upload.id : citizen.receipt!.id;
  const path = template.replace('{id}', id).replace('{slot}', 'portrait').replace('{staffId}', clerk.staff.id).replace('{name}', 'nowhere');
  const asked = world.api.call(method, path).set(TUS);
  const token = template.startsWith('/v1/admin') ? admin : tokens[access];
  return token === undefined ? asked : asked.auth(token, { type: 'bearer' });
}

describe('a route that takes no fields', () => {
  it('is one of more than twenty', () => {
    expect(ROUTES.length).toBeGreaterThan(20);
  });

  it.each(ROUTES.map((route) => [route.name, route] as const))(
    'refuses every one of them by its name, and does nothing: %s',
    async (_, route) => {
      const before = await keeping.now();
      const { status, body } = await call(route).send({ reason: 'Đổi ý', 'a b': 1 });
      expect([status, body.code, faultsIn(body)]).toEqual([422, 'validation-failed', ['/reason: unknown-field', '/?: unknown-field']]);
      expect(await keeping.now()).toEqual(before);
    },
  );

  const clears = (headers: Record<string, string>, body?: string) => requestsRaw(server.url, 'DELETE /_sim/faults', headers, body);

  it('takes nothing, and an object of nothing, and no other thing', async () => {
    expect(inShort(await clears({}))).toBe('204');
    expect(inShort(await clears({ 'Content-Length': '0' }))).toBe('204');
    expect(inShort(await clears({}, '{}'))).toBe('204');
    for (const other of ['[]', '[{}]', 'null', '1', '"x"', 'true']) {
      const refused = await clears({}, other);
      expect([other, inShort(refused), faultsIn(refused.body)]).toEqual([other, '422 validation-failed', [': wrong-type']]);
    }
  });

  it('names so many of them and no more', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`f${at}`, 1]));
    expect((await world.api.delete('/_sim/faults').send(many).expect(422)).body.errors).toHaveLength(50);
  });
});

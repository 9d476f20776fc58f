import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { RIGHTS, roleHas, type Right, type StaffRole } from '../../src/staff/rights.ts';
import type { Method } from '../support/api.ts';
import { checklistFor, World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Operation {
  security?: Record<string, unknown>[];
  requestBody?: { content: Record<string, unknown> };
}

interface Route {
  name: string;
  method: Method;
  template: string;
  access: 'public' | 'draftToken' | 'trackingCode' | 'citizen' | 'staff';
  hasBody: boolean;
}

const { paths } = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

/** All but the desk's, whose key opens everything. */
const ROUTES: Route[] = Object.entries(paths)
  .filter(([template]) => !template.startsWith('/_sim'))
  .flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, { security, requestBody }]) => ({
      name: `${method.toUpperCase()} ${template}`,
      method: method as Method,
      template,
      access: (Object.keys(security?.[0] ?? {})[0] ?? 'public') as Route['access'],
      hasBody: requestBody !== undefined,
    })),
  );

/** Which right each staff route asks for. A new route has no row here, and fails until it gets one. */
const RIGHT_OF: Record<string, Right> = {
  'DELETE /v1/staff/sessions/current': 'session.own',
  'PUT /v1/staff/me/password': 'session.own',
  'GET /v1/staff/declarations': 'dossier.list',
  'GET /v1/staff/queues': 'dossier.list',
  'POST /v1/staff/declarations/search': 'dossier.search',
  'GET /v1/staff/declarations/{id}': 'dossier.view',
  'GET /v1/staff/declarations/{id}/photos/{slot}': 'dossier.photo',
  'GET /v1/staff/declarations/{id}/history': 'dossier.view',
  'GET /v1/staff/declarations/{id}/file': 'dossier.view',
  'GET /v1/staff/declarations/{id}/form.pdf': 'dossier.view',
  'GET /v1/staff/statistics': 'statistics.view',
  'GET /v1/staff/exports/declarations.csv': 'dossier.export',
  'POST /v1/staff/declarations/{id}/lease': 'dossier.lease',
  'PUT /v1/staff/declarations/{id}/lease': 'dossier.lease',
  'DELETE /v1/staff/declarations/{id}/lease': 'dossier.lease',
  'POST /v1/staff/declarations/{id}/approval': 'dossier.approve',
  'POST /v1/staff/declarations/{id}/return': 'dossier.return',
  'POST /v1/staff/declarations/{id}/rejection': 'dossier.reject',
  'POST /v1/staff/declarations/{id}/transfer': 'dossier.transfer',
  'POST /v1/staff/visits': 'dossier.visit',
  'PATCH /v1/staff/declarations/{id}/phone': 'dossier.change-phone',
  'POST /v1/staff/declarations/{id}/phone/confirmation': 'dossier.confirm-phone',
  'POST /v1/staff/declarations/{id}/credentials': 'dossier.reissue-credentials',
  'GET /v1/admin/staff': 'staff.administer',
  'POST /v1/admin/staff': 'staff.administer',
  'GET /v1/admin/staff/{staffId}': 'staff.administer',
  'PATCH /v1/admin/staff/{staffId}': 'staff.administer',
  'POST /v1/admin/staff/{staffId}/password': 'staff.administer',
  'GET /v1/admin/offices': 'office.administer',
  'POST /v1/admin/offices': 'office.administer',
  'GET /v1/admin/offices/export': 'office.administer',
  'POST /v1/admin/offices/import': 'office.administer',
  'GET /v1/admin/offices/{code}': 'office.administer',
  'PATCH /v1/admin/offices/{code}': 'office.administer',
  'POST /v1/admin/offices/{code}/merger': 'office.administer',
  'POST /v1/admin/offices/{code}/rerouting': 'office.administer',
  'GET /v1/admin/audit': 'audit.view',
};

/** Bodies that are well formed, so that it is the right that decides; without lease and If-Match none of them does anything. */
const BODIES: Record<string, object | (() => object)> = {
  'POST /v1/staff/visits': visited,
  // The one it has already.
  'PATCH /v1/staff/declarations/{id}/phone': () => ({ phone: citizen.form['phone'], reason: 'Mất điện thoại' }),
  'POST /v1/staff/declarations/{id}/phone/confirmation': { phone: '0352153111' },
  'PUT /v1/staff/me/password': { currentPassword: 'not the one', newPassword: 'long enough to be one' },
  'POST /v1/staff/declarations/{id}/approval': { checklist: checklistFor('079090000001', { registryUnknownConfirmed: true }) },
  'POST /v1/staff/declarations/search': { q: 'Người Lạ' },
  'POST /v1/staff/declarations/{id}/return': { items: [{ reasonCode: 'papers-missing' }] },
  'POST /v1/staff/declarations/{id}/rejection': { reasonCode: 'never-came' },
  'POST /v1/staff/declarations/{id}/transfer': { officeCode: '03104', reason: 'Chuyển' },
  'POST /v1/staff/declarations/{id}/credentials': { reason: 'Không nhận được SMS' },
};

const UNAUTHENTICATED = 'unauthenticated';
/** What says that a caller may not: everything else is about the request itself. */
const REFUSALS_OF_RIGHTS = [UNAUTHENTICATED, 'forbidden', 'not-found', 'password-change-required'];

let server: TestServer;
let world: World;
let records: Records;
let citizen: Citizen;
let citizensToken: string;
let draft: { id: string; draftToken: string };
/** An officer whom administrators ask about. */
let bystander: string;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
  const holder = world.citizen('nguyen-thuy');
  await holder.submits();
  await (await world.staff('03102')).approves(holder);
  const password = await holder.readsPassword();
  const { body: session } = await holder.logsIn(password);
  citizensToken = session.accessToken;
  await world.api
    .put('/v1/me/password')
    .auth(citizensToken, { type: 'bearer' })
    .send({ currentPassword: password, newPassword: 'Biển xanh mây trắng' })
    .expect(204);
  bystander = (await world.staff('03102')).staff.id;
  citizen = world.stranger();
  await citizen.submits();
  draft = (await world.api.post('/v1/drafts').send({}).expect(201)).body;
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

function pathOf({ template }: Route): string {
  const id = template.startsWith('/v1/drafts') ? draft.id : citizen.receipt!.id;
  return template
    .replace('{id}', id)
    .replace('{slot}', 'portrait')
    .replace('{code}', '03102')
    .replace('{staffId}', bystander)
    .replace(/\{\w+\}/g, '01');
}

async function ask(route: Route, token: string | undefined): Promise<{ status: number; code: string | undefined }> {
  const call = world.api.call(route.method, pathOf(route));
  if (token !== undefined) void call.auth(token, { type: 'bearer' });
  const body = BODIES[route.name] ?? {};
  if (route.hasBody) void call.send(typeof body === 'function' ? (body as () => object)() : body);
  const { status, body: answer, headers } = await call;
  if (status >= 500) throw new Error(`${route.name} → ${status}`);
  // An answer to HEAD has no body to say it.
  const code = route.method === 'head' && headers['www-authenticate'] ? UNAUTHENTICATED : answer?.code;
  return { status, code };
}

/** Number and paper of the dossier that everybody asks for. */
function visited(): object {
  return { dossierNumber: citizen.receipt!.dossierNumber, idNumber: citizen.form['idNumber'] };
}

async function tokenOf(role: StaffRole, officeCode: string): Promise<string> {
  return role === 'admin' ? world.admin() : (await world.staff(officeCode, role)).token;
}

async function changed(sql: string): Promise<string> {
  const { token, staff } = await world.staff('03102');
  await records.rows(sql, [staff.id]);
  return token;
}

/** Tokens that open nothing any more. */
const DEAD: Record<string, () => Promise<string | undefined>> = {
  'nobody, with no token': async () => undefined,
  'an officer whose session has expired': () => changed('UPDATE staff_sessions SET access_until = domain_now() WHERE staff_id = $1'),
  'an officer who has left': () => changed('UPDATE staff SET active = false WHERE id = $1'),
  'an officer who has logged out': async () => {
    const officer = await world.staff('03102');
    await officer.calls('delete', '/sessions/current').expect(204);
    return officer.token;
  },
};
const LIVING: Record<string, () => Promise<string>> = {
  citizen: async () => citizensToken,
  trackingCode: async () => citizen.receipt!.trackingCode,
  draftToken: async () => draft.draftToken,
  staff: () => tokenOf('clerk', '03102'),
};

describe('the routes of the API document', () => {
  it('are all known here: each staff route by the right that it asks for', () => {
    const known = ROUTES.filter(({ access }) => access === 'staff').map(({ name }) => name);
    expect(known.sort()).toEqual(Object.keys(RIGHT_OF).sort());
  });

  it('are public only where they are meant to be', () => {
    const open = ROUTES.filter(({ access, template }) => access === 'public' && /^\/v1\/(staff|me|admin)/.test(template)).map(
      ({ name }) => name,
    );
    expect(open.sort()).toEqual(['POST /v1/staff/sessions', 'POST /v1/staff/sessions/refresh']);
  });
});

describe.each(ROUTES.filter(({ access }) => access === 'public'))('$name', (route) => {
  it('answers anybody, with or without a token of something else, and never with a 5xx', async () => {
    for (const token of [undefined, citizensToken]) {
      const { code } = await ask(route, token);
      expect(code).not.toBe('forbidden');
      expect(code).not.toBe(UNAUTHENTICATED);
    }
  });
});

describe.each(ROUTES.filter(({ access }) => access !== 'public'))('$name', (route) => {
  it.each(Object.keys(DEAD))('is shut for %s', async (who) => {
    expect(await ask(route, await DEAD[who]!())).toEqual({ status: 401, code: UNAUTHENTICATED });
  });

  it('is shut for the tokens of every other kind of caller', async () => {
    for (const [kind, token] of Object.entries(LIVING)) {
      if (kind !== route.access) expect(await ask(route, await token())).toEqual({ status: 401, code: UNAUTHENTICATED });
    }
  });
});

describe.each(ROUTES.filter(({ access }) => access === 'staff'))('$name', (route) => {
  const right = RIGHT_OF[route.name]!;
  const isOfOneDossier = route.template.includes('{id}');

  it.each(['clerk', 'supervisor', 'admin'] as const)(`asks for the right ${right} of a %s`, async (role) => {
    const { status, code } = await ask(route, await tokenOf(role, '03102'));
    if (!roleHas(role, right)) expect({ status, code }).toEqual({ status: 403, code: 'forbidden' });
    else expect(REFUSALS_OF_RIGHTS).not.toContain(code);
  });

  if (isOfOneDossier) {
    it.each(['clerk', 'supervisor'] as const)('finds nothing for a %s of another office', async (role) => {
      expect(await ask(route, await tokenOf(role, '03103'))).toEqual({ status: 404, code: 'not-found' });
    });

    it.each(['clerk', 'supervisor'] as const)(
      'is open to a %s of another office before whom the person stands, and to no colleague',
      async (role) => {
        const [officer, colleague] = [await world.staff('03103', role), await world.staff('03103', role)];
        await officer.calls('post', '/visits').send(visited()).expect(201);
        expect(REFUSALS_OF_RIGHTS).not.toContain((await ask(route, officer.token)).code);
        expect(await ask(route, colleague.token)).toEqual({ status: 404, code: 'not-found' });
      },
    );
  }

  if (roleHas('clerk', right)) {
    it(`${'needsMayApprove' in RIGHTS[right] ? 'needs' : 'does not need'} an officer who is named for approving`, async () => {
      const { code } = await ask(route, await changed('UPDATE staff SET may_approve = false WHERE id = $1'));
      if ('needsMayApprove' in RIGHTS[right]) expect(code).toBe('forbidden');
      else expect(REFUSALS_OF_RIGHTS).not.toContain(code);
    });
  }
});

describe('a change in who somebody is', () => {
  it('of office works on the next request', async () => {
    const { id } = citizen.receipt!;
    const officer = await world.staff('03103');
    await officer.calls('get', `/declarations/${id}`).expect(404);
    await records.rows(`UPDATE staff SET office_code = '03102' WHERE id = $1`, [officer.staff.id]);
    await officer.calls('get', `/declarations/${id}`).expect(200);
    await records.rows(`UPDATE staff SET office_code = '03103' WHERE id = $1`, [officer.staff.id]);
    await officer.calls('get', `/declarations/${id}`).expect(404);
  });

  it('of role works on the next request', async () => {
    const officer = await world.staff('03102');
    await officer.calls('get', '/declarations').expect(200);
    await records.rows(`UPDATE staff SET role = 'admin', office_code = NULL, may_approve = false WHERE id = $1`, [officer.staff.id]);
    await officer.calls('get', '/declarations').expect(403);
  });

  it('to nobody any more works on the next request, for the refresh token and the login too', async () => {
    const { body: session } = await world.api
      .post('/v1/staff/sessions')
      .send({ username: 'canbo.03103', password: 'mo-phong-2021' })
      .expect(201);
    await records.rows(`UPDATE staff SET active = false WHERE username = 'canbo.03103'`);
    await world.api.get('/v1/staff/queues').auth(session.accessToken, { type: 'bearer' }).expect(401);
    await world.api.post('/v1/staff/sessions/refresh').send({ refreshToken: session.refreshToken }).expect(401);
    await world.api.post('/v1/staff/sessions').send({ username: 'canbo.03103', password: 'mo-phong-2021' }).expect(401);
  });

  it('whose account was locked works on the next request', async () => {
    await world.api.get('/v1/me').auth(citizensToken, { type: 'bearer' }).expect(200);
    await records.rows(`UPDATE accounts SET state = 'LOCKED'`);
    await world.api.get('/v1/me').auth(citizensToken, { type: 'bearer' }).expect(401);
    await world.api.post('/v1/sessions').send({ insuranceNumber: '4810990043', password: 'Biển xanh mây trắng' }).expect(401);
  });
});

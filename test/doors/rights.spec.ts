import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { RIGHTS, type StaffRole } from '../../src/staff/rights.ts';
import { apiOf, type Api } from '../support/api.ts';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { ACTORS, isOfOneDossier, mismatch, routesOf, verdictOf, type Actor, type Key, type Route } from '../support/rights-matrix.ts';
import { bodiesOf } from '../support/route-bodies.ts';
import { RIGHT_OF } from '../support/route-rights.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { slotMetadata, TUS } from '../support/tus.ts';

const DOCUMENT = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as Parameters<typeof routesOf>[0];
const ALL = routesOf(DOCUMENT);
/** All but the desk's, whose key opens everything. */
const ROUTES = ALL.filter(({ access }) => access !== 'desk');

/** What opens each of the others. They too fail until they have a row. */
const KEY_OF: Record<Exclude<Key, 'staff' | 'desk'>, readonly string[]> = {
  public: [
    'GET /problems/{code}',
    'GET /v1/places/provinces',
    'GET /v1/places/provinces/{code}/districts',
    'GET /v1/places/provinces/{code}/wards',
    'GET /v1/places/districts/{code}/wards',
    'GET /v1/offices',
    'GET /v1/offices/suggestions',
    'GET /v1/offices/{code}',
    'GET /v1/reasons',
    'GET /v1/consents',
    'POST /v1/staff/sessions',
    'POST /v1/staff/sessions/refresh',
    'POST /v1/sessions',
    'POST /v1/sessions/refresh',
    'POST /v1/password-resets',
    'POST /v1/password-resets/confirmation',
    'POST /v1/declarations',
    'POST /v1/declarations/tracking',
    'POST /v1/declarations/tracking-code',
    'POST /v1/lookups/insurance-number',
    'POST /v1/eligibility',
    'POST /v1/qr/decode',
    'POST /v1/drafts',
    'OPTIONS /v1/drafts/{id}/uploads',
    'OPTIONS /v1/uploads/{id}',
    'GET /health/live',
    'GET /health/ready',
    'GET /metrics',
  ],
  draftToken: [
    'GET /v1/drafts/{id}',
    'PATCH /v1/drafts/{id}',
    'DELETE /v1/drafts/{id}',
    'PUT /v1/drafts/{id}/photos/{slot}',
    'GET /v1/drafts/{id}/photos/{slot}',
    'DELETE /v1/drafts/{id}/photos/{slot}',
    'GET /v1/drafts/{id}/form.pdf',
    'POST /v1/drafts/{id}/email-otp',
    'POST /v1/drafts/{id}/email-confirmation',
    'POST /v1/drafts/{id}/submission',
    'POST /v1/drafts/{id}/uploads',
    'HEAD /v1/uploads/{id}',
    'PATCH /v1/uploads/{id}',
    'DELETE /v1/uploads/{id}',
  ],
  trackingCode: [
    'GET /v1/declarations/{id}',
    'PATCH /v1/declarations/{id}',
    'GET /v1/declarations/{id}/form.pdf',
    'GET /v1/declarations/{id}/history',
    'PUT /v1/declarations/{id}/photos/{slot}',
    'POST /v1/declarations/{id}/resubmission',
    'POST /v1/declarations/{id}/withdrawal',
  ],
  citizen: ['DELETE /v1/sessions/current', 'GET /v1/me', 'PUT /v1/me/password', 'GET /v1/me/health-insurance-card', 'GET /v1/me/data'],
};

const UNAUTHENTICATED = 'unauthenticated';
const CODE_OF_HEAD: Record<number, string> = { 401: UNAUTHENTICATED, 403: 'forbidden', 404: 'not-found' };
/** What says that a caller may not: everything else is about the request itself. */
const REFUSALS_OF_RIGHTS = [UNAUTHENTICATED, 'forbidden', 'not-found', 'password-change-required'];

let server: TestServer;
/** The same service once more, its desk locked. */
let locked: TestServer;
let world: World;
let lockedDesk: Api;
let records: Records;
/** Two people in each way that one can be known: by tracking code, by draft and upload, by account. */
let citizen: Citizen;
let other: Citizen;
/** Like the one that everybody asks for, and newer than its other copies. */
let alike: string;
let draft: { id: string; draftToken: string };
let otherDraft: typeof draft;
/** An officer whom administrators ask about. */
let bystander: string;
let uploadId: string;
let holder: Citizen;
let otherHolder: Citizen;
/** Who is asked for one and the same thing again and again. */
let citizensToken: string;
const tokens = new Map<string, string>();
/** The dossier that everybody asks for: for each route that changes something another one. */
let target: { id: string; dossierNumber: string };

beforeAll(async () => {
  server = await startServer();
  locked = await startServer({ beside: server, environment: { SIMULATOR_KEY: 'the key of this desk' } });
  world = new World(server.url);
  lockedDesk = apiOf(locked.url);
  records = Records.of(server.database);
  bystander = (await world.staff('03102')).staff.id;
  [holder, otherHolder] = [world.citizen('nguyen-thuy'), world.citizen('dinh-ngoc-lan')];
  for (const person of [holder, otherHolder]) {
    await person.submits();
    await (await world.staff('03102')).approves(person);
  }
  const password = await holder.readsPassword();
  const { body: session } = await holder.logsIn(password);
  citizensToken = session.accessToken;
  await world.api
    .put('/v1/me/password')
    .auth(citizensToken, { type: 'bearer' })
    .send({ currentPassword: password, newPassword: 'Biển xanh mây trắng' })
    .expect(204);
  await records.rows('UPDATE accounts SET must_change_password = false, password_expires_at = NULL');
  [citizen, other] = [world.stranger(), world.stranger()];
  await citizen.submits();
  await other.submits();
  target = citizen.receipt!;
  [draft, otherDraft] = [await startedDraft(), await startedDraft()];
  const { headers } = await world.api
    .post(`/v1/drafts/${draft.id}/uploads`)
    .auth(draft.draftToken, { type: 'bearer' })
    .set({ ...TUS, 'Upload-Length': '1000', 'Upload-Metadata': slotMetadata('portrait') })
    .expect(201);
  uploadId = headers['location']!.split('/').at(-1)!;
  for (const actor of ACTORS) {
    const officer = await officersToken(actor);
    if (officer !== undefined) tokens.set(actor, officer);
  }
  tokens.set('citizen', citizensToken);
  tokens.set('citizen of another dossier', await accountsToken(otherHolder));
  tokens.set('expired citizen', await spoiltSession('access_until = domain_now()'));
  alike = (await records.copyDossier(citizen.receipt!.id, { submitted_at: new Date(Date.now() + 60_000).toISOString() })).id;
});
afterAll(async () => {
  await records.close();
  await locked.dispose();
  await server.dispose();
});

async function startedDraft(): Promise<typeof draft> {
  return (await world.api.post('/v1/drafts').send({}).expect(201)).body;
}

async function accountsToken({ form }: Citizen): Promise<string> {
  const { body } = await world.api.post('/_sim/tokens').send({ insuranceNumber: form['insuranceNumber'] }).expect(201);
  return body.accessToken;
}

/** A session of an account, which then is changed. */
async function spoiltSession(change: string): Promise<string> {
  const token = await accountsToken(otherHolder);
  await records.rows(
    `UPDATE account_sessions SET ${change} WHERE id = (SELECT id FROM account_sessions ORDER BY created_at DESC, id DESC LIMIT 1)`,
  );
  return token;
}

function pathOf({ template }: Route): string {
  const id = template.startsWith('/v1/drafts') ? draft.id : template.startsWith('/v1/uploads') ? uploadId : target.id;
  return template
    .replace('{id}', id)
    .replace('{slot}', 'portrait')
    .replace('{code}', '03102')
    .replace('{staffId}', bystander)
    .replace(/\{\w+\}/g, '01');
}

interface Told {
  status: number;
  code: string | undefined;
}

async function ask(route: Route, token: string | undefined, api = world.api): Promise<Told> {
  const call = api.call(route.method, pathOf(route));
  if (token !== undefined) void call.auth(token, { type: 'bearer' });
  const { phone } = citizen.form as { phone: string };
  const bodies = bodiesOf({ ...visited(), phone, alikeId: alike });
  if (route.hasBody) void call.send(bodies[route.name] ?? {});
  const { status, body: answer } = await call;
  if (status >= 500) throw new Error(`${route.name} → ${status}`);
  // An answer to HEAD has no body to say it.
  if (route.method === 'head') return { status, code: CODE_OF_HEAD[status] };
  return { status, code: answer?.code };
}

/** Number and paper of the dossier that everybody asks for. */
function visited(): { dossierNumber: string; idNumber: string } {
  return { dossierNumber: target.dossierNumber, idNumber: String(citizen.form['idNumber']) };
}

async function tokenOf(role: StaffRole, officeCode: string): Promise<string> {
  return role === 'admin' ? world.admin() : (await world.staff(officeCode, role)).token;
}

async function changed(sql: string): Promise<string> {
  const { token, staff } = await world.staff('03102');
  await records.rows(sql, [staff.id]);
  return token;
}

/** An officer's session; undefined for who is none. */
async function officersToken(actor: Actor): Promise<string | undefined> {
  switch (actor) {
    case 'clerk':
    case 'supervisor':
    case 'admin':
      return tokenOf(actor, '03102');
    case 'clerk elsewhere':
      return tokenOf('clerk', '03103');
    case 'expired':
      return changed('UPDATE staff_sessions SET access_until = domain_now() WHERE staff_id = $1');
    case 'deactivated':
      return changed('UPDATE staff SET active = false WHERE id = $1');
    case 'anonymous':
    case 'citizen':
    case 'citizen of another dossier':
      return undefined;
  }
}

/** Ends the session with which it is asked for, and so takes one of its own. */
const isLogout = ({ template }: Route) => template.endsWith('/sessions/current');

/** What somebody holds out at a route's door: citizens the route's own kind of key, at an officer's door every one that they have. */
async function keysOf(actor: Actor, route: Route): Promise<(string | undefined)[]> {
  switch (actor) {
    case 'anonymous':
      return [undefined];
    case 'citizen':
    case 'citizen of another dossier': {
      const [person, account, started] = actor === 'citizen' ? [citizen, holder, draft] : [other, otherHolder, otherDraft];
      if (route.access === 'citizen') return [isLogout(route) ? await accountsToken(account) : tokens.get(actor)];
      if (route.access === 'draftToken') return [started.draftToken];
      if (route.access === 'trackingCode') return [person.receipt!.trackingCode];
      if (route.access === 'staff') return [tokens.get(actor), person.receipt!.trackingCode, started.draftToken];
      return [tokens.get(actor)];
    }
    case 'expired':
      return [tokens.get(actor), ...(route.access === 'citizen' ? [tokens.get('expired citizen')] : [])];
    case 'clerk':
    case 'clerk elsewhere':
    case 'supervisor':
    case 'admin':
    case 'deactivated':
      return [isLogout(route) ? await officersToken(actor) : tokens.get(actor)];
  }
}

async function askedBy(actor: Actor, route: Route): Promise<Told[]> {
  const keys = await keysOf(actor, route);
  return Promise.all(keys.map((key) => ask(route, key, route.access === 'desk' ? lockedDesk : world.api)));
}

const rightOf = ({ name }: Route) => RIGHT_OF[name];

/** Tokens that open nothing where another kind of key is asked for. */
const LIVING: Record<string, () => string> = {
  citizen: () => citizensToken,
  trackingCode: () => citizen.receipt!.trackingCode,
  draftToken: () => draft.draftToken,
  staff: () => tokens.get('clerk')!,
};

const STATUS_OF = { unauthenticated: 401, forbidden: 403, 'not-found': 404, 'simulator-key-required': 403 } as const;

describe('the routes of the running service', () => {
  it('are those of the API document, from which these tests are made', async () => {
    const { body } = await world.api.get('/openapi.json');
    expect(routesOf(body).map(({ name }) => name)).toEqual(ALL.map(({ name }) => name));
  });

  it('are all known here: each staff route by the right that it asks for, each other one by the key that opens it', () => {
    expect(mismatch(ROUTES, [...Object.keys(RIGHT_OF), ...Object.values(KEY_OF).flat()])).toEqual({ rowless: [], routeless: [] });
    const misplaced = ROUTES.filter(({ name, access }) =>
      access === 'staff' ? !(name in RIGHT_OF) : !KEY_OF[access as 'public'].includes(name),
    );
    expect(misplaced).toEqual([]);
  });

  it('are public only where they are meant to be', () => {
    const open = ROUTES.filter(({ access, template }) => access === 'public' && /^\/v1\/(staff|me|admin)/.test(template)).map(
      ({ name }) => name,
    );
    expect(open.sort()).toEqual(['POST /v1/staff/sessions', 'POST /v1/staff/sessions/refresh']);
  });
});

describe.each(ALL)('$name', (route) => {
  const right = rightOf(route);
  const refusals = REFUSALS_OF_RIGHTS.filter((code) => code !== 'not-found' || (right !== undefined && isOfOneDossier(route, right)));

  const told = new Map<Actor, Promise<Told[]>>();

  beforeAll(async () => {
    // A copy has photos in name only.
    target = route.method === 'get' ? citizen.receipt! : await records.copyDossier(citizen.receipt!.id);
    // All at once: what one of them is told is no matter of what the others do.
    for (const actor of ACTORS) told.set(actor, askedBy(actor, route));
    await Promise.allSettled(told.values());
  });

  it.each(ACTORS.map((actor) => [verdictOf(route, right, actor), actor] as const))('is %s for the %s', async (verdict, actor) => {
    for (const { status, code } of await told.get(actor)!) {
      if (verdict === 'open') expect(refusals).not.toContain(code);
      else expect({ status, code }).toEqual({ status: STATUS_OF[verdict], code: verdict });
    }
  });
});

describe.each(ROUTES.filter(({ access }) => access !== 'public' && access !== 'staff'))('$name', (route) => {
  it('is shut for the tokens of every other kind of caller', async () => {
    for (const [kind, token] of Object.entries(LIVING)) {
      if (kind !== route.access) expect(await ask(route, token())).toEqual({ status: 401, code: UNAUTHENTICATED });
    }
  });
});

describe.each(ROUTES.filter(({ access }) => access === 'staff'))('$name', (route) => {
  const right = rightOf(route)!;

  if (isOfOneDossier(route, right)) {
    it.each(['clerk', 'supervisor'] as const)(
      'is open to a %s of another office before whom the person stands, and to no colleague',
      async (role) => {
        target = citizen.receipt!;
        const [officer, colleague] = [await world.staff('03103', role), await world.staff('03103', role)];
        await officer.calls('post', '/visits').send(visited()).expect(201);
        expect(REFUSALS_OF_RIGHTS).not.toContain((await ask(route, officer.token)).code);
        expect(await ask(route, colleague.token)).toEqual({ status: 404, code: 'not-found' });
      },
    );
  }

  const rule: { roles: readonly StaffRole[]; needsMayApprove?: true } = RIGHTS[right];
  if (rule.roles.includes('clerk')) {
    it(`${rule.needsMayApprove ? 'needs' : 'does not need'} an officer who is named for approving`, async () => {
      target = citizen.receipt!;
      const { code } = await ask(route, await changed('UPDATE staff SET may_approve = false WHERE id = $1'));
      if (rule.needsMayApprove) expect(code).toBe('forbidden');
      else expect(REFUSALS_OF_RIGHTS).not.toContain(code);
    });
  }
});

describe('an account’s routes, which name nobody', () => {
  it('show each citizen their own, and never another’s', async () => {
    for (const [person, token] of [
      [holder, tokens.get('citizen')!],
      [otherHolder, tokens.get('citizen of another dossier')!],
    ] as const) {
      const { body } = await world.api.get('/v1/me').auth(token, { type: 'bearer' }).expect(200);
      expect(body).toMatchObject({ insuranceNumber: person.form['insuranceNumber'] });
    }
  });
});

describe('the desk', () => {
  it('is open to whoever has its key', async () => {
    await lockedDesk.get('/_sim/clock').set('X-Simulator-Key', 'the key of this desk').expect(200);
  });
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

  it('who has logged out works on the next request', async () => {
    const officer = await world.staff('03102');
    await officer.calls('delete', '/sessions/current').expect(204);
    await officer.calls('get', '/queues').expect(401);
  });

  it('whose account was locked works on the next request', async () => {
    await world.api.get('/v1/me').auth(citizensToken, { type: 'bearer' }).expect(200);
    await records.rows(`UPDATE accounts SET state = 'LOCKED'`);
    await world.api.get('/v1/me').auth(citizensToken, { type: 'bearer' }).expect(401);
    await world.api.post('/v1/sessions').send({ insuranceNumber: '4810990043', password: 'Biển xanh mây trắng' }).expect(401);
  });
});

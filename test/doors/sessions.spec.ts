import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const CITIZENS_PASSWORD = 'Biển xanh mây trắng';
const STAFF_PASSWORD = 'mo-phong-2021';

interface Session {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
/** Every token of the house that is alive, by whom it is for. */
let tokens: Record<'citizen' | 'staff' | 'tracking' | 'draft', string>;
let paths: Record<keyof typeof tokens, string>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.citizen('ti');
  await citizen.submits();
  await (await world.staff('03102')).approves(citizen);
  const password = await citizen.readsPassword();
  const { body: session } = await citizen.logsIn(password);
  await as(session.accessToken, 'put', '/v1/me/password').send({ currentPassword: password, newPassword: CITIZENS_PASSWORD }).expect(204);
  const { body: draft } = await world.api.post('/v1/drafts').send({}).expect(201);
  const staff = await world.staff('03102');
  tokens = { citizen: session.accessToken, staff: staff.token, tracking: citizen.receipt!.trackingCode, draft: draft.draftToken };
  paths = {
    citizen: '/v1/me',
    staff: '/v1/staff/queues',
    tracking: `/v1/declarations/${citizen.receipt!.id}`,
    draft: `/v1/drafts/${draft.id}`,
  };
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(() => records.rows('DELETE FROM attempt_counters'));

function as(token: string, method: 'get' | 'put' | 'delete', path: string) {
  return world.api.call(method, path).auth(token, { type: 'bearer' });
}

const KINDS = ['citizen', 'staff', 'tracking', 'draft'] as const;

describe.each(KINDS)('what is for the holder of a %s token', (kind) => {
  it('opens for that token', async () => {
    await as(tokens[kind], 'get', paths[kind]).expect(200);
  });

  it.each(KINDS.filter((other) => other !== kind))('opens for no %s token', async (other) => {
    expect((await as(tokens[other], 'get', paths[kind])).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  const spoiled: [string, (token: string) => Record<string, string>][] = [
    ['no token', () => ({})],
    ['an empty one', () => ({ Authorization: 'Bearer ' })],
    ['one of another scheme', (token) => ({ Authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` })],
    ['the token without its scheme', (token) => ({ Authorization: token })],
    ['one letter changed', (token) => ({ Authorization: `Bearer ${token.startsWith('Z') ? 'Y' : 'Z'}${token.slice(1)}` })],
    ['one letter less', (token) => ({ Authorization: `Bearer ${token.slice(0, -1)}` })],
    ['one letter more', (token) => ({ Authorization: `Bearer ${token}A` })],
    ['a made-up one', () => ({ Authorization: `Bearer ${randomBytes(32).toString('base64url')}` })],
    ['one of 5,000 letters', () => ({ Authorization: `Bearer ${'A'.repeat(5_000)}` })],
    ['two in one header', (token) => ({ Authorization: `Bearer ${token}, Bearer ${token}` })],
    ['the token as a cookie', (token) => ({ Cookie: `accessToken=${token}` })],
  ];
  it.each(spoiled)('stays shut for %s, and says how to ask', async (_what, headers) => {
    const { body, headers: answered } = await world.api.get(paths[kind]).set(headers(tokens[kind]));
    expect(body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(answered['www-authenticate']).toBe('Bearer');
  });

  it('takes no token from the query', async () => {
    const { status } = await world.api.get(`${paths[kind]}?access_token=${tokens[kind]}`);
    expect([400, 401]).toContain(status);
  });
});

const HOUSES = [
  {
    house: 'a citizen',
    sessions: '/v1/sessions',
    password: CITIZENS_PASSWORD,
    inside: '/v1/me',
    login: () => ({ insuranceNumber: citizen.form['insuranceNumber'] }),
  },
  {
    house: 'an officer',
    sessions: '/v1/staff/sessions',
    password: STAFF_PASSWORD,
    inside: '/v1/staff/queues',
    login: () => ({ username: 'canbo.03102' }),
  },
];

describe.each(HOUSES)('the session of $house', ({ sessions, password, inside, login }) => {
  const opens = async (): Promise<Session> =>
    (
      await world.api
        .post(sessions)
        .send({ ...login(), password })
        .expect(201)
    ).body;
  const refreshes = (refreshToken: string) => world.api.post(`${sessions}/refresh`).send({ refreshToken });

  it('has tokens of 256 random bits, of which only hashes are kept', async () => {
    const [one, other] = [await opens(), await opens()];
    expect(new Set([one.accessToken, one.refreshToken, other.accessToken, other.refreshToken]).size).toBe(4);
    for (const token of [one.accessToken, one.refreshToken]) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('ends fifteen minutes after its last refresh, and twelve hours after its beginning for good', async () => {
    await records.clockIsAt('2021-04-20T02:00:00Z');
    let session = await opens();
    expect(session.expiresIn).toBe(900);
    await world.timePasses('PT14M59.999S');
    await as(session.accessToken, 'get', inside).expect(200);
    await world.timePasses('PT0.001S');
    await as(session.accessToken, 'get', inside).expect(401);
    session = (await refreshes(session.refreshToken).expect(201)).body;
    await as(session.accessToken, 'get', inside).expect(200);
    await world.timePasses('PT11H44M59.999S');
    session = (await refreshes(session.refreshToken).expect(201)).body;
    await world.timePasses('PT0.001S');
    await refreshes(session.refreshToken).expect(401);
  });

  it('changes both tokens with each refresh; the pair before is dead', async () => {
    const before = await opens();
    const { body: after } = await refreshes(before.refreshToken).expect(201);
    await as(after.accessToken, 'get', inside).expect(200);
    await as(before.accessToken, 'get', inside).expect(401);
    expect((await refreshes(before.refreshToken)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    await refreshes(after.refreshToken).expect(201);
  });

  it('is refreshed once by two requests at the same instant', async () => {
    const { refreshToken } = await opens();
    const answers = await Promise.all([refreshes(refreshToken), refreshes(refreshToken)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  it('does not take one token for the other', async () => {
    const session = await opens();
    await as(session.refreshToken, 'get', inside).expect(401);
    await refreshes(session.accessToken).expect(401);
    await as(session.accessToken, 'get', inside).expect(200);
  });

  it('is over with the logout, refresh token included; other sessions go on', async () => {
    const [phone, desk] = [await opens(), await opens()];
    await as(phone.accessToken, 'delete', `${sessions}/current`).expect(204);
    await as(phone.accessToken, 'get', inside).expect(401);
    await refreshes(phone.refreshToken).expect(401);
    await as(desk.accessToken, 'get', inside).expect(200);
  });

  it('is not refreshed by the token of the other house', async () => {
    const { refreshToken } = await opens();
    const other = sessions === '/v1/sessions' ? '/v1/staff/sessions' : '/v1/sessions';
    await world.api.post(`${other}/refresh`).send({ refreshToken }).expect(401);
    await refreshes(refreshToken).expect(201);
  });
});

describe('an officer', () => {
  const logsIn = (username: string, password: string) => world.api.post('/v1/staff/sessions').send({ username, password });

  it('who fails five times waits, whether there is such an officer or not', async () => {
    for (const username of ['canbo.03103', 'nobody.03103']) {
      for (let failure = 1; failure <= 5; failure++) {
        expect((await logsIn(username, 'wrong')).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
      }
      const closed = await logsIn(username, STAFF_PASSWORD);
      expect(closed.body).toMatchObject({ status: 429, code: 'too-many-attempts' });
      expect(Number(closed.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(closed.headers['retry-after'])).toBeLessThanOrEqual(600);
    }
  });

  it('changes the password only with the current one, for one that is long enough and new; other sessions end', async () => {
    const chosen = 'mot mat khau khac';
    const { body: session } = await logsIn('lanhdao.03102', STAFF_PASSWORD);
    const { body: other } = await logsIn('lanhdao.03102', STAFF_PASSWORD);
    const changes = (currentPassword: string, newPassword: string) =>
      as(session.accessToken, 'put', '/v1/staff/me/password').send({ currentPassword, newPassword });
    expect((await changes('wrong', chosen)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
    const refusals = [
      ['ngan', 'too-short'],
      [STAFF_PASSWORD, 'same-as-before'],
      ['Iloveyou-2026', 'too-common'],
      ['bhxh mot hai ba', 'too-common'],
      ['toi la LanhDao.03102', 'contains-own-data'],
    ] as const;
    for (const [newPassword, code] of refusals) {
      const { body } = await changes(STAFF_PASSWORD, newPassword);
      expect(body).toMatchObject({ status: 422, code: 'validation-failed', errors: [{ pointer: '/newPassword', code }] });
    }
    await changes(STAFF_PASSWORD, chosen).expect(204);
    await as(session.accessToken, 'get', '/v1/staff/queues').expect(200);
    await as(other.accessToken, 'get', '/v1/staff/queues').expect(401);
    await logsIn('lanhdao.03102', STAFF_PASSWORD).expect(401);
    await logsIn('lanhdao.03102', chosen).expect(201);
  });

  it('made for a token by the desk has no password: no text logs in', async () => {
    const { body } = await world.api.post('/_sim/tokens').send({ role: 'clerk' }).expect(201);
    for (const password of [' ', 'undefined', 'nobody has this password']) await logsIn(body.staff.username, password).expect(401);
  });
});

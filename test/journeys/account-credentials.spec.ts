import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CITIZEN_PASSWORD, passwordFaults } from '../../src/platform/password-policy.rule.ts';
import { checklistFor, World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T02:00:00.000Z';

interface Holder {
  insuranceNumber: string;
  /** The first password, from the SMS. */
  password: string;
}

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.stranger();
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

/** Somebody whose dossier has just been approved. */
async function approved(): Promise<Holder> {
  await records.clockIsAt(MORNING);
  const clerk = await world.staff('03102');
  const { id, insuranceNumber, dossierNumber } = await records.copyDossier(citizen.receipt!.id);
  const lease = await clerk.leases(id);
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  await clerk.decides(id, 'approval', { checklist }, { lease, etag: '*' }).expect(200);
  const { fields } = await world.message({ template: 'credentials', dossierNumber });
  expect(fields['account']).toBe(insuranceNumber);
  return { insuranceNumber, password: fields['password']! };
}

function logsIn({ insuranceNumber, password }: Holder) {
  return world.api.post('/v1/sessions').send({ insuranceNumber, password });
}

function as(token: string, method: 'get' | 'put' | 'delete', path: string) {
  return world.api.call(method, path).auth(token, { type: 'bearer' });
}

function changes(token: string, currentPassword: string, newPassword: string) {
  return as(token, 'put', '/v1/me/password').send({ currentPassword, newPassword });
}

describe('the first password', () => {
  it("meets the login's own policy, and has no letter that is mistaken for another", async () => {
    for (const holder of [await approved(), await approved(), await approved()]) {
      expect(passwordFaults(holder.password, CITIZEN_PASSWORD, holder)).toEqual([]);
      expect(holder.password).toMatch(/^[2-9A-HJ-NP-Za-km-z]{10}$/);
      expect((await logsIn(holder)).status).toBe(201);
    }
  });

  it('is another one for everybody', async () => {
    const [one, other] = [await approved(), await approved()];
    expect(one.password).not.toBe(other.password);
    await logsIn({ ...one, password: other.password }).expect(401);
  });

  it('is good for 72 hours to the millisecond', async () => {
    const [timely, late] = [await approved(), await approved()];
    await world.timePasses('PT71H59M59.999S');
    await logsIn(timely).expect(201);
    await world.timePasses('PT0.001S');
    expect((await logsIn(late)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
  });

  it('opens one login, and no second one', async () => {
    const holder = await approved();
    const both = await Promise.all([logsIn(holder), logsIn(holder)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect((await logsIn(holder)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
  });

  it('must be changed before anything else: only changing it and logging out answer', async () => {
    const holder = await approved();
    const { body: session } = await logsIn(holder);
    expect(session).toMatchObject({ mustChangePassword: true, expiresIn: 900 });
    expect((await as(session.accessToken, 'get', '/v1/me')).body).toMatchObject({ status: 403, code: 'password-change-required' });
    const refreshed = await world.api.post('/v1/sessions/refresh').send({ refreshToken: session.refreshToken });
    expect(refreshed.body).toMatchObject({ status: 403, code: 'password-change-required' });
    await changes(session.accessToken, holder.password, 'Biển xanh mây trắng').expect(204);
    expect((await as(session.accessToken, 'get', '/v1/me')).body).toMatchObject({
      insuranceNumber: holder.insuranceNumber,
      state: 'ACTIVE',
      office: { code: '03102', name: 'BHXH Quận Ngô Quyền' },
    });
    const { body: renewed } = await world.api.post('/v1/sessions/refresh').send({ refreshToken: session.refreshToken }).expect(201);
    expect(renewed).toMatchObject({ mustChangePassword: false });

    const another = await approved();
    const { body: other } = await logsIn(another);
    await as(other.accessToken, 'delete', '/v1/sessions/current').expect(204);
    await as(other.accessToken, 'put', '/v1/me/password').send({ currentPassword: 'x', newPassword: 'y' }).expect(401);
  });

  it('is dead once another one was chosen, and the chosen one has no end', async () => {
    const holder = await approved();
    const { body: session } = await logsIn(holder);
    await changes(session.accessToken, holder.password, 'Trời cao đất rộng').expect(204);
    await logsIn(holder).expect(401);
    await world.timePasses('P40D');
    expect((await logsIn({ ...holder, password: 'Trời cao đất rộng' })).body).toMatchObject({ mustChangePassword: false });
  });
});

describe('a password that a citizen chooses', () => {
  it.each([
    ['too short', 'ngắn', 'too-short'],
    ['too long', 'dài lâu lắm '.repeat(11), 'too-long'],
    ['known to everybody', 'MatKhau123', 'too-common'],
    ['about the service', 'vssid-2024x', 'too-common'],
    ['with the insurance number in it', 'cua-toi-%s', 'contains-insurance-number'],
    ['with the phone in it', 'goi-%t', 'contains-own-data'],
    ['with the ID number in it', 'cccd %i', 'contains-own-data'],
    ['the same as before', '%p', 'same-as-before'],
  ])('is refused when it is %s, and the first one still waits to be changed', async (_what, text, code) => {
    const holder = await approved();
    const { body: session } = await logsIn(holder);
    const { phone, idNumber } = citizen.form;
    const chosen = text.replace('%s', holder.insuranceNumber).replace('%p', holder.password).replace('%t', phone!).replace('%i', idNumber!);
    const refused = await changes(session.accessToken, holder.password, chosen);
    expect(refused.body).toMatchObject({ status: 422, code: 'password-refused', errors: [{ pointer: '/newPassword', code }] });
    expect(refused.text).not.toContain(chosen);
    await as(session.accessToken, 'get', '/v1/me').expect(403);
  });

  it('is the same password however its letters were put together, and however long', async () => {
    const holder = await approved();
    const { body: session } = await logsIn(holder);
    const chosen = 'Tiếng Việt có dấu 🌾 '.repeat(6).trim();
    await changes(session.accessToken, holder.password, chosen.normalize('NFD')).expect(204);
    await logsIn({ ...holder, password: chosen.normalize('NFC') }).expect(201);
    await logsIn({ ...holder, password: [...chosen].slice(0, -1).join('') }).expect(401);
  });

  it('takes the place of the current one only, whoever holds the session', async () => {
    const holder = await approved();
    const { body: session } = await logsIn(holder);
    expect((await changes(session.accessToken, 'not-the-one-sent', 'Biển xanh mây trắng')).body).toMatchObject({
      status: 401,
      code: 'invalid-credentials',
    });
    await changes(session.accessToken, holder.password, 'Biển xanh mây trắng').expect(204);
  });

  it('ends every other session, and leaves the one it was chosen in', async () => {
    const holder = await approved();
    const { body: first } = await logsIn(holder);
    await changes(first.accessToken, holder.password, 'Biển xanh mây trắng').expect(204);
    const { body: phone } = await logsIn({ ...holder, password: 'Biển xanh mây trắng' });
    const { body: tablet } = await logsIn({ ...holder, password: 'Biển xanh mây trắng' });
    await changes(phone.accessToken, 'Biển xanh mây trắng', 'Núi cao sông dài').expect(204);
    await as(phone.accessToken, 'get', '/v1/me').expect(200);
    for (const ended of [first, tablet]) {
      await as(ended.accessToken, 'get', '/v1/me').expect(401);
      await world.api.post('/v1/sessions/refresh').send({ refreshToken: ended.refreshToken }).expect(401);
    }
  });
});

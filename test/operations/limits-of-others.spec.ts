import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { LIMITS, type Limit, type LimitName } from '../../src/platform/limits/limits.ts';
import { Citizen, World, type Officer, type Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { Wizard } from '../support/wizard.ts';

/** As in production, behind a proxy on this machine: each test has as many addresses as it names. */
const environment = { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: 'loopback' };
const [STRANGER, OWNER] = ['203.0.113.1', '198.51.100.77'];
const EMAIL = { emailForNotices: 'true', email: 'minh@example.com' };

let server: TestServer;
let world: World;
let records: Records;
/** Somebody with an open dossier. */
let citizen: Citizen;
let clerk: Officer;

beforeAll(async () => {
  server = await startServer({ environment });
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.stranger();
  await citizen.submits();
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.rows('DELETE FROM attempt_counters');
});

/** How often each limit was counted, over all its subjects. */
async function counted(): Promise<Record<string, number>> {
  const rows = await records.rows<{ name: string; attempts: number }>(
    `SELECT split_part(bucket, ':', 1) AS name, sum(attempts)::int AS attempts FROM attempt_counters GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, attempts }) => [name, attempts]));
}

interface Sending {
  key?: string;
  photos?: Photos;
  fault?: string;
}

async function sends({ form }: Citizen, { key = randomUUID(), photos, fault }: Sending = {}): Promise<Response> {
  const call = world.api.post('/v1/declarations').set('Idempotency-Key', key);
  if (fault) void call.set('Sim-Fault', fault);
  for (const [name, text] of Object.entries(form)) void call.field(name, text);
  for (const [slot, bytes] of Object.entries(photos ?? (await world.plainPhotos()))) void call.attach(slot, bytes, `${slot}.jpg`);
  return call;
}

async function statuses(times: number, door: () => PromiseLike<Response>): Promise<number[]> {
  const seen: number[] = [];
  for (let time = 0; time < times; time++) seen.push((await door()).status);
  return seen;
}

describe('a declaration that came to nothing', () => {
  it('because the photo store was full is nobody’s attempt: who obeys the 503 gets a receipt', async () => {
    const [applicant, key] = [world.stranger(EMAIL), randomUUID()];
    expect(await statuses(4, () => sends(applicant, { key, fault: 'storage-full=1' }))).toEqual([503, 503, 503, 503]);
    expect(Object.values(await counted())).toEqual([0, 0, 0, 0]);
    expect((await sends(applicant, { key })).status).toBe(201);
    const once = { 'submit-by-insurance-number': 1, 'submit-by-phone': 1, 'submit-by-address': 1, 'mail-to-address': 1 };
    expect(await counted()).toEqual(once);
  });

  it('is none either when many come at once: who was within gives back, who was one too many takes nothing with them', async () => {
    const applicant = world.stranger();
    const seen = await Promise.all(Array.from({ length: 9 }, async () => (await sends(applicant, { fault: 'storage-full=1' })).status));
    expect(new Set(seen)).toEqual(new Set(seen.includes(429) ? [503, 429] : [503]));
    expect(await counted()).toMatchObject({ 'submit-by-insurance-number': 0 });
    expect((await sends(applicant)).status).toBe(201);
  });

  it('because a photo was unusable is the address’s attempt, and not the person’s, the phone’s or the mailbox’s', async () => {
    const applicant = world.stranger(EMAIL);
    const plain = await world.plainPhotos();
    const cut = { ...plain, portrait: plain.portrait.subarray(0, plain.portrait.length / 2) };
    const twice = { ...plain, idBack: plain.idFront };
    const refused = [cut, twice, cut, twice];
    const seen: string[] = [];
    for (const photos of refused) seen.push((await sends(applicant, { photos })).body.code);
    expect(seen).toEqual(refused.map(() => 'photo-rejected'));
    const nobodys = { 'submit-by-insurance-number': 0, 'submit-by-phone': 0, 'mail-to-address': 0 };
    expect(await counted()).toEqual({ ...nobodys, 'submit-by-address': 4 });
    expect((await sends(applicant)).status).toBe(201);
  });

  it('because the registry was silent is nobody’s attempt for a draft', async () => {
    const wizard = await Wizard.isReady(world, await world.plainPhotos());
    const key = randomUUID();
    expect(await statuses(4, () => wizard.submits(key).set('Sim-Fault', 'registry-down=1'))).toEqual([503, 503, 503, 503]);
    expect(await counted()).toMatchObject({ 'submit-by-insurance-number': 0, 'submit-by-phone': 0, 'submit-by-address': 0 });
    await wizard.submits(key).expect(201);
    expect(await counted()).toMatchObject({ 'submit-by-insurance-number': 1, 'submit-by-address': 1 });
  });

  it('because of what is known already stays counted: that answer tells something', async () => {
    expect(await statuses(4, () => sends(citizen))).toEqual([409, 409, 409, 429]);
    expect(await counted()).toMatchObject({ 'submit-by-insurance-number': 4, 'submit-by-phone': 4 });
  });
});

describe('at the counter', () => {
  it('a person is taken whose number, phone and mailbox strangers have used up, and the officer’s hand is what is counted', async () => {
    const person = world.stranger(EMAIL);
    for (let time = 0; time < 3; time++) {
      await person.submits();
      expect((await person.own('post', '/withdrawal')).status).toBe(200);
    }
    expect((await sends(person)).status).toBe(429);
    const before = await counted();

    const { officeCode: _, ...form } = person.form;
    const call = clerk.calls('post', '/declarations').set('Idempotency-Key', randomUUID());
    for (const [name, text] of Object.entries(form)) void call.field(name, text);
    for (const [slot, bytes] of Object.entries(await world.plainPhotos())) void call.attach(slot, bytes, `${slot}.jpg`);
    await call.expect(201);
    expect(await counted()).toEqual({ ...before, 'submit-by-officer': 1 });
  });
});

describe('an address that is shut', () => {
  const NUMBER = '0397000001';
  const dossierNumber = () => citizen.receipt!.dossierNumber;
  const from = (path: string, body: object, address = STRANGER) => world.api.post(path).set('X-Forwarded-For', address).send(body);
  const logsIn = (insuranceNumber = NUMBER) => from('/v1/sessions', { insuranceNumber, password: 'not the one' });
  const otp = { insuranceNumber: NUMBER, otp: '000000', newPassword: 'Mưa rơi trên mái' };
  const tracks = () => from('/v1/declarations/tracking', { dossierNumber: dossierNumber(), trackingCode: '0000-0000-0000-0000' });

  const DOORS: [LimitName, () => PromiseLike<Response>][] = [
    ['citizen-login-by-address', () => logsIn()],
    ['staff-login-by-address', () => from('/v1/staff/sessions', { username: 'canbo.03102', password: 'not the one' })],
    ['recovery-by-address', () => from('/v1/password-resets', { insuranceNumber: NUMBER })],
    ['recovery-confirmation-by-address', () => from('/v1/password-resets/confirmation', otp)],
    ['lookup-by-address', () => from('/v1/eligibility', { insuranceNumber: NUMBER, idNumber: '031165000124', phone: '0352153000' })],
    ['tracking-by-address', tracks],
    ['tracking-by-number', tracks],
    ['code-by-address', () => from('/v1/declarations/tracking-code', { dossierNumber: dossierNumber(), phone: '0901299999' })],
    ['submit-by-address', () => sends(world.stranger(EMAIL))],
    ['visit-by-officer', () => clerk.calls('post', '/visits').send({ dossierNumber: dossierNumber(), idNumber: '079090999999' })],
  ];
  /** Those of one address or officer, who may go on counting against themselves. */
  const isOwn = (name: string) => ['address', 'officer', 'dossier-and-address'].includes((LIMITS[name as LimitName] as Limit).per);
  const ofOthers = async () => Object.fromEntries(Object.entries(await counted()).filter(([name]) => !isOwn(name)));

  it.each(DOORS)('by %s uses up nothing of anybody else, not even by the attempt that shuts it', async (name, door) => {
    expect((await door()).status).not.toBe(429);
    await records.rows(`DELETE FROM attempt_counters WHERE bucket NOT LIKE $1`, [`${name}:%`]);
    await records.rows(`UPDATE attempt_counters SET attempts = $1`, [LIMITS[name].most]);
    expect(await statuses(3, door)).toEqual([429, 429, 429]);
    expect(await counted()).toMatchObject({ [name]: LIMITS[name].most + 3 });
    expect(await ofOthers()).toEqual({});
  });

  it('by a ceiling that leaves it a few tries fills that ceiling no further', async () => {
    await logsIn();
    await records.rows(`UPDATE attempt_counters SET attempts = 100000 WHERE bucket LIKE 'citizen-login-failures:%'`);
    await records.rows(`UPDATE attempt_counters SET attempts = 4 WHERE bucket LIKE 'citizen-login-by-address:%'`);
    await records.rows(`DELETE FROM attempt_counters WHERE bucket LIKE 'citizen-login:%'`);
    expect(await statuses(3, () => logsIn('0397000002'))).toEqual([401, 429, 429]);
    expect(await ofOthers()).toEqual({ 'citizen-login': 1, 'citizen-login-failures': 100_001 });
  });

  it('lets in exactly as many of a burst as are within, each of whom is counted for the person, and nobody else is', async () => {
    const [most, atOnce, within] = [LIMITS['citizen-login-by-address'].most, 9, 3];
    await logsIn();
    await records.rows(`DELETE FROM attempt_counters WHERE bucket NOT LIKE 'citizen-login-by-address:%'`);
    await records.rows(`UPDATE attempt_counters SET attempts = $1`, [most - within]);
    const seen = await Promise.all(Array.from({ length: atOnce }, async (_, turn) => (await logsIn(`039700001${turn}`)).status));
    expect(seen.filter((status) => status !== 429)).toHaveLength(within);
    const passed = { 'citizen-login-by-address': most - within + atOnce };
    expect(await counted()).toEqual({ ...passed, 'citizen-login': within, 'citizen-login-failures': within });
  });
});

describe('new codes for a dossier that strangers ask for', () => {
  const asks = async (address: string, phone: string, dossierNumber = citizen.receipt!.dossierNumber) =>
    (await world.api.post('/v1/declarations/tracking-code').set('X-Forwarded-For', address).send({ dossierNumber, phone })).status;
  const asksOften = async (address: string, dossierNumber?: string) => {
    const seen: number[] = [];
    for (let time = 0; time < 4; time++) {
      seen.push(await asks(address, '0901299999', dossierNumber));
      await records.rows(`DELETE FROM attempt_counters WHERE bucket LIKE 'code-burst:%'`);
    }
    return seen;
  };

  it('keep nobody but themselves from asking; it is the same for a dossier that does not exist', async () => {
    expect(await asksOften(STRANGER)).toEqual([202, 202, 202, 429]);
    expect(await asksOften('203.0.113.2', '99999.GD/2021/03102')).toEqual([202, 202, 202, 429]);
    expect(await asks(OWNER, '0901299999', '99999.GD/2021/03102')).toBe(202);

    expect(await asks(OWNER, citizen.form['phone']!)).toBe(202);
    const { fields } = await world.message({ template: 'tracking-code', dossierNumber: citizen.receipt!.dossierNumber });
    citizen.receipt!.trackingCode = fields['trackingCode']!;
    expect((await citizen.own('get')).status).toBe(200);
  });

  it('do not keep the owner out by pressing the button all the time', async () => {
    await Promise.all([1, 2, 3, 4].map((last) => asks(`203.0.113.${last}`, '0901299999')));
    expect(await asks(OWNER, citizen.form['phone']!)).toBe(202);
    // The code is made after the answer, and counted then.
    await world.timePasses('PT1S');
  });
});

describe('a photo that is put into its slot', () => {
  const CUT_OFF = '203.0.113.9';
  const shut = () => records.rows(`UPDATE attempt_counters SET attempts = $1`, [LIMITS['upload-by-address'].most]);

  it('of a draft is an upload of its address, and one too many is refused before anything is decoded', async () => {
    const wizard = await Wizard.begins(world);
    const puts = async () => wizard.puts('portrait', (await world.plainPhotos()).portrait).set('X-Forwarded-For', CUT_OFF);
    await records.rows('DELETE FROM attempt_counters');
    expect((await puts()).status).toBe(200);
    expect(await counted()).toEqual({ 'upload-by-address': 1 });
    await shut();
    expect((await puts()).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
  });

  it('of an amendment is one too', async () => {
    const returned = world.stranger();
    await returned.submits();
    await clerk.returns(returned, [{ slot: 'portrait', reasonCode: 'portrait-not-alike' }]);
    const { portrait } = await world.plainPhotos();
    const puts = () =>
      world.api
        .put(`/v1/declarations/${returned.receipt!.id}/photos/portrait`)
        .auth(returned.receipt!.trackingCode, { type: 'bearer' })
        .set('X-Forwarded-For', CUT_OFF)
        .attach('file', portrait, 'photo.jpg');
    await records.rows('DELETE FROM attempt_counters');
    expect((await puts()).status).toBe(200);
    expect(await counted()).toEqual({ 'upload-by-address': 1 });
    await shut();
    expect((await puts()).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
  });
});

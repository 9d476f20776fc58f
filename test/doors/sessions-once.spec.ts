import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { Wizard } from '../support/wizard.ts';

const OWN_PASSWORD = 'Biển xanh mây trắng';
const OFFICERS_PASSWORD = 'mo-phong-2021';
const PAIRS = 20;

let server: SharedServer;
let world: World;
let records: Records;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z', true);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(() => records.rows('DELETE FROM attempt_counters'));

const post = (path: string, body: object, key?: string) => {
  const call = world.api.post(path).send(body);
  return key === undefined ? call : call.set('Idempotency-Key', key);
};

const alive = async (path: string, { accessToken }: { accessToken: string }) =>
  (await world.api.get(path).auth(accessToken, { type: 'bearer' })).status;

function expectReplay(again: Response, first: Response): void {
  expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([first.status, first.text, 'true']);
  expect(first.headers['idempotent-replayed']).toBeUndefined();
}

async function attempts(): Promise<unknown[]> {
  return records.rows('SELECT bucket, attempts FROM attempt_counters ORDER BY bucket');
}

/** An account whose first password nobody has used. */
async function registered(): Promise<{ citizen: Citizen; insuranceNumber: string; password: string }> {
  const citizen = world.stranger();
  await citizen.submits();
  await (await world.staff()).approves(citizen, { registryUnknownConfirmed: true });
  return { citizen, insuranceNumber: citizen.form['insuranceNumber']!, password: await citizen.readsPassword() };
}

async function withOwnPassword(): Promise<{ citizen: Citizen; insuranceNumber: string; password: string }> {
  const { citizen, insuranceNumber, password } = await registered();
  const { body } = await post('/v1/sessions', { insuranceNumber, password }).expect(201);
  await world.api
    .put('/v1/me/password')
    .auth(body.accessToken, { type: 'bearer' })
    .send({ currentPassword: password, newPassword: OWN_PASSWORD })
    .expect(204);
  return { citizen, insuranceNumber, password: OWN_PASSWORD };
}

describe('the one login of a first password', () => {
  it('has its answer again under its key, and that is no attempt and no second session', async () => {
    const { insuranceNumber, password } = await registered();
    const key = randomUUID();
    const first = await post('/v1/sessions', { insuranceNumber, password }, key).expect(201);
    const [counted, sessions, steps] = [await attempts(), await records.count('account_sessions'), await records.count('audit_entries')];
    expectReplay(await post('/v1/sessions', { insuranceNumber, password }, key), first);
    expect([await attempts(), await records.count('account_sessions'), await records.count('audit_entries')]).toEqual([
      counted,
      sessions,
      steps,
    ]);
    await world.api
      .put('/v1/me/password')
      .auth(first.body.accessToken, { type: 'bearer' })
      .send({ currentPassword: password, newPassword: OWN_PASSWORD })
      .expect(204);
    await post('/v1/sessions', { insuranceNumber, password }).expect(401);
    await post('/v1/sessions', { insuranceNumber, password }, randomUUID()).expect(401);
  });

  it('is one, however many ask at the same instant', async () => {
    const { insuranceNumber, password } = await registered();
    const key = randomUUID();
    const before = await records.count('account_sessions');
    const answers = await Promise.all(Array.from({ length: 4 }, () => post('/v1/sessions', { insuranceNumber, password }, key)));
    const sessions = answers.filter(({ status }) => status === 201);
    expect(new Set(sessions.map(({ text }) => text)).size).toBe(1);
    for (const { body } of answers.filter(({ status }) => status !== 201)) expect(body.code).toBe('request-in-progress');
    expect(await records.count('account_sessions')).toBe(before + 1);
  });
});

const HOUSES = [
  {
    house: 'a citizen',
    sessions: '/v1/sessions',
    inside: '/v1/me',
    content: async () => {
      const { insuranceNumber, password } = await withOwnPassword();
      return { insuranceNumber, password };
    },
    nobody: { insuranceNumber: '0399900458', password: OWN_PASSWORD },
    limit: 'citizen-login',
  },
  {
    house: 'an officer',
    sessions: '/v1/staff/sessions',
    inside: '/v1/staff/queues',
    content: async () => ({ username: 'canbo.03102', password: OFFICERS_PASSWORD }),
    nobody: { username: 'canbo.00000', password: OFFICERS_PASSWORD },
    limit: 'staff-login',
  },
];

describe.each(HOUSES)('under a key, $house', ({ sessions, inside, content, nobody, limit }) => {
  const attemptsNow = async () => {
    const [row] = await records.rows<{ attempts: number }>(
      `SELECT coalesce(sum(attempts), 0)::int AS attempts FROM attempt_counters WHERE bucket LIKE $1 || ':%'`,
      [limit],
    );
    return row!.attempts;
  };

  it('is logged in once; after the session’s end the answer is the same, and opens nothing', async () => {
    const [given, key] = [await content(), randomUUID()];
    const first = await post(sessions, given, key).expect(201);
    expectReplay(await post(sessions, given, key), first);
    expect(await alive(inside, first.body)).toBe(200);
    await world.api.delete(`${sessions}/current`).auth(first.body.accessToken, { type: 'bearer' }).expect(204);
    expectReplay(await post(sessions, given, key), first);
    expect(await alive(inside, first.body)).toBe(401);
    expect(await alive(inside, (await post(sessions, given, randomUUID()).expect(201)).body)).toBe(200);
  });

  it('keeps the session when the answer to a refresh is lost', async () => {
    const { body: session } = await post(sessions, await content()).expect(201);
    const [given, key] = [{ refreshToken: session.refreshToken }, randomUUID()];
    const first = await post(`${sessions}/refresh`, given, key).expect(201);
    expect(first.body.refreshToken).not.toBe(session.refreshToken);
    expectReplay(await post(`${sessions}/refresh`, given, key), first);
    expect(await alive(inside, first.body)).toBe(200);
    await post(`${sessions}/refresh`, given).expect(401);
    expect((await post(`${sessions}/refresh`, { refreshToken: first.body.refreshToken }, key)).body.code).toBe('idempotency-key-reused');
    await post(`${sessions}/refresh`, { refreshToken: first.body.refreshToken }, randomUUID()).expect(201);
  });

  it('may try again after a refusal, with the same key', async () => {
    const [given, key] = [await content(), randomUUID()];
    for (const password of ['wrong', 'wrong', 'wrong as well']) {
      expect((await post(sessions, { ...given, password }, key)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
    }
    expect(await attemptsNow()).toBe(3);
    await post(sessions, given, key).expect(201);
    const refresh = { refreshToken: 'spent long ago' };
    expect((await post(`${sessions}/refresh`, refresh, key)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await post(`${sessions}/refresh`, refresh, key)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it.each([true, false])('has five guesses and no more, whether somebody is there (%s) or not', async (isThere) => {
    const given = isThere ? await content() : nobody;
    const key = randomUUID();
    await records.rows('DELETE FROM attempt_counters');
    for (let guess = 1; guess <= 5; guess++) await post(sessions, { ...given, password: `guess-${guess}` }, key).expect(401);
    expect((await post(sessions, given, key)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect((await post(sessions, given)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
  });

  it('finds no way around the five guesses in a key that others have used', async () => {
    const [given, key] = [await content(), randomUUID()];
    const first = await post(sessions, given, key).expect(201);
    for (let guess = 1; guess <= 5; guess++) {
      const answer = await post(sessions, { ...given, password: `guess-${guess}` }, key);
      expect(answer.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
      expect(await attemptsNow()).toBe(guess);
    }
    expectReplay(await post(sessions, given, key), first);
    expect((await post(sessions, { ...given, password: 'guess-6' }, key)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    // The right one would now be told from the wrong ones: nothing is left that it could bring back.
    expect((await post(sessions, given, key)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(await alive(inside, first.body)).toBe(200);
  });

  it('leaves no fingerprint behind that says which password it was', async () => {
    const given = await content();
    await records.rows('DELETE FROM idempotency_keys');
    await post(sessions, given, 'one').expect(201);
    await post(sessions, given, 'other').expect(201);
    const rows = await records.rows<{ fingerprint: Buffer; answer: Buffer }>('SELECT fingerprint, answer FROM idempotency_keys');
    expect(new Set(rows.map(({ fingerprint }) => fingerprint.toString('hex'))).size).toBe(2);
    for (const { answer } of rows) expect(answer.toString('latin1')).not.toMatch(/accessToken|refreshToken/);
  });

  it('is refused after as long a time, whether somebody is there or not', async () => {
    const given = await content();
    const times = { there: [] as number[], nobody: [] as number[] };
    for (let pair = 0; pair < PAIRS; pair++) {
      await records.rows('DELETE FROM attempt_counters');
      const both = [
        ['there', given],
        ['nobody', nobody],
      ] as const;
      for (const [who, wish] of pair % 2 === 0 ? both : [...both].reverse()) {
        const began = performance.now();
        await post(sessions, { ...wish, password: `wrong-${pair}` }, randomUUID()).expect(401);
        times[who].push(performance.now() - began);
      }
    }
    // Whatever else the machine does only adds: the quickest is nearly the work alone.
    const ratio = Math.min(...times.there) / Math.min(...times.nobody);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});

describe('a one-time password, which is good for one use,', () => {
  it('sets a password once; the lost answer comes again, and no other password with it', async () => {
    const { citizen, insuranceNumber } = await withOwnPassword();
    await post('/v1/password-resets', { insuranceNumber }).expect(202);
    const { fields } = await world.message({ template: 'password-reset', dossierNumber: citizen.receipt!.dossierNumber });
    const [given, key] = [{ insuranceNumber, otp: fields['otp'], newPassword: 'Mưa rào tháng bảy' }, randomUUID()];
    const path = '/v1/password-resets/confirmation';
    const first = await post(path, given, key).expect(204);
    const counted = await attempts();
    expectReplay(await post(path, given, key), first);
    expect(await attempts()).toEqual(counted);
    expect((await post(path, { ...given, newPassword: 'Mưa rào tháng tám' }, key)).body).toMatchObject({ code: 'idempotency-key-reused' });
    expect((await post(path, given)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
    await post('/v1/sessions', { insuranceNumber, password: given.newPassword }).expect(201);
  });

  it('confirms an address once; the lost answer comes again', async () => {
    const dated = await sharedServer({ profile: 'by-date' });
    const later = new World(dated.url);
    await later.clockIsAt('2024-04-20T02:00:00Z', true);
    const wizard = await Wizard.begins(later, { emailCopy: true, email: 'minh@example.com' });
    await wizard.calls('post', '/email-otp').expect(202);
    const { fields } = await later.message({ template: 'email-confirmation' });
    const key = randomUUID();
    const confirms = (otp: string) => wizard.calls('post', '/email-confirmation').set('Idempotency-Key', key).send({ otp });
    const wrong = fields['otp'] === '000000' ? '000001' : '000000';
    expect((await confirms(wrong)).body).toMatchObject({ status: 422, code: 'email-otp-refused' });
    const first = await confirms(fields['otp']!).expect(204);
    expectReplay(await confirms(fields['otp']!), first);
    expect((await confirms(wrong)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect((await wizard.calls('post', '/email-confirmation').send({ otp: fields['otp'] })).body.code).toBe('email-otp-refused');
    await dated.dispose();
  });
});

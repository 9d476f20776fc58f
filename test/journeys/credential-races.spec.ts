import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { Response } from 'supertest';
import { connected, somebodyWaits } from '../database/bench.ts';
import type { Method } from '../support/api.ts';
import { checklistFor, World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const OWN = 'của riêng tôi thôi';
const CHOSEN = 'Biển xanh mây trắng';
const NEXT = 'Núi cao sông dài';
const REFUSED = { status: 401, code: 'invalid-credentials' };

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

function as(token: string, method: Method, path: string) {
  return world.api.call(method, path).auth(token, { type: 'bearer' });
}

/**
 * Holds something by a statement, lets requests come one after the other until each waits for it, and then lets go.
 * @returns their answers; one that waits for nobody is not waited for
 */
async function inTurn(hold: string, parameters: unknown[], requests: readonly (() => PromiseLike<Response>)[]): Promise<Response[]> {
  const door: pg.Client = await connected(server.database.ownerUrl);
  try {
    await door.query('BEGIN');
    await door.query(hold, parameters);
    const answers: Promise<Response>[] = [];
    for (const request of requests) {
      const answer = Promise.resolve(request());
      answers.push(answer);
      await Promise.race([somebodyWaits(door, answers.length), answer]);
    }
    await door.query('COMMIT');
    return await Promise.all(answers);
  } finally {
    await door.end();
  }
}

describe('an officer’s password', () => {
  let admin: string;
  let serial = 0;
  let id: string;
  let username: string;
  let session: string;

  const logsIn = (password: string) => world.api.post('/v1/staff/sessions').send({ username, password });
  const changes = (currentPassword: string) =>
    as(session, 'put', '/v1/staff/me/password').send({ currentPassword, newPassword: 'một mật khẩu khác hẳn' });
  const reissues = () => as(admin, 'post', `/v1/admin/staff/${id}/password`);
  /** The officer's row is somebody's, so that whoever needs it as it is comes after those who changed it before. */
  const afterwards = async (...requests: (() => PromiseLike<Response>)[]) =>
    inTurn('SELECT FROM staff WHERE id = $1 FOR NO KEY UPDATE', [id], requests);

  /** What another request has written of the password, and not committed yet. */
  const replaced = (mustChange: boolean) =>
    `UPDATE staff SET password_hash = 'another', must_change_password = ${mustChange}, version = version + 1 WHERE id = $1`;
  const ofStaff = async () => (await records.rows('SELECT password_hash, must_change_password FROM staff WHERE id = $1', [id]))[0];

  beforeAll(async () => {
    admin = await world.admin();
  });
  beforeEach(async () => {
    username = `canbo${++serial}0.03102`;
    const post = { username, fullName: 'Mai Thị Cán', role: 'clerk', officeCode: '03102', mayApprove: false };
    const { body: made } = await as(admin, 'post', '/v1/admin/staff').send(post).expect(201);
    id = made.id;
    session = (await logsIn(made.oneTimePassword).expect(201)).body.accessToken;
    await as(session, 'put', '/v1/staff/me/password').send({ currentPassword: made.oneTimePassword, newPassword: OWN }).expect(204);
  });

  it('that an administrator replaces is not put back by a change that was under way', async () => {
    const [changed] = await inTurn(replaced(true), [id], [() => changes(OWN)]);
    expect(changed!.body).toMatchObject(REFUSED);
    expect(await ofStaff()).toEqual({ password_hash: 'another', must_change_password: true });
  });

  it('that is replaced opens nothing to a log-in that was under way', async () => {
    const [reissued, opened] = await afterwards(reissues, () => logsIn(OWN));
    expect(reissued!.status).toBe(201);
    expect(opened!.body).toMatchObject(REFUSED);
  });

  it('opens nothing to a log-in that was under way when its officer was deactivated', async () => {
    const deactivates = () => as(admin, 'patch', `/v1/admin/staff/${id}`).set('If-Match', '*').send({ active: false });
    const [deactivated, opened] = await afterwards(deactivates, () => logsIn(OWN));
    expect(deactivated!.body).toMatchObject({ active: false });
    expect(opened!.body).toMatchObject(REFUSED);
    expect(await records.count('staff_sessions', 'staff_id = $1', [id])).toBe(0);
  });

  it('is not changed twice by two who know the old one', async () => {
    const [changed] = await inTurn(replaced(false), [id], [() => changes(OWN)]);
    expect(changed!.body).toMatchObject(REFUSED);
    expect(await ofStaff()).toEqual({ password_hash: 'another', must_change_password: false });
  });
});

describe('an account that staff have locked stays locked', () => {
  const LOCK = `UPDATE accounts SET state = 'LOCKED' WHERE insurance_number = $1`;
  let number: string;
  let session: string;

  const confirms = (otp: string) =>
    world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber: number, otp, newPassword: NEXT });
  const stateOf = async () => (await records.rows(`SELECT state FROM accounts WHERE insurance_number = $1`, [number]))[0];

  /** An account whose first password was replaced. */
  beforeEach(async () => {
    const clerk = await world.staff('03102');
    const dossier = await records.copyDossier(citizen.receipt!.id);
    const lease = await clerk.leases(dossier.id);
    const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
    await clerk.decides(dossier.id, 'approval', { checklist }, { lease, etag: '*' }).expect(200);
    const { fields } = await world.message({ template: 'credentials', dossierNumber: dossier.dossierNumber });
    number = dossier.insuranceNumber;
    const first = fields['password']!;
    session = (await world.api.post('/v1/sessions').send({ insuranceNumber: number, password: first }).expect(201)).body.accessToken;
    await as(session, 'put', '/v1/me/password').send({ currentPassword: first, newPassword: CHOSEN }).expect(204);
  });

  async function receivesOtp(): Promise<string> {
    const sent = (await world.messages({ template: 'password-reset' })).length;
    await world.api.post('/v1/password-resets').send({ insuranceNumber: number }).expect(202);
    for (;;) {
      const all = await world.messages({ template: 'password-reset' });
      if (all.length > sent) return (all[0]!['fields'] as { otp: string }).otp;
    }
  }

  it('whoever has a one-time password from before', async () => {
    const otp = await receivesOtp();
    await records.rows(LOCK, [number]);
    expect((await confirms(otp)).body).toMatchObject(REFUSED);
    expect(await stateOf()).toEqual({ state: 'LOCKED' });
  });

  it('also when it is locked while a one-time password is being confirmed', async () => {
    const otp = await receivesOtp();
    const [confirmed] = await inTurn(LOCK, [number], [() => confirms(otp)]);
    expect(confirmed!.body).toMatchObject(REFUSED);
    expect(await stateOf()).toEqual({ state: 'LOCKED' });
  });

  it('also when it is locked while the password is being changed', async () => {
    const changes = () => as(session, 'put', '/v1/me/password').send({ currentPassword: CHOSEN, newPassword: NEXT });
    const [changed] = await inTurn(LOCK, [number], [changes]);
    expect(changed!.body).toMatchObject(REFUSED);
    expect(await stateOf()).toEqual({ state: 'LOCKED' });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records, type CopiedDossier } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T02:00:00.000Z';
const CHOSEN = 'Biển xanh mây trắng';
const REASON = 'Điện thoại hỏng, mất tin nhắn zq-kin';

interface Holder extends CopiedDossier {
  password: string;
}

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
let clerk: Officer;

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
beforeEach(async () => {
  await records.clockIsAt(MORNING);
  clerk = await world.staff('03102');
  // One who stays logged in for days.
  await records.rows(
    `UPDATE staff_sessions SET access_until = access_until + interval '10 days', refresh_until = refresh_until + interval '10 days'
     WHERE staff_id = $1`,
    [clerk.staff.id],
  );
});

/** Somebody whose dossier has just been approved, and who has the SMS. */
async function approved(): Promise<Holder> {
  const dossier = await records.copyDossier(citizen.receipt!.id);
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  await clerk.decides(dossier.id, 'approval', { checklist }, { lease: await clerk.leases(dossier.id), etag: '*' }).expect(200);
  return { ...dossier, password: await passwordOf(dossier) };
}

async function passwordOf({ dossierNumber }: CopiedDossier): Promise<string> {
  const { fields } = await world.message({ template: 'credentials', dossierNumber });
  return fields['password']!;
}

function issuesAnew({ id }: CopiedDossier, officer = clerk) {
  return officer.calls('post', `/declarations/${id}/credentials`).send({ reason: REASON });
}

function logsIn({ insuranceNumber }: CopiedDossier, password: string) {
  return world.api.post('/v1/sessions').send({ insuranceNumber, password });
}

/** Logs in with the first password and chooses one. @returns the session */
async function settles(holder: Holder): Promise<{ accessToken: string; refreshToken: string }> {
  const { body } = await logsIn(holder, holder.password).expect(201);
  await world.api
    .put('/v1/me/password')
    .auth(body.accessToken, { type: 'bearer' })
    .send({ currentPassword: holder.password, newPassword: CHOSEN })
    .expect(204);
  return body;
}

describe('a password that is issued anew', () => {
  it('goes to the phone alone; the answer names account and message, and never the password', async () => {
    const holder = await approved();
    const { body, text } = await issuesAnew(holder).expect(200);
    expect(body).toEqual({
      account: { insuranceNumber: holder.insuranceNumber, state: 'CREDENTIALS_ISSUED' },
      message: { id: expect.any(String), channel: 'sms', state: 'created' },
    });
    const password = await passwordOf(holder);
    expect(password).not.toBe(holder.password);
    expect(text).not.toContain(password);
    expect((await logsIn(holder, password).expect(201)).body).toMatchObject({ mustChangePassword: true });
  });

  it('kills the one before, used or not', async () => {
    const [fresh, settled] = [await approved(), await approved()];
    await settles(settled);
    for (const holder of [fresh, settled]) await issuesAnew(holder).expect(200);
    await logsIn(fresh, fresh.password).expect(401);
    await logsIn(settled, CHOSEN).expect(401);
  });

  it('ends every session at once, and must be changed before anything else', async () => {
    const holder = await approved();
    const session = await settles(holder);
    await issuesAnew(holder).expect(200);
    await world.api.get('/v1/me').auth(session.accessToken, { type: 'bearer' }).expect(401);
    await world.api.post('/v1/sessions/refresh').send({ refreshToken: session.refreshToken }).expect(401);
    const { body } = await logsIn(holder, await passwordOf(holder)).expect(201);
    const refused = await world.api.get('/v1/me').auth(body.accessToken, { type: 'bearer' });
    expect(refused.body).toMatchObject({ status: 403, code: 'password-change-required' });
  });

  it('kills a one-time password that is under way', async () => {
    const holder = await approved();
    await settles(holder);
    await world.api.post('/v1/password-resets').send({ insuranceNumber: holder.insuranceNumber }).expect(202);
    const { fields } = await world.message({ template: 'password-reset', dossierNumber: holder.dossierNumber });
    await issuesAnew(holder).expect(200);
    const late = await world.api
      .post('/v1/password-resets/confirmation')
      .send({ insuranceNumber: holder.insuranceNumber, otp: fields['otp'], newPassword: 'Núi cao sông dài' });
    expect(late.body).toMatchObject({ status: 401, code: 'invalid-credentials' });
  });

  it('is good for 72 hours of its own', async () => {
    const holder = await approved();
    await world.timePasses('PT71H');
    await issuesAnew(holder).expect(200);
    const password = await passwordOf(holder);
    await world.timePasses('PT71H59M');
    await logsIn(holder, password).expect(201);
  });

  it('opens the door also for who has tried the old one too often', async () => {
    const holder = await approved();
    for (let tries = 0; tries < 6; tries++) await logsIn(holder, 'not the one');
    await logsIn(holder, holder.password).expect(429);
    const guesses = () =>
      world.api
        .post('/v1/password-resets/confirmation')
        .send({ insuranceNumber: holder.insuranceNumber, otp: '000000', newPassword: 'Núi cao sông dài' });
    for (let tries = 0; tries < 5; tries++) await guesses();
    await guesses().expect(429);
    await issuesAnew(holder).expect(200);
    await logsIn(holder, await passwordOf(holder)).expect(201);
    await guesses().expect(401);
  });

  it('takes the place of one whose SMS has not gone out, which then never does, and asks nobody to see to it', async () => {
    const holder = await approved();
    await records.rows(
      `UPDATE messages SET state = 'temporary-failure', next_attempt_at = next_attempt_at + interval '1 hour' WHERE declaration_id = $1 AND purpose = 'credentials'`,
      [holder.id],
    );
    await issuesAnew(holder).expect(200);
    await passwordOf(holder);
    const states = await records.rows(
      `SELECT issue, state, secret FROM messages WHERE declaration_id = $1 AND purpose = 'credentials' ORDER BY issue`,
      [holder.id],
    );
    expect(states).toEqual([
      { issue: 1, state: expect.stringMatching(/^(technical-failure|expired)$/), secret: null },
      { issue: 2, state: expect.stringMatching(/^(sent|delivered)$/), secret: null },
    ]);
    const failed = await clerk.calls('get', '/declarations?queue=failed-messages').expect(200);
    expect(failed.body.items).toEqual([]);
  });

  it('is issued three times in 24 hours, and then not before the first of them is a day old', async () => {
    const holder = await approved();
    for (const wait of ['PT1H', 'PT1H', 'PT1H']) {
      await issuesAnew(holder).expect(200);
      await world.timePasses(wait);
    }
    const last = await passwordOf(holder);
    const { body, headers } = await issuesAnew(holder);
    expect(body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(headers['retry-after']).toBe(String(21 * 3600));
    await logsIn(holder, last).expect(201);
    await world.timePasses('PT21H');
    await issuesAnew(holder).expect(200);
    await issuesAnew(holder).expect(429);
  });

  it('is issued no fourth time by officers who ask at the same instant', async () => {
    const holder = await approved();
    const answers = await Promise.all(Array.from({ length: 8 }, () => issuesAnew(holder)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
    expect(await records.count('messages', `declaration_id = $1 AND purpose = 'credentials'`, [holder.id])).toBe(4);
  });

  it('is issued once for one key, however often it is asked for', async () => {
    const holder = await approved();
    const first = await issuesAnew(holder).set('Idempotency-Key', 'once').expect(200);
    const password = await passwordOf(holder);
    const again = await issuesAnew(holder).set('Idempotency-Key', 'once').expect(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    await logsIn(holder, password).expect(201);
  });

  it('is on record with officer, office and reason; the reason is for officers only', async () => {
    const holder = await approved();
    await issuesAnew(holder).expect(200);
    const { body } = await clerk.calls('get', `/declarations/${holder.id}/history`);
    expect(body.items.at(-1)).toMatchObject({
      action: 'reissue-credentials',
      from: 'APPROVED',
      to: 'APPROVED',
      actor: { kind: 'staff', name: clerk.staff.fullName, officeCode: '03102' },
      details: { issue: 2, reason: REASON },
    });
    const [entry] = await records.rows(`SELECT details::text FROM audit_entries WHERE subject_id = $1 AND action = 'reissue-credentials'`, [
      holder.id,
    ]);
    expect(JSON.stringify(entry)).not.toContain('zq-kin');
    const own = await world.api.get(`/v1/declarations/${holder.id}/history`).auth(citizen.receipt!.trackingCode, { type: 'bearer' });
    expect(own.body.items.at(-1)).toMatchObject({ action: 'reissue-credentials' });
    expect(own.text).not.toContain('zq-kin');
  });

  it('is not issued for an account that staff have locked', async () => {
    const holder = await approved();
    await records.rows(`UPDATE accounts SET state = 'LOCKED' WHERE insurance_number = $1`, [holder.insuranceNumber]);
    expect((await issuesAnew(holder)).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'LOCKED', allowedActions: [] });
  });

  it.each([
    ['no reason', {}, '/reason', 'required'],
    ['an empty one', { reason: '' }, '/reason', 'required'],
    ['a blank one', { reason: ' \n' }, '/reason', 'bad-format'],
    ['one without end', { reason: 'x'.repeat(501) }, '/reason', 'too-long'],
    ['a password of one’s own', { reason: REASON, password: 'x' }, '/password', 'unknown-field'],
  ])('is refused with %s', async (_what, body, pointer, code) => {
    const { id } = await records.copyDossier(citizen.receipt!.id);
    const refused = await clerk.calls('post', `/declarations/${id}/credentials`).send(body);
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer, code }] });
  });
});

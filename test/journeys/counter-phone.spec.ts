import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connected, somebodyWaits } from '../database/bench.ts';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records, type CopiedDossier } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T02:00:00.000Z';
const NEW = '0352153111';
const REASON = 'Mất điện thoại zq-kin';

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
/** A dossier of its own for each test; whose phone is to change, who takes it down, and who checks it. */
let dossier: CopiedDossier;
let oldPhone: string;
let clerk: Officer;
let second: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.stranger();
  oldPhone = citizen.form['phone']!;
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.clockIsAt(MORNING);
  dossier = await records.copyDossier(citizen.receipt!.id);
  [clerk, second] = [await officerOf('clerk'), await officerOf('supervisor')];
});

/** Somebody of the office who stays logged in for days. */
async function officerOf(role: 'clerk' | 'supervisor'): Promise<Officer> {
  const officer = await world.staff('03102', role);
  await records.rows(
    `UPDATE staff_sessions SET access_until = access_until + interval '10 days', refresh_until = refresh_until + interval '10 days'
     WHERE staff_id = $1`,
    [officer.staff.id],
  );
  return officer;
}

function proposes(officer = clerk, phone = NEW) {
  return officer.calls('patch', `/declarations/${dossier.id}/phone`).send({ phone, reason: REASON });
}

function confirms(officer = second, phone = NEW) {
  return officer.calls('post', `/declarations/${dossier.id}/phone/confirmation`).send({ phone });
}

async function isApproved(): Promise<void> {
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  await clerk.decides(dossier.id, 'approval', { checklist }, { lease: await clerk.leases(dossier.id), etag: '*' }).expect(200);
}

function inboxOf(phone: string, template: string) {
  return world.messages({ channel: 'sms', to: phone, template, dossierNumber: dossier.dossierNumber });
}

async function phoneOf(): Promise<string> {
  const { body } = await second.calls('get', `/declarations/${dossier.id}`).expect(200);
  return body.declared.phone;
}

describe('another phone at the counter', () => {
  it('is taken down by one officer and counts once another has asked again; the old phone hears of it at once', async () => {
    const { etag } = await second.opens(dossier.id);
    const { body } = await proposes().expect(202);
    const pending = {
      phone: '+84352153111',
      proposedBy: clerk.staff.fullName,
      proposedAt: MORNING,
      until: '2021-04-21T02:00:00.000Z',
    };
    expect(body).toEqual(pending);
    const told = await world.message({ channel: 'sms', to: oldPhone, template: 'phone-changed', dossierNumber: dossier.dossierNumber });
    expect(told.text).toContain(dossier.dossierNumber);
    expect(told.text).not.toContain('352153111');
    expect((await second.opens(dossier.id)).dossier).toMatchObject({
      pendingPhone: pending,
      declared: { phone: expect.not.stringContaining('3111') },
    });

    expect((await confirms(second, '0352 153 111').expect(200)).body).toEqual({ status: 'SUBMITTED', version: 2 });
    const after = await second.opens(dossier.id);
    expect(after.dossier).toMatchObject({ pendingPhone: null, declared: { phone: '+84352153111' } });
    expect(after.etag).not.toBe(etag);
  });

  it('gets the password only when it is confirmed: until then what is issued goes to the old one', async () => {
    await isApproved();
    await proposes().expect(202);
    const issues = () => clerk.calls('post', `/declarations/${dossier.id}/credentials`).send({ reason: 'Mất SMS' }).expect(200);
    await issues();
    await world.message({ template: 'credentials', to: oldPhone, dossierNumber: dossier.dossierNumber });
    expect(await inboxOf(NEW, 'credentials')).toEqual([]);
    await confirms().expect(200);
    await issues();
    await world.message({ template: 'credentials', to: NEW, dossierNumber: dossier.dossierNumber });
    expect(await inboxOf(NEW, 'credentials')).toHaveLength(1);
  });

  it('is shown to the person among everything that is held about them, as what it is', async () => {
    await isApproved();
    const { insuranceNumber, dossierNumber } = dossier;
    const { fields } = await world.message({ template: 'credentials', dossierNumber });
    const { body: session } = await world.api.post('/v1/sessions').send({ insuranceNumber, password: fields['password'] }).expect(201);
    const mine = (method: 'get' | 'put', path: string) => world.api.call(method, path).auth(session.accessToken, { type: 'bearer' });
    await mine('put', '/v1/me/password').send({ currentPassword: fields['password'], newPassword: 'Biển xanh mây trắng' }).expect(204);
    const phones = async () => {
      const { body } = await mine('get', '/v1/me/data').expect(200);
      return [body.dossiers[0].phone, body.dossiers[0].pendingPhone];
    };
    const before = `+84${oldPhone.slice(1)}`;
    expect(await phones()).toEqual([before, null]);
    await proposes().expect(202);
    expect(await phones()).toEqual([before, '+84352153111']);
    await confirms().expect(200);
    expect(await phones()).toEqual(['+84352153111', null]);
  });

  it('is confirmed by nobody who took it down, whatever they may approve', async () => {
    await proposes(second).expect(202);
    expect((await confirms(second)).body).toMatchObject({ status: 409, code: 'second-person-required', state: 'SUBMITTED' });
    await proposes(clerk).expect(202);
    await confirms(second).expect(200);
  });

  it('is confirmed by nobody who is not named for approving', async () => {
    await proposes().expect(202);
    await records.rows('UPDATE staff SET may_approve = false WHERE id = $1', [second.staff.id]);
    expect((await confirms()).body).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('is confirmed only as the person says it to the second officer: another number changes nothing', async () => {
    await proposes().expect(202);
    expect((await confirms(second, '0352153112')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/phone', code: 'phone-differs' }],
    });
    await confirms().expect(200);
    expect((await confirms()).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'SUBMITTED' });
  });

  it('is confirmed once by officers who do so at the same instant, and once for one key', async () => {
    await proposes().expect(202);
    const answers = await Promise.all([second, await officerOf('clerk'), await officerOf('clerk')].map((officer) => confirms(officer)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await proposes(clerk, '0352153113').expect(202);
    const first = await confirms(second, '0352153113').set('Idempotency-Key', 'once').expect(200);
    const again = await confirms(second, '0352153113').set('Idempotency-Key', 'once').expect(200);
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([first.body, 'true']);
  });

  it('is not said to be confirmed when it is removed at that instant', async () => {
    await proposes().expect(202);
    const housekeeper = await connected(server.database.ownerUrl);
    await housekeeper.query('BEGIN');
    await housekeeper.query('DELETE FROM phone_changes WHERE declaration_id = $1', [dossier.id]);
    const confirmed = Promise.resolve(confirms());
    await somebodyWaits(housekeeper);
    await housekeeper.query('COMMIT');
    await housekeeper.end();
    expect((await confirmed).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'SUBMITTED' });
    expect(await phoneOf()).toBe(`+84${oldPhone.slice(1)}`);
  });

  it('is dead after a day, and when the declaration was sent anew meanwhile', async () => {
    await proposes().expect(202);
    await world.timePasses('P1D');
    expect((await confirms()).body).toMatchObject({ status: 409, code: 'invalid-state' });
    await proposes().expect(202);
    await clerk.decides(
      dossier.id,
      'return',
      { items: [{ field: 'phone', reasonCode: 'phone-wrong' }] },
      { lease: await clerk.leases(dossier.id), etag: '*' },
    );
    expect((await confirms()).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'RETURNED' });
    await world.api.post(`/v1/declarations/${dossier.id}/resubmission`).auth(citizen.receipt!.trackingCode, { type: 'bearer' }).expect(200);
    expect((await confirms()).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'SUBMITTED' });
    expect(await phoneOf()).toBe(`+84${oldPhone.slice(1)}`);
  });

  it('makes whoever decides on what they read before read again', async () => {
    const { etag } = await clerk.opens(dossier.id);
    const lease = await clerk.leases(dossier.id);
    await proposes().expect(202);
    await confirms().expect(200);
    const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
    expect((await clerk.decides(dossier.id, 'approval', { checklist }, { lease, etag })).body).toMatchObject({
      code: 'precondition-failed',
    });
  });

  it('is not taken down while a colleague holds the dossier', async () => {
    await second.leases(dossier.id);
    expect((await proposes()).body).toMatchObject({ status: 409, code: 'dossier-held', heldBy: { name: second.staff.fullName } });
  });

  it('disturbs the old one three times in 24 hours', async () => {
    for (const digit of [1, 2, 3]) await proposes(clerk, `035215311${digit}`).expect(202);
    const { body, headers } = await proposes(clerk, '0352153114');
    expect(body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(headers['retry-after']).toBe('86400');
    await world.timePasses('P1D');
    await proposes(clerk, '0352153114').expect(202);
  });

  it('is on record with both officers; the reason is for officers only, and no number stands in the trail', async () => {
    await proposes().expect(202);
    await confirms().expect(200);
    const { body } = await second.calls('get', `/declarations/${dossier.id}/history`);
    expect(body.items.filter(({ action }: { action: string }) => action.endsWith('-phone'))).toEqual([
      expect.objectContaining({
        action: 'propose-phone',
        actor: expect.objectContaining({ name: clerk.staff.fullName }),
        details: { reason: REASON },
      }),
      expect.objectContaining({ action: 'confirm-phone', actor: expect.objectContaining({ name: second.staff.fullName }) }),
    ]);
    const entries = await records.rows('SELECT entry::text FROM audit_entries entry WHERE subject_id = $1', [dossier.id]);
    expect(JSON.stringify(entries)).not.toMatch(/352153111|zq-kin/);
  });

  it.each([
    ['a landline', { phone: '02253826582', reason: REASON }, '/phone', 'phone-landline'],
    ['no reason', { phone: NEW }, '/reason', 'required'],
  ])('is refused with %s', async (_what, body, pointer, code) => {
    const refused = await clerk.calls('patch', `/declarations/${dossier.id}/phone`).send(body);
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer, code }] });
  });

  it('is refused when it is the one that the dossier has', async () => {
    expect((await proposes(clerk, oldPhone)).body).toMatchObject({ status: 422, errors: [{ pointer: '/phone', code: 'phone-unchanged' }] });
  });

  it('comes too late for a dossier that has ended', async () => {
    await world.api.post(`/v1/declarations/${dossier.id}/withdrawal`).auth(citizen.receipt!.trackingCode, { type: 'bearer' }).expect(200);
    expect((await proposes()).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'WITHDRAWN' });
  });
});

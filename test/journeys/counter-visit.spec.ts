import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records, type CopiedDossier } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T02:00:00.000Z';
const HOME = '03102';
const NEAREST = '03103';

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
let idNumber: string;
/** A dossier of the routed office, another one for each test, and the clerk of the office that its citizen comes to. */
let dossier: CopiedDossier;
let clerk: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.stranger();
  idNumber = citizen.form['idNumber']!;
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.clockIsAt(MORNING);
  dossier = await records.copyDossier(citizen.receipt!.id);
  clerk = await clerkOf(NEAREST);
});

type Counts = Record<string, number>;

/** Somebody of an office whose session outlives the visit. */
async function clerkOf(officeCode: string): Promise<Officer> {
  const officer = await world.staff(officeCode);
  await records.rows(`UPDATE staff_sessions SET access_until = access_until + interval '1 day' WHERE staff_id = $1`, [officer.staff.id]);
  return officer;
}

function visits(officer: Officer, papers: object = {}) {
  return officer.calls('post', '/visits').send({ dossierNumber: dossier.dossierNumber, idNumber, ...papers });
}

function opens(officer: Officer) {
  return officer.calls('get', `/declarations/${dossier.id}`);
}

/** A deciding request under a lease of one's own. */
async function decides(officer: Officer, action: 'approval' | 'return' | 'rejection' | 'transfer', body: object) {
  return officer.decides(dossier.id, action, body, { lease: await officer.leases(dossier.id), etag: '*' });
}

const checklist = () => checklistFor(idNumber, { registryUnknownConfirmed: true });

async function actions(id = dossier.id): Promise<string[]> {
  const rows = await records.rows<{ action: string }>('SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY sequence', [id]);
  return rows.map(({ action }) => action);
}

/** Why the dossier was open to whoever viewed it, view by view. */
async function groundsOf(action: string): Promise<string[]> {
  const rows = await records.rows<{ because: string }>(
    `SELECT details ->> 'because' AS because FROM audit_entries WHERE subject_id = $1 AND action = $2 ORDER BY sequence`,
    [dossier.id, action],
  );
  return rows.map(({ because }) => because);
}

describe('somebody who comes to the nearest office', () => {
  it('is served there: verified, approved, and asked whether the SMS came, while both offices know where', async () => {
    await opens(clerk).expect(404);
    const { body } = await visits(clerk).expect(201);
    expect(body).toEqual({ declarationId: dossier.id, until: '2021-04-20T02:15:00.000Z' });
    const { dossier: seen, etag } = await clerk.opens(dossier.id);
    expect(seen).toMatchObject({ officeCode: HOME, handlingOfficeCode: null, declared: { idNumber } });
    await clerk.calls('get', `/declarations/${dossier.id}/history`).expect(200);

    const lease = await clerk.leases(dossier.id);
    const atHome = await clerkOf(HOME);
    expect((await atHome.opens(dossier.id)).dossier).toMatchObject({
      officeCode: HOME,
      handlingOfficeCode: NEAREST,
      heldBy: { name: clerk.staff.fullName, officeCode: NEAREST },
    });
    const listed = await atHome.calls('get', '/declarations?status=IN_VERIFICATION');
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ id: dossier.id, heldBy: expect.objectContaining({ name: clerk.staff.fullName }) }),
    );
    const mine = await clerk.calls('get', '/declarations?queue=mine').expect(200);
    expect(mine.body.items).toEqual([expect.objectContaining({ id: dossier.id, officeCode: HOME })]);
    expect((await clerk.calls('get', '/queues')).body.counts).toMatchObject({ mine: 1 });
    expect((await atHome.calls('get', '/declarations?queue=mine')).body.items).toEqual([]);
    expect((await atHome.calls('post', `/declarations/${dossier.id}/lease`)).body).toMatchObject({ status: 409, code: 'dossier-held' });

    const approved = await clerk.decides(dossier.id, 'approval', { checklist: checklist() }, { lease, etag });
    expect(approved.body).toMatchObject({ status: 'APPROVED', account: { insuranceNumber: dossier.insuranceNumber } });
    await world.message({ template: 'credentials', dossierNumber: dossier.dossierNumber });
    expect((await clerk.opens(dossier.id)).dossier).toMatchObject({
      status: 'APPROVED',
      messages: expect.arrayContaining([expect.objectContaining({ purpose: 'credentials', state: 'delivered' })]),
    });
    const [row] = await records.rows('SELECT office_code, handling_office_code, decided_office_code FROM declarations WHERE id = $1', [
      dossier.id,
    ]);
    expect(row).toEqual({ office_code: HOME, handling_office_code: NEAREST, decided_office_code: NEAREST });
    expect(await actions()).toEqual(expect.arrayContaining(['denied-other-office', 'visit', 'view', 'lease', 'approve']));
  });

  it('moves the queues of both offices in one transaction', async () => {
    const atHome = await clerkOf(HOME);
    const counts = () =>
      Promise.all([atHome, clerk].map(async (officer) => (await officer.calls('get', '/queues').expect(200)).body.counts as Counts));
    await visits(clerk).expect(201);
    // Whoever opens it waits for its comparison, which would write too.
    await clerk.opens(dossier.id);
    const [home, here] = await counts();
    const lease = await clerk.leases(dossier.id);
    expect(await counts()).toEqual([
      { ...home, new: home!['new']! - 1 },
      { ...here, mine: 1 },
    ]);
    // What PostgreSQL writes down of who wrote each of them: the dossier, the tallies of the home office, the record.
    const writers = await records.rows(
      `SELECT xmin::text FROM declarations WHERE id = $1 UNION SELECT xmin::text FROM audit_entries WHERE subject_id = $1 AND action = 'lease'
       UNION SELECT * FROM (SELECT xmin::text FROM queue_tallies WHERE office_code = '${HOME}' ORDER BY id DESC LIMIT 2) tallied`,
      [dossier.id],
    );
    expect(writers).toHaveLength(1);
    await clerk.decides(dossier.id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, { lease, etag: '*' }).expect(200);
    expect(await counts()).toEqual([{ ...home, new: home!['new']! - 1, returned: home!['returned']! + 1 }, here]);
  });

  it.each([
    ['return', { items: [{ reasonCode: 'papers-missing' }] }, 'RETURNED'],
    ['rejection', { reasonCode: 'not-filed-by-this-person' }, 'REJECTED'],
    ['transfer', { officeCode: NEAREST, reason: 'Người dân chuyển nơi ở' }, 'SUBMITTED'],
  ] as const)('may have the dossier decided there by %s', async (action, body, status) => {
    await visits(clerk).expect(201);
    expect((await decides(clerk, action, body)).body).toMatchObject({ status });
    expect((await clerk.opens(dossier.id)).dossier).toMatchObject({ status, officeCode: action === 'transfer' ? NEAREST : HOME });
  });

  it('may have the password issued anew there', async () => {
    const atHome = await clerkOf(HOME);
    await decides(atHome, 'approval', { checklist: checklist() });
    await clerk.calls('post', `/declarations/${dossier.id}/credentials`).send({ reason: 'Mất SMS' }).expect(404);
    await visits(clerk).expect(201);
    await clerk.calls('post', `/declarations/${dossier.id}/credentials`).send({ reason: 'Mất SMS' }).expect(200);
  });

  it('has number and paper read as they are typed: spaces around them, both in small letters', async () => {
    const passport = await records.copyDossier(citizen.receipt!.id, { id_number: 'C1234567', id_type: 'passport' });
    const typed = { dossierNumber: ` ${passport.dossierNumber.toLowerCase()} `, idNumber: ' c1234567 ' };
    expect((await visits(clerk, typed).expect(201)).body).toMatchObject({ declarationId: passport.id });
  });
});

describe('a visit', () => {
  it('opens that one dossier to that one officer: nothing else of the other office, and nobody else', async () => {
    const another = await records.copyDossier(citizen.receipt!.id);
    const colleague = await clerkOf(NEAREST);
    await visits(clerk).expect(201);
    await opens(colleague).expect(404);
    await clerk.calls('get', `/declarations/${another.id}`).expect(404);
    const { body } = await clerk.calls('get', '/declarations?queue=all').expect(200);
    expect(body.items.filter(({ officeCode }: { officeCode: string }) => officeCode !== NEAREST)).toEqual([]);
  });

  it('lasts a quarter of an hour to the millisecond, and begins anew when the papers are shown again', async () => {
    await visits(clerk).expect(201);
    await world.timePasses('PT10M');
    expect((await visits(clerk).expect(201)).body).toMatchObject({ until: '2021-04-20T02:25:00.000Z' });
    await world.timePasses('PT14M59.999S');
    await opens(clerk).expect(200);
    await world.timePasses('PT0.001S');
    await opens(clerk).expect(404);
    await clerk.calls('post', `/declarations/${dossier.id}/lease`).expect(404);
  });

  it('that has ended leaves the dossier open while it is leased, and no longer; each view says which it was', async () => {
    await visits(clerk).expect(201);
    await opens(clerk).expect(200);
    await world.timePasses('PT10M');
    const lease = await clerk.leases(dossier.id);
    const renews = () => clerk.calls('put', `/declarations/${dossier.id}/lease`).set('Lease-Token', lease);
    await world.timePasses('PT14M');
    await renews().expect(200);
    await opens(clerk).expect(200);
    expect(await groundsOf('view')).toEqual(['visit', 'lease']);
    await world.timePasses('PT15M');
    await renews().expect(404);
    await opens(clerk).expect(404);
  });

  it('closes with the lease that is given back after its time', async () => {
    await visits(clerk).expect(201);
    const lease = await clerk.leases(dossier.id);
    await world.timePasses('PT14M');
    await clerk.calls('put', `/declarations/${dossier.id}/lease`).set('Lease-Token', lease).expect(200);
    await world.timePasses('PT2M');
    await clerk.calls('delete', `/declarations/${dossier.id}/lease`).set('Lease-Token', lease).expect(204);
    await opens(clerk).expect(404);
  });

  it('lets a decision that is sent again get its answer again, also when the lease was all that opened the dossier', async () => {
    await visits(clerk).expect(201);
    const lease = await clerk.leases(dossier.id);
    await world.timePasses('PT14M');
    await clerk.calls('put', `/declarations/${dossier.id}/lease`).set('Lease-Token', lease).expect(200);
    await world.timePasses('PT5M');
    const key = randomUUID();
    const approves = () =>
      clerk.decides(dossier.id, 'approval', { checklist: checklist() }, { lease, etag: '*' }).set('Idempotency-Key', key);
    const { body } = await approves().expect(200);
    const again = await approves().expect(200);
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([body, 'true']);
    await world.timePasses('PT15M');
    await opens(clerk).expect(404);
  });

  it('ends with the officer’s move to another office, and so does the lease', async () => {
    await visits(clerk).expect(201);
    await clerk.leases(dossier.id);
    await records.rows(`UPDATE staff SET office_code = '03104' WHERE id = $1`, [clerk.staff.id]);
    await opens(clerk).expect(404);
    expect((await (await clerkOf(HOME)).opens(dossier.id)).dossier).toMatchObject({ heldBy: null });
    await records.rows(`UPDATE staff SET office_code = $2 WHERE id = $1`, [clerk.staff.id, NEAREST]);
    await opens(clerk).expect(404);
  });

  it('outlives what happens to the dossier meanwhile: whoever decides late is told what happened, and changes nothing', async () => {
    await visits(clerk).expect(201);
    const atHome = await clerkOf(HOME);
    await atHome.decides(dossier.id, 'transfer', { officeCode: '03104', reason: 'Chuyển' }, { etag: '*' }).expect(200);
    const lease = await clerk.leases(dossier.id);
    await world.api.post(`/v1/declarations/${dossier.id}/withdrawal`).auth(citizen.receipt!.trackingCode, { type: 'bearer' }).expect(200);
    const late = await clerk.decides(dossier.id, 'approval', { checklist: checklist() }, { lease, etag: '*' });
    expect(late.body).toMatchObject({ status: 409, code: 'invalid-state', state: 'WITHDRAWN' });
    await atHome.calls('get', `/declarations/${dossier.id}`).expect(404);
  });

  it('gives the lease to one when both offices reach for it at the same instant', async () => {
    const atHome = await clerkOf(HOME);
    await visits(clerk).expect(201);
    const answers = await Promise.all([clerk, atHome].map((officer) => officer.calls('post', `/declarations/${dossier.id}/lease`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const [winner] = answers[0]!.status === 201 ? [NEAREST] : [HOME];
    const [row] = await records.rows('SELECT lease_office_code, handling_office_code FROM declarations WHERE id = $1', [dossier.id]);
    expect(row).toEqual({ lease_office_code: winner, handling_office_code: winner });
  });

  it('asked for again with the same key is answered again, and is one visit in the history', async () => {
    const first = await visits(clerk).set('Idempotency-Key', 'once').expect(201);
    await world.timePasses('PT1M');
    const again = await visits(clerk).set('Idempotency-Key', 'once').expect(201);
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([first.body, 'true']);
    expect((await actions()).filter((action) => action === 'visit')).toHaveLength(1);
  });
});

describe('a wrong number and a wrong paper', () => {
  it.each([
    ['the paper of somebody else', { idNumber: '079090099999' }],
    ['a number that nobody has', { dossierNumber: `99999.GD/2021/${HOME}` }],
    ['no number at all', { dossierNumber: 'xin chào' }],
  ])('get the same answer: %s', async (_what, papers) => {
    const { body } = await visits(clerk, papers);
    expect(body).toMatchObject({ status: 404, code: 'not-found' });
    expect(Object.keys(body).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
    await opens(clerk).expect(404);
  });

  it('are on record: in the dossier’s history, or in the officer’s own where there is no dossier, and never what was typed', async () => {
    await visits(clerk, { idNumber: '079090099999' });
    expect(await actions()).toEqual(['denied-visit']);
    await visits(clerk, { dossierNumber: `99999.GD/2021/${HOME}` });
    expect(await actions(clerk.staff.id)).toEqual(['denied-visit']);
    const entries = await records.rows<{ text: string }>(
      `SELECT entry::text AS text FROM audit_entries entry WHERE actor_id = $1 AND action = 'denied-visit'`,
      [clerk.staff.id],
    );
    expect(entries).toHaveLength(2);
    for (const { text } of entries) expect(text).not.toMatch(/079090099999|99999\.GD/);
  });

  it('of one dossier are let through five times in a quarter of an hour, whoever tries', async () => {
    for (let tries = 0; tries < 5; tries++) await visits(await world.staff(NEAREST), { idNumber: '079090099999' }).expect(404);
    const { body, headers } = await visits(clerk);
    expect(body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(headers['retry-after']).toBe('900');
    await world.timePasses('PT15M');
    await visits(clerk).expect(201);
  });

  it('of one officer are let through twenty times an hour, and visits that succeed do not count', async () => {
    const wrong = (sequence: number) =>
      visits(clerk, { dossierNumber: `${String(sequence).padStart(5, '0')}.GD/2021/${HOME}`, idNumber: '1' });
    for (let tries = 0; tries < 10; tries++) await wrong(90_000 + tries).expect(404);
    for (let tries = 0; tries < 15; tries++) await visits(clerk).expect(201);
    for (let tries = 0; tries < 10; tries++) await wrong(91_000 + tries).expect(404);
    await visits(clerk).expect(429);
    await visits(await clerkOf(NEAREST)).expect(201);
  });

  it('are told apart from papers that were not typed at all', async () => {
    const { body } = await clerk.calls('post', '/visits').send({ idNumber: '', declarationId: dossier.id });
    expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code]).sort()).toEqual([
      ['/declarationId', 'unknown-field'],
      ['/dossierNumber', 'required'],
      ['/idNumber', 'required'],
    ]);
  });
});

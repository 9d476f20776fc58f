import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Citizen, type FormFields, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

/** A dossier in the clerk's hands. */
async function held(citizen: Citizen): Promise<{ id: string; lease: string; etag: string; citizen: Citizen }> {
  const { id } = await citizen.submits();
  const { etag } = await clerk.opens(id);
  return { id, etag, lease: await clerk.leases(id), citizen };
}

function approves({ id, lease, etag, citizen }: Awaited<ReturnType<typeof held>>, changes: Record<string, unknown> = {}) {
  return clerk.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!, changes) }, { lease, etag });
}

async function sideBySide(id: string): Promise<Record<string, string | null>[]> {
  const { body } = await clerk.calls('get', `/declarations/${id}`).expect(200);
  return body.registry.fields;
}

async function marksOf(id: string): Promise<Record<string, string>> {
  return Object.fromEntries((await sideBySide(id)).map(({ field, match }) => [field!, match!]));
}

async function accountsOf(citizen: Citizen): Promise<number> {
  return records.count('accounts', 'insurance_number = $1', [citizen.form['insuranceNumber']]);
}

describe('the checklist', () => {
  let dossier: Awaited<ReturnType<typeof held>>;
  beforeAll(async () => {
    dossier = await held(world.citizen('pham-duc-long'));
  });

  it.each(['personPresent', 'originalIdSeen', 'portraitMatches', 'phoneConfirmed', 'formSigned'])(
    'lets no approval by without %s',
    async (item) => {
      expect((await approves(dossier, { [item]: false })).body).toMatchObject({
        status: 422,
        code: 'checklist-incomplete',
        missing: [item],
        errors: [{ pointer: `/checklist/${item}`, code: 'required' }],
      });
    },
  );

  it('holds the number that the clerk types from the original against the declared one', async () => {
    for (const [typed, code] of [
      ['031203999457', 'original-differs'],
      ['', 'required'],
    ]) {
      expect((await approves(dossier, { originalIdNumber: typed })).body).toMatchObject({
        code: 'checklist-incomplete',
        missing: ['originalIdNumber'],
        errors: [{ pointer: '/checklist/originalIdNumber', code }],
      });
    }
  });

  it('names everything that is missing at once', async () => {
    const nothing = {
      personPresent: false,
      originalIdSeen: false,
      portraitMatches: false,
      phoneConfirmed: false,
      formSigned: false,
      originalIdNumber: '',
    };
    const { body } = await approves(dossier, nothing);
    expect([...body.missing].sort()).toEqual(Object.keys(nothing).sort());
  });

  it('asks for each answer in so many words: an item left out is no yes and no no', async () => {
    const { body } = await approves(dossier, { personPresent: undefined, formSigned: 'true' });
    expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])).toEqual([
      ['/checklist/personPresent', 'required'],
      ['/checklist/formSigned', 'wrong-type'],
    ]);
  });

  it('has issued nothing while it was incomplete, and approves with the same lease once it is whole', async () => {
    expect(await accountsOf(dossier.citizen)).toBe(0);
    expect((await approves(dossier)).body).toMatchObject({ status: 'APPROVED' });
    expect(await accountsOf(dossier.citizen)).toBe(1);
  });

  it('reads the number of a passport in either case, as people type it', async () => {
    await approves(await held(world.citizen('maria-lindberg')), { originalIdNumber: ' xa1234567 ' }).expect(200);
  });
});

describe('who may approve', () => {
  it('is only an officer named for it; another one may take the dossier and send it back', async () => {
    const session = await world.api.post('/v1/staff/sessions').send({ username: 'canbo2.03102', password: 'mo-phong-2021' }).expect(201);
    expect(session.body.staff).toMatchObject({ mayApprove: false });
    const as = (method: 'get' | 'post', path: string) => world.api.call(method, path).auth(session.body.accessToken, { type: 'bearer' });
    const citizen = world.citizen('tran-van-hung');
    const path = `/v1/staff/declarations/${(await citizen.submits()).id}`;
    const { body: lease } = await as('post', `${path}/lease`).expect(201);
    const decide = (action: string) => as('post', `${path}/${action}`).set({ 'Lease-Token': lease.leaseToken, 'If-Match': '*' });
    const refused = await decide('approval').send({ checklist: checklistFor(citizen.form['idNumber']!) });
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    await decide('return')
      .send({ items: [{ reasonCode: 'papers-missing' }] })
      .expect(200);
  });
});

describe('the registry', () => {
  const differing: [string, string, FormFields, string[]][] = [
    ['another name', 'bui-thi-sen', { fullName: 'Bùi Thị Súng' }, ['fullName']],
    ['another ID number', 'ti', { idNumber: '045072999055' }, ['idNumber']],
    ['another name and ID number', 'y-moan-kpa', { fullName: 'Y-Moan Êban', idNumber: '066084999077' }, ['fullName', 'idNumber']],
    ['an owner who has died', 'le-van-phuc', { phone: '0352153016' }, ['deceased']],
  ];
  it.each(differing)('stops a known number with %s, and says what differs', async (_what, key, changes, differences) => {
    const dossier = await held(world.citizen(key, changes));
    expect((await approves(dossier)).body).toMatchObject({ status: 422, code: 'data-differs-from-registry', differences });
    expect((await approves(dossier, { registryUnknownConfirmed: true })).body).toMatchObject({ code: 'data-differs-from-registry' });
    expect(await accountsOf(dossier.citizen)).toBe(0);
  });

  it('leaves a child under 14 to the clerk, who has been told and has the original paper before them', async () => {
    const dossier = await held(world.citizen('tran-gia-bao'));
    const { body } = await clerk.calls('get', `/declarations/${dossier.id}`).expect(200);
    expect(body).toMatchObject({
      warnings: ['registers-through-guardian'],
      registry: { match: 'minor', advice: expect.stringContaining('14') },
    });
    expect((await approves(dossier)).body).toMatchObject({ status: 'APPROVED' });
  });

  it('leaves a name that differs in diacritics only to the clerk', async () => {
    const dossier = await held(world.citizen('vu-thi-hoa', { fullName: 'Vũ Thị Hóa' }));
    expect(await marksOf(dossier.id)).toMatchObject({ insuranceNumber: 'same', fullName: 'differs-in-diacritics', idNumber: 'same' });
    await approves(dossier).expect(200);
  });

  it('stands beside what was declared, field by field, with every difference marked', async () => {
    const { id } = await held(world.citizen('hoang-van-nam', { fullName: 'Hoàng Văn Năm', idNumber: '080069999121', phone: '0352153444' }));
    const fields = await sideBySide(id);
    expect(fields.find(({ field }) => field === 'fullName')).toEqual({
      field: 'fullName',
      declared: 'Hoàng Văn Năm',
      registry: 'Hoàng Văn Nam',
      match: 'differs-in-diacritics',
    });
    expect(fields.find(({ field }) => field === 'idNumber')).toEqual({
      field: 'idNumber',
      declared: '080069999121',
      registry: '080999121',
      match: 'differs',
    });
    expect(fields.find(({ field }) => field === 'phone')).toMatchObject({ declared: '+84352153444', match: 'differs' });
    const stranger = await world.stranger().submits();
    expect(new Set(Object.values(await marksOf(stranger.id)))).toEqual(new Set(['unknown']));
  });

  it("asks for the clerk's own word on a number that it does not know", async () => {
    const dossier = await held(world.stranger());
    for (const changes of [{}, { registryUnknownConfirmed: false }]) {
      expect((await approves(dossier, changes)).body).toMatchObject({
        code: 'checklist-incomplete',
        missing: ['registryUnknownConfirmed'],
      });
    }
    await approves(dossier, { registryUnknownConfirmed: true }).expect(200);
  });
});

describe('an approval', () => {
  it('needs to say what the clerk has read: without If-Match 428, with an older version 412', async () => {
    const dossier = await held(world.citizen('nguyen-thuy'));
    const checklist = checklistFor(dossier.citizen.form['idNumber']!);
    const { body } = await clerk.decides(dossier.id, 'approval', { checklist }, { lease: dossier.lease });
    expect(body).toMatchObject({ status: 428, code: 'precondition-required' });
    for (const etag of ['"0"', '1', 'W/"1"', '""', '"1']) {
      expect((await approves({ ...dossier, etag })).body).toMatchObject({ status: 412, code: 'precondition-failed' });
    }
    await approves({ ...dossier, etag: `"7", ${dossier.etag}` }).expect(200);
  });

  it('answers with account and message, never with the password, and is on record with its officer and office', async () => {
    const dossier = await held(world.citizen('dinh-ngoc-lan'));
    const approved = await approves(dossier).expect(200);
    expect(approved.body).toEqual({
      status: 'APPROVED',
      version: 2,
      account: { insuranceNumber: '9210990109', state: 'CREDENTIALS_ISSUED' },
      message: { id: expect.any(String), channel: 'sms', state: 'created' },
    });
    const password = await dossier.citizen.readsPassword();
    expect(approved.text).not.toContain(password);
    const { body: history } = await clerk.calls('get', `/declarations/${dossier.id}/history`);
    expect(JSON.stringify(history)).not.toContain(password);
    expect(history.items.at(-1)).toMatchObject({
      action: 'approve',
      from: 'IN_VERIFICATION',
      to: 'APPROVED',
      actor: { kind: 'staff', name: clerk.staff.fullName, officeCode: '03102' },
    });
  });

  it('of a number that has an account by now is refused, and says how the dossier stands', async () => {
    const other = await held(world.citizen('h-hoa-nie'));
    expect((await approves(other)).status).toBe(200);
    const dossier = await held(world.citizen('do-van-tam'));
    const number = dossier.citizen.form['insuranceNumber'];
    await records.rows('UPDATE accounts SET insurance_number = $1 WHERE declaration_id = $2', [number, other.id]);
    expect((await approves(dossier)).body).toMatchObject({
      status: 409,
      code: 'already-registered',
      state: 'IN_VERIFICATION',
      allowedActions: expect.arrayContaining(['return', 'reject']),
      heldBy: { name: clerk.staff.fullName, officeCode: '03102' },
    });
  });

  it('sent again with its Idempotency-Key has the same answer, and one account and one SMS; other content is refused', async () => {
    const dossier = await held(world.citizen('dinh-ngoc-lien'));
    const key = randomUUID();
    const first = await approves(dossier).set('Idempotency-Key', key).expect(200);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    const again = await approves(dossier).set('Idempotency-Key', key).expect(200);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await approves(dossier, { phoneConfirmed: false }).set('Idempotency-Key', key)).body).toMatchObject({
      status: 422,
      code: 'idempotency-key-reused',
    });
    await world.timePasses('PT1S');
    const { dossierNumber } = dossier.citizen.receipt!;
    expect(await world.messages({ dossierNumber, template: 'credentials' })).toHaveLength(1);
    expect(await accountsOf(dossier.citizen)).toBe(1);
  });
});

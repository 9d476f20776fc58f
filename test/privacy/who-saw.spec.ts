import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { whoSaw, WHO_SAW, type RecordedView } from '../../src/personal-data/views.ts';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { RIGHT_OF } from '../support/route-rights.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: TestServer;
let world: World;
let records: Records;
let clerk: Officer;
let supervisor: Officer;
let elsewhere: Officer;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await world.reset();
  await world.clockIsAt('2021-04-20T02:00:00Z');
  [clerk, supervisor, elsewhere] = [await world.staff(), await world.staff('03102', 'supervisor'), await world.staff('03103')];
});

async function received(citizen = world.citizen()): Promise<Citizen> {
  await citizen.submits({ photos: await smallPhotos() });
  return citizen;
}

const numberOf = (citizen: Citizen) => citizen.receipt!.dossierNumber;
const pathOf = (citizen: Citizen, rest = '') => `/declarations/${citizen.receipt!.id}${rest}`;

async function views(citizen: Citizen): Promise<RecordedView[]> {
  return whoSaw(records, numberOf(citizen));
}

/** What an officer does that shows them a dossier; returns who it was, and what the record calls it. */
type Look = (citizen: Citizen) => Promise<[officer: Officer, action: string]>;

async function decided(citizen: Citizen, action: 'approval' | 'return' | 'rejection' | 'transfer', body: object): Promise<void> {
  const { etag } = await clerk.opens(citizen.receipt!.id);
  await clerk.decides(citizen.receipt!.id, action, body, { lease: await clerk.leases(citizen.receipt!.id), etag }).expect(200);
}

async function approved(citizen: Citizen): Promise<void> {
  await decided(citizen, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) });
}

const LOOKS: Readonly<Record<string, Look>> = {
  'GET /v1/staff/declarations/{id}': async (citizen) => {
    await clerk.opens(citizen.receipt!.id);
    return [clerk, 'view'];
  },
  'GET /v1/staff/declarations/{id}/photos/{slot}': async (citizen) => {
    for (const size of ['full', 'thumbnail']) await clerk.calls('get', pathOf(citizen, `/photos/idFront?size=${size}`)).expect(200);
    expect((await views(citizen)).map(({ details }) => details['size'])).toEqual(['full', 'thumbnail']);
    return [clerk, 'view-photo'];
  },
  'GET /v1/staff/declarations/{id}/form.pdf': async (citizen) => {
    await clerk.calls('get', pathOf(citizen, '/form.pdf')).expect(200);
    return [clerk, 'view-form'];
  },
  'GET /v1/staff/declarations/{id}/duplicates': async (citizen) => {
    const other = await received(world.stranger({ phone: citizen.form['phone']! }));
    await supervisor.calls('get', pathOf(other, '/duplicates')).expect(200);
    return [supervisor, 'view-duplicates'];
  },
  'GET /v1/staff/declarations/{id}/file': async (citizen) => {
    await clerk.calls('get', pathOf(citizen, '/file')).expect(200);
    return [clerk, 'download-file'];
  },
  'POST /v1/staff/visits': async (citizen) => {
    const papers = { dossierNumber: numberOf(citizen), idNumber: citizen.form['idNumber'] };
    await elsewhere.calls('post', '/visits').send(papers).expect(201);
    return [elsewhere, 'visit'];
  },
  'GET /v1/staff/exports/declarations.csv': async (citizen) => {
    const { text } = await supervisor.calls('get', '/exports/declarations.csv?personal=true').buffer().expect(200);
    expect(text).toContain(citizen.form['idNumber']!);
    return [supervisor, 'view-in-export'];
  },
  'POST /v1/staff/declarations': async (citizen) => {
    const { officeCode: _, ...form } = citizen.form;
    const filing = clerk.calls('post', '/declarations').set('Idempotency-Key', randomUUID());
    for (const [name, text] of Object.entries({ ...form, insuranceNumber: '7900099001', idNumber: '079090099001' }))
      void filing.field(name, text);
    for (const [slot, bytes] of Object.entries(await smallPhotos())) void filing.attach(slot, bytes, `${slot}.jpg`);
    citizen.receipt = (await filing.expect(201)).body;
    return [clerk, 'submit'];
  },
  'POST /v1/staff/declarations/{id}/duplicate-decisions': async (citizen) => {
    const other = await received(world.stranger({ phone: citizen.form['phone']! }));
    const finding = { otherId: citizen.receipt!.id, decision: 'not-duplicate', reason: 'Đã hỏi người khai' };
    await clerk.calls('post', pathOf(other, '/duplicate-decisions')).send(finding).expect(200);
    return [clerk, 'decide-duplicate'];
  },
  'POST /v1/staff/declarations/{id}/lease': async (citizen) => {
    await clerk.leases(citizen.receipt!.id);
    return [clerk, 'lease'];
  },
  'DELETE /v1/staff/declarations/{id}/lease': async (citizen) => {
    const lease = await clerk.leases(citizen.receipt!.id);
    await clerk.calls('delete', pathOf(citizen, '/lease')).set('Lease-Token', lease).expect(204);
    return [clerk, 'release'];
  },
  'POST /v1/staff/declarations/{id}/approval': async (citizen) => {
    await approved(citizen);
    return [clerk, 'approve'];
  },
  'POST /v1/staff/declarations/{id}/return': async (citizen) => {
    await decided(citizen, 'return', { items: [{ slot: 'portrait', reasonCode: 'photo-blurred' }] });
    return [clerk, 'return'];
  },
  'POST /v1/staff/declarations/{id}/rejection': async (citizen) => {
    await decided(citizen, 'rejection', { reasonCode: 'forged-papers', text: 'Lời nhắn' });
    return [clerk, 'reject'];
  },
  'POST /v1/staff/declarations/{id}/transfer': async (citizen) => {
    await decided(citizen, 'transfer', { officeCode: '03103', reason: 'Công dân chuyển nhà' });
    return [clerk, 'transfer'];
  },
  'PATCH /v1/staff/declarations/{id}/phone': async (citizen) => {
    await approved(citizen);
    await supervisor.calls('patch', pathOf(citizen, '/phone')).send({ phone: '0352153111', reason: 'Mất điện thoại' }).expect(202);
    return [supervisor, 'propose-phone'];
  },
  'POST /v1/staff/declarations/{id}/phone/confirmation': async (citizen) => {
    await approved(citizen);
    await clerk.calls('patch', pathOf(citizen, '/phone')).send({ phone: '0352153111', reason: 'Mất điện thoại' }).expect(202);
    await supervisor.calls('post', pathOf(citizen, '/phone/confirmation')).send({ phone: '0352153111' }).expect(200);
    return [supervisor, 'confirm-phone'];
  },
  'POST /v1/staff/declarations/{id}/credentials': async (citizen) => {
    await approved(citizen);
    await supervisor.calls('post', pathOf(citizen, '/credentials')).send({ reason: 'Không nhận được tin' }).expect(200);
    return [supervisor, 'reissue-credentials'];
  },
};

/** What shows nobody's number, phone, address or picture: why no history names it. */
const NO_LOOKS: Readonly<Record<string, string>> = {
  'GET /v1/staff/declarations': 'a list of the own office: a name, and numbers that are masked',
  'POST /v1/staff/declarations/search': 'the same list; that somebody searched is in the history of the officer',
  'GET /v1/staff/queues': 'counts',
  'GET /v1/staff/declarations/{id}/history': 'steps, and what officers wrote; nothing that was declared',
  'GET /v1/staff/notices': 'dossier numbers and days',
  'GET /v1/staff/statistics': 'counts',
  'PUT /v1/staff/declarations/{id}/lease': 'a time; who holds the dossier is named by the lease',
  'DELETE /v1/staff/sessions/current': 'the officer’s own',
  'PUT /v1/staff/me/password': 'the officer’s own',
};

describe('“who saw my card?” in one query', () => {
  it('knows every route of officers: each is a look, or shows nobody; administrators see no citizen’s data', () => {
    const routes = Object.keys(RIGHT_OF).filter((route) => !route.includes('/v1/admin/'));
    expect([...Object.keys(LOOKS), ...Object.keys(NO_LOOKS)].sort()).toEqual(routes.sort());
  });

  it.each(Object.keys(LOOKS))('names who looked by %s', async (route) => {
    const citizen = await received();
    const [officer, action] = await LOOKS[route]!(citizen);
    expect(await records.rows<RecordedView>(WHO_SAW, [numberOf(citizen)])).toContainEqual(
      expect.objectContaining({ action, fullName: officer.staff.fullName, office: officer.staff.officeCode }),
    );
  });

  it.each(Object.keys(NO_LOOKS).filter((route) => route.startsWith('GET ')))('%s shows no number of anybody', async (route) => {
    const citizen = await received();
    await approved(citizen);
    await world.timePasses('P30D');
    supervisor = await world.staff('03102', 'supervisor');
    const path = route.replace('GET /v1/staff', '').replace('{id}', citizen.receipt!.id);
    const { text } = await supervisor.calls('get', path).expect(200);
    for (const field of ['insuranceNumber', 'idNumber', 'street'] as const) expect(text).not.toContain(citizen.form[field]!);
    expect(text).not.toContain(citizen.form['phone']!.slice(1));
  });

  it('names an export in exactly those dossiers whose data went out: not of another office, day or status, and not without personal fields', async () => {
    const [mine, withdrawn, theirs] = [world.stranger(), world.stranger(), world.stranger({ officeCode: '03103' })];
    for (const citizen of [mine, withdrawn, theirs]) await received(citizen);
    await withdrawn.own('post', '/withdrawal');
    await world.timePasses('P1D');
    const later = await received(world.stranger());
    supervisor = await world.staff('03102', 'supervisor');
    const query = '/exports/declarations.csv?from=2021-04-20&to=2021-04-20&status=SUBMITTED';
    await supervisor.calls('get', query).expect(200);
    expect((await views(mine)).length).toBe(0);
    await supervisor.calls('get', `${query}&personal=true`).expect(200);
    const named = await Promise.all(
      [mine, withdrawn, theirs, later].map(async (citizen) => (await views(citizen)).map(({ action }) => action)),
    );
    expect(named).toEqual([['view-in-export'], [], [], []]);
  });

  it('is told to its citizen as well, exports among it', async () => {
    const citizen = await received();
    await approved(citizen);
    const currentPassword = await citizen.readsPassword();
    const { body } = await citizen.logsIn(currentPassword);
    const change = { currentPassword, newPassword: 'Biển xanh mây trắng' };
    await world.api.put('/v1/me/password').auth(body.accessToken, { type: 'bearer' }).send(change).expect(204);
    await supervisor.calls('get', '/exports/declarations.csv?personal=true').expect(200);
    const held = await world.api.get('/v1/me/data').auth(body.accessToken, { type: 'bearer' }).expect(200);
    expect(held.body.record).toContainEqual(
      expect.objectContaining({
        action: 'view-in-export',
        dossierNumber: numberOf(citizen),
        by: { kind: 'staff', name: supervisor.staff.fullName, officeCode: '03102' },
      }),
    );
  });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { inventPeople } from '../../src/registry/invented-people.ts';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import { RULE_OF_FIELD } from '../../src/simulator/journal/refusal-advice.ts';
import { MAGIC_VALUES } from '../../src/simulator/magic/magic-values.ts';
import { SYNTHETIC_XMP } from '../../src/simulator/photo-lab/synthetic-mark.ts';
import { perhapsReal } from '../../src/simulator/synthetic/synthetic-data.ts';
import { checkPhone } from '../../src/declarations/rules/phone.rule.ts';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Entry {
  sequence: number;
  at: string;
  method: string;
  route: string | null;
  status: number | null;
  declarationId?: string;
  [member: string]: unknown;
}

let server: TestServer;
let guarded: TestServer;
let lobby: World;

beforeAll(async () => {
  server = await startServer();
  guarded = await startServer({ beside: server, environment: { SYNTHETIC_DATA_ONLY: 'on' } });
  lobby = new World(server.url);
});
afterAll(async () => {
  await guarded.dispose();
  await server.dispose();
});

async function workspace(): Promise<World> {
  const { body } = await lobby.api.post('/_sim/workspaces').send({}).expect(201);
  return new World(body.baseUrl as string);
}

async function journal(world: World, filter: Record<string, string> = {}) {
  const { body } = await world.api.get(`/_sim/journal?${new URLSearchParams(filter).toString()}`).expect(200);
  return body as { total: number; counts: object[]; items: Entry[] };
}

const APPROVAL = 'POST /v1/staff/declarations/{id}/approval';

describe('the journal', () => {
  let world: World;
  let citizen: Citizen;
  let clerk: Officer;

  beforeAll(async () => {
    world = await workspace();
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    citizen = world.citizen();
    await citizen.submits();
    clerk = await world.staff();
    await clerk.decides(citizen.receipt!.id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) }, { etag: '"1"' });
    await world.timePasses('PT5M');
    await clerk.approves(citizen);
  });

  it('tells of every request by dossier, route, client, status and code, the newest first, and how often each was answered how', async () => {
    const { id, dossierNumber } = citizen.receipt!;
    const ofDossier = await journal(world, { dossierNumber });
    expect(ofDossier.items.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      `${APPROVAL} 200`,
      'POST /v1/staff/declarations/{id}/lease 201',
      'GET /v1/staff/declarations/{id} 200',
      `${APPROVAL} 409`,
      'POST /v1/declarations 201',
    ]);
    expect(ofDossier.items.map(({ at }) => at.slice(0, 16))).toEqual([
      ...Array.from({ length: 3 }, () => '2021-04-20T02:05'),
      ...Array.from({ length: 2 }, () => '2021-04-20T02:00'),
    ]);
    expect((await journal(world, { declarationId: id })).total).toBe(5);
    expect((await journal(world, { route: APPROVAL })).counts).toEqual([
      { method: 'POST', route: '/v1/staff/declarations/{id}/approval', status: 409, code: 'lease-required', count: 1 },
      { method: 'POST', route: '/v1/staff/declarations/{id}/approval', status: 200, count: 1 },
    ]);
    await world.api.get('/v1/reasons').set('X-Client-Id', 'my-suite').expect(200);
    await world.api.get('/v1/reasons').set('User-Agent', 'okhttp/4.12.0').expect(200);
    expect((await journal(world, { client: 'my-suite' })).total).toBe(1);
    expect((await journal(world, { client: 'okhttp', status: '200' })).total).toBe(1);
  });

  it('asserts a count by the status of its answer', async () => {
    const asked = (times: string) =>
      world.api.get(`/_sim/journal?${new URLSearchParams({ route: APPROVAL, status: '200', times }).toString()}`);
    await asked('1').expect(200);
    expect((await asked('2')).body).toMatchObject({ status: 409, code: 'count-differs', expected: 2, found: 1 });
  });

  it('holds nothing that was sent: no value, no token, no code', async () => {
    const wrong: Record<string, string> = { ...citizen.form, phone: '02253825123', email: 'minh@@example.com' };
    expect((await citizen.sends({ form: wrong })).status).toBe(422);
    await world.api.get('/v1/declarations/0397097379').auth('7K2M-9QXV-4TBC-W3HD', { type: 'bearer' }).expect(401);
    const text = JSON.stringify(await journal(world, { limit: '2000' }));
    const typed = ['insuranceNumber', 'fullName', 'idNumber', 'phone', 'email'].map((field) => wrong[field]!);
    const sent = [...typed, citizen.receipt!.trackingCode, clerk.token, '7K2M'];
    // What the API document itself gives for an example is nobody's.
    const withoutExamples = text.replaceAll(/"(example|description|statement)":"[^"]*"/g, '');
    for (const value of sent) expect(withoutExamples).not.toContain(value);
  });

  it('says of a refusal which rule it was, and what would have been taken', async () => {
    await citizen.sends({ form: { ...citizen.form, phone: '02253825123', nickname: 'Mít' } });
    const [refused] = (await journal(world, { code: 'phone-landline', limit: '1' })).items;
    expect(refused).toMatchObject({
      rule: {
        title: { en: 'Validation failed' },
        fields: expect.arrayContaining([
          {
            pointer: '/phone',
            code: 'phone-landline',
            says: expect.objectContaining({ en: expect.stringContaining('landline') }),
            rules: expect.arrayContaining([expect.objectContaining({ rule: RULE_OF_FIELD['/phone'] })]),
          },
        ]),
      },
      nearest: {
        fields: expect.arrayContaining([
          { pointer: '/phone', expected: expect.objectContaining({ type: 'string', example: '0352 153 000' }) },
          { pointer: '/nickname' },
        ]),
      },
    });
    const [leaseless] = (await journal(world, { code: 'lease-required' })).items;
    expect(leaseless).toMatchObject({
      nearest: { first: ['POST /v1/staff/declarations/{id}/lease'], headers: { 'Lease-Token': 'leaseToken' } },
    });
    await citizen.own('post', '/withdrawal');
    const [late] = (await journal(world, { code: 'invalid-state' })).items;
    expect(late).toMatchObject({ refusal: { state: 'APPROVED' }, nearest: { allowedActions: [] } });
  });

  it('knows each rule of a field by its name in the provenance', () => {
    const { rules } = JSON.parse(readFileSync('docs/provenance.json', 'utf8')) as { rules: { rule: string }[] };
    for (const rule of Object.values(RULE_OF_FIELD)) expect(rules.map((known) => known.rule)).toContain(rule);
  });

  it('sees what never reached a route, and answers that never arrived', async () => {
    await world.api.post('/v1/sessions').set('Content-Type', 'application/json').send('{"insuranceNumber":').expect(400);
    await world.api.get('/v1/0397097379').expect(404);
    const [unknown, unreadable] = (await journal(world, { limit: '2' })).items;
    expect([unknown, unreadable]).toMatchObject([
      { route: null, status: 404, refusal: { code: 'not-found' } },
      { route: null, status: 400, refusal: { code: 'malformed-request' } },
    ]);
    await expect(world.api.get('/v1/reasons').set('Sim-Fault', 'http-reset-after-commit=1')).rejects.toThrow();
    expect((await journal(world, { route: 'GET /v1/reasons', limit: '1' })).items).toMatchObject([{ status: null }]);
  });

  it('keeps of thousands of faults a few, and of each code one', async () => {
    const other = await workspace();
    const madeUp = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`x${n}`, 0]));
    const { body } = await other.api
      .post('/v1/drafts')
      .send({ ...madeUp, phone: '02253825123' })
      .expect(422);
    const told = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => ({ pointer, code }));
    expect(told.filter(({ code }: { code: string }) => code === 'unknown-field')).toHaveLength(100);
    expect(told).toContainEqual({ pointer: '/phone', code: 'phone-landline' });
    const { items } = await journal(other, { code: 'phone-landline' });
    expect(items).toMatchObject([
      { refusal: { errors: [...told.slice(0, 50), { pointer: '/phone', code: 'phone-landline' }], errorsInAll: 101 } },
    ]);
    const { body: coverage } = await other.api.get('/_sim/coverage').expect(200);
    expect(coverage.areas.fieldFaults.touched.sort()).toEqual(['phone-landline', 'unknown-field']);
  });

  it('is a workspace’s own, and begins anew with a reset', async () => {
    const other = await workspace();
    await other.api.get('/v1/reasons').expect(200);
    expect((await journal(other)).total).toBe(1);
    await other.reset();
    expect(await journal(other)).toEqual({ total: 0, counts: [], items: [] });
  });
});

describe('coverage', () => {
  async function coverage(world: World) {
    return (await world.api.get('/_sim/coverage').expect(200)).body as { areas: Record<string, { touched: string[] }>; overall: number };
  }
  const touched = async (world: World) =>
    Object.fromEntries(Object.entries((await coverage(world)).areas).map(([area, { touched: those }]) => [area, those]));

  it('tells what a suite has touched, by history and by what went by', async () => {
    const world = await workspace();
    const nothing = { states: [], transitions: [], refusals: [], fieldFaults: [], reasons: [], magicValues: [], faults: [] };
    expect(await touched(world)).toEqual(nothing);
    const citizen = world.citizen('huynh-thi-minh', { phone: '0352153908' });
    expect((await citizen.sends({ form: { ...citizen.form, officeCode: '00404' } })).status).toBe(422);
    await world.api.get('/v1/reasons').set('Sim-Fault', 'http-5xx-before-commit=1').expect(503);
    await citizen.submits();
    await (await world.staff()).returns(citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    expect(await touched(world)).toEqual({
      states: ['SUBMITTED', 'IN_VERIFICATION', 'RETURNED'],
      transitions: ['DRAFT submit SUBMITTED', 'SUBMITTED lease IN_VERIFICATION', 'IN_VERIFICATION return RETURNED'],
      refusals: ['service-unavailable', 'validation-failed'],
      fieldFaults: ['office-closed'],
      reasons: ['photo-blurred'],
      magicValues: ['phone 0352153908', 'officeCode 03102', 'officeCode 00404'],
      faults: ['http-5xx-before-commit'],
    });
  });

  it('fails a build below its threshold, where it is told to', async () => {
    const world = await workspace();
    await world.citizen().submits();
    const { overall } = await coverage(world);
    const asked = (query: string) => world.api.get(`/_sim/coverage?${query}`);
    expect((await asked(`threshold=${overall}&fail=true`)).body).toMatchObject({ passed: true });
    expect((await asked('threshold=0.9')).body).toMatchObject({ passed: false, overall });
    expect((await asked('threshold=0.9&fail=true')).body).toMatchObject({ status: 409, code: 'coverage-below-threshold', overall });
    expect((await asked('threshold=80')).body).toMatchObject({ status: 400, errors: [{ pointer: '/threshold' }] });
  });
});

describe('a server for synthetic data only', () => {
  let world: World;
  beforeAll(() => {
    world = new World(guarded.url);
  });

  it('takes everybody who is invented here', async () => {
    const people = [...PERSONAS.map(({ person }) => person), ...inventPeople(7, 1000)];
    expect(people.filter((person) => perhapsReal({ ...person }).length > 0)).toEqual([]);
    const canonical = (field: string, value: string) => (field === 'phone' ? (checkPhone(value) as { value: string }).value : value);
    expect(MAGIC_VALUES.filter(({ field, value }) => perhapsReal({ [field]: canonical(field, value) }).length > 0)).toEqual([]);
    const email = 'minh@mail.example.org';
    const citizen = world.citizen('huynh-thi-minh', { emailCopy: 'true', email });
    const marked = async (photo: Buffer) => sharp(photo).jpeg({ quality: 90 }).withXmp(SYNTHETIC_XMP).toBuffer();
    const { idFront, idBack } = await world.plainPhotos();
    const photos = { portrait: await world.photo('portrait'), idFront: await marked(idFront), idBack: await marked(idBack) };
    await citizen.submits({ photos });
  });

  it('refuses whatever could be a real person’s, all of it at once, and keeps nothing', async () => {
    const citizen = world.citizen('tran-van-hung', { emailCopy: 'true' });
    const real = { insuranceNumber: '7912345678', idNumber: '079090123456', phone: '0901234567', email: 'minh@vnpt.vn' };
    const { body } = await citizen.sends({ form: { ...citizen.form, ...real }, photos: {} });
    const faults = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort();
    expect(faults.filter((fault: string) => fault.endsWith('not-synthetic'))).toEqual(
      Object.keys(real)
        .sort()
        .map((field) => `/${field} not-synthetic`),
    );
    const draft = await world.api.post('/v1/drafts').send({ phone: real.phone });
    expect(draft.body).toMatchObject({ status: 422, errors: [{ pointer: '/phone', code: 'not-synthetic' }] });
    const asked = { insuranceNumber: real.insuranceNumber, idNumber: '031088999011', phone: '0352153004' };
    const lookup = await world.api.post('/v1/eligibility').send(asked);
    expect(lookup.body).toMatchObject({ status: 422, errors: [{ pointer: '/insuranceNumber', code: 'not-synthetic' }] });
  });

  it('refuses photos that do not say that they are synthetic', async () => {
    const { body } = await world.citizen('bui-thi-sen').sends();
    expect(body).toMatchObject({ status: 422, code: 'photo-rejected' });
    expect(body.errors.map(({ code }: { code: string }) => code)).toEqual(['not-synthetic', 'not-synthetic', 'not-synthetic']);
  });
});

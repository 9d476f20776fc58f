import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { verifyChains } from '../../src/audit/audit-chain.ts';
import { nextStatus, type Action, type Status } from '../../src/declarations/status.rule.ts';
import { JOURNEYS } from '../../src/simulator/journeys/journeys.ts';
import { World } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let world: World;
let owner: pg.Client;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  owner = new pg.Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await server.dispose();
});

interface Played {
  name: string;
  declarationId: string;
  dossierNumber: string;
  status: Status;
  version: number;
  trackingCode: string;
  draftToken: string;
  officeCode: string;
  citizen: { insuranceNumber: string; password: string; accessToken: string };
  staff: { accessToken: string; staff: { id: string; officeCode: string } };
  secondStaff: Played['staff'];
  lease: { leaseToken: string };
  lostLease: { leaseToken: string };
  form: Record<string, string>;
  messages: { template: string; to: string }[];
}

async function play(name: string, wish: object = {}): Promise<Played> {
  const { body, status } = await world.api.post(`/_sim/journeys/${name}`).send(wish);
  if (status !== 201) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  return body as Played;
}

const bearer = { type: 'bearer' } as const;
const staffCall = (played: Played, method: 'get' | 'put' | 'post', path = '') =>
  world.api.call(method, `/v1/staff/declarations/${played.declarationId}${path}`).auth(played.staff.accessToken, bearer);

const MOVES_CLOCK = JOURNEYS.filter(({ movesClock }) => movesClock);
const AT_ONCE = JOURNEYS.filter(({ movesClock }) => !movesClock);

describe('a journey', () => {
  it('is one of at least eighteen, each listed with its steps', async () => {
    const { body } = await world.api.get('/_sim/journeys').expect(200);
    expect(body.items.length).toBeGreaterThanOrEqual(18);
    expect(body.items.map(({ name }: Played) => name)).toEqual(JOURNEYS.map(({ name }) => name));
  });

  it('may be played again: it is another dossier', async () => {
    const [one, other] = [await play('submitted'), await play('submitted')];
    expect(other.declarationId).not.toBe(one.declarationId);
    expect(other.citizen.insuranceNumber).not.toBe(one.citizen.insuranceNumber);
  });

  it.each(AT_ONCE)('$name leads where it says', async ({ name, ends }) => {
    const one = await play(name);
    expect([one.name, one.status]).toEqual([name, ends]);
    if (ends === 'DRAFT') {
      await world.api.get(`/v1/drafts/${one.declarationId}`).auth(one.draftToken, bearer).expect(200);
      return;
    }
    // The tokens open what they are for.
    expect((await staffCall(one, 'get').expect(200)).body).toMatchObject({ status: ends, officeCode: one.officeCode });
    const own = await world.api.get(`/v1/declarations/${one.declarationId}`).auth(one.trackingCode, bearer).expect(200);
    expect(own.body).toMatchObject({ status: ends, dossierNumber: one.dossierNumber });
    expect(one.messages.map(({ template }) => template)).toContain('received');
  });

  it.each(MOVES_CLOCK)('$name leads where it says, by moving the clock', async ({ name, ends }) => {
    const played = await play(name);
    expect(played.status).toBe(ends);
    const { body } = await staffCall(played, 'get', '/history').expect(200);
    expect(body.items.map(({ action }: { action: string }) => action)).toContain(name === 'expired' ? 'expire' : 'overdue');
  });
});

describe('where a journey has led', () => {
  it('can be gone on from: a lease approves, and a lost one does not', async () => {
    const [leased, lost] = [await play('leased'), await play('lease-lost')];
    const checklist = { personPresent: true, originalIdSeen: true, portraitMatches: true, phoneConfirmed: true, formSigned: true };
    const approve = (played: Played, leaseToken: string) =>
      staffCall(played, 'post', '/approval')
        .set({ 'Lease-Token': leaseToken, 'If-Match': `"${played.version}"` })
        .send({ checklist: { ...checklist, originalIdNumber: played.form['idNumber'] } });
    expect((await approve(lost, lost.lostLease.leaseToken)).body).toMatchObject({ status: 409, code: 'lease-lost' });
    for (const played of [leased, lost]) await approve(played, played.lease.leaseToken).expect(200);
  });

  it('has the password that logs in, and locks out who was wrong five times', async () => {
    const logIn = ({ citizen: { insuranceNumber, password } }: Played) =>
      world.api.post('/v1/sessions').send({ insuranceNumber, password });
    expect((await logIn(await play('approved'))).body).toMatchObject({ mustChangePassword: true });
    expect((await logIn(await play('credentials-reissued'))).body).toMatchObject({ mustChangePassword: true });
    const activated = await play('activated');
    expect((await logIn(activated)).body).toMatchObject({ mustChangePassword: false });
    await world.api.get('/v1/me').auth(activated.citizen.accessToken, bearer).expect(200);
    expect((await logIn(await play('locked-out'))).body).toMatchObject({ status: 429 });
  });

  it('has the second officer where two take part', async () => {
    for (const name of ['visited', 'transferred', 'phone-changed']) {
      const { secondStaff, staff } = await play(name);
      expect(secondStaff.staff.id).not.toBe(staff.staff.id);
      expect(secondStaff.staff.officeCode === staff.staff.officeCode).toBe(name === 'phone-changed');
    }
  });

  it('is what its declaration says: mail, another number, a relative’s phone', async () => {
    expect((await play('submitted-with-mail')).messages.map(({ template }) => template)).toContain('declaration-copy');
    const registryOf = async (name: string) => (await staffCall(await play(name), 'get')).body;
    expect(await registryOf('submitted-unknown-number')).toMatchObject({ registry: { match: 'unknown-number' } });
    expect(await registryOf('submitted-differing-data')).toMatchObject({ registry: { match: 'differs', differences: ['idNumber'] } });
    expect(await registryOf('shared-phone')).toMatchObject({ staffWarnings: [{ code: 'phone-used-by-another-account' }] });
  });
});

describe('whoever is asked for', () => {
  it('files the own data at the office that is asked for, with own photos', async () => {
    const played = await play('submitted', { persona: 'maria-lindberg', officeCode: '00101' });
    expect(played).toMatchObject({ officeCode: '00101', form: { fullName: 'Maria Lindberg', idType: 'passport' } });
  });

  it('is held to the rules: who has an open dossier does not file another', async () => {
    const { body } = await world.api.post('/_sim/journeys/submitted').send({ persona: 'maria-lindberg' });
    expect(body).toMatchObject({ status: 409, code: 'declaration-already-open' });
    const dead = await world.api.post('/_sim/journeys/approved').send({ persona: 'le-van-phuc' });
    expect(dead.body).toMatchObject({ status: 422, code: 'data-differs-from-registry' });
  });

  it.each([
    ['to-the-moon', {}, { status: 404 }],
    ['submitted', { persona: 'nobody', officeCode: '03102' }, { status: 422, errors: [{ pointer: '/persona' }] }],
    ['submitted', { officeCode: '09999' }, { status: 422, errors: [{ pointer: '/officeCode' }] }],
    [
      'submitted',
      { persona: 'nobody', officeCode: '09999' },
      { status: 422, errors: [{ pointer: '/officeCode' }, { pointer: '/persona' }] },
    ],
    ['submitted', { officeCode: 'x', persona: 7, speed: 1 }, { status: 422, errors: [{}, {}, {}] }],
  ])('on a journey %s with %j is refused', async (name, wish, problem) => {
    expect((await world.api.post(`/_sim/journeys/${name}`).send(wish)).body).toMatchObject(problem);
  });
});

describe('a workspace', () => {
  const apiIn = (name: string) => new World(`${server.url}/w/${name}`).api;
  const seeded = async (name: string) => {
    await world.api.post('/_sim/workspaces').send({ name, seed: 7 }).expect(201);
    const { body } = await apiIn(name).post('/_sim/journeys/approved').send({}).expect(201);
    return body as Played;
  };

  it('has journeys of its own, and with the same seed the same ones', async () => {
    const [one, other] = [await seeded('one'), await seeded('other')];
    expect(one.dossierNumber).toMatch(/^00001\./);
    expect({ ...other.citizen, code: other.trackingCode }).toEqual({ ...one.citizen, code: one.trackingCode });
    await staffCall(one, 'get').expect(401);
    const view = apiIn('one').get(`/v1/staff/declarations/${one.declarationId}`).auth(one.staff.accessToken, bearer);
    expect((await view.expect(200)).body).toMatchObject({ status: 'APPROVED' });
  });

  it('has ghosts of its own, who go with its dossiers', async () => {
    const { body } = await apiIn('one').post('/_sim/journeys/submitted').send({}).expect(201);
    const wish = { declarationId: body.declarationId, script: 'takes-the-lease', when: 'before-my-next-write' };
    await world.api.post('/_sim/ghosts').send(wish).expect(404);
    await apiIn('one').post('/_sim/ghosts').send(wish).expect(201);
    await apiIn('one').post('/_sim/reset').expect(204);
    expect((await apiIn('one').get('/_sim/ghosts')).body).toEqual({ items: [] });
  });
});

describe('a ghost', () => {
  interface Ghost {
    id: string;
    state: string;
    acts: { act: string; outcome: string }[];
  }

  const summon = async (played: Played, script: string, when: string): Promise<Ghost> =>
    (await world.api.post('/_sim/ghosts').send({ declarationId: played.declarationId, script, when }).expect(201)).body;
  const outcome = async ({ id }: Ghost) => {
    const { body } = await world.api.get('/_sim/ghosts').expect(200);
    const { state, acts } = body.items.find((ghost: Ghost) => ghost.id === id);
    return [state, ...acts.map(({ act, outcome: result }: Ghost['acts'][number]) => `${act}: ${result}`)];
  };
  const read = async (played: Played) => (await staffCall(played, 'get').expect(200)).body;
  const lease = (played: Played) => staffCall(played, 'post', '/lease');
  const renew = (played: Played) => staffCall(played, 'put', '/lease').set('Lease-Token', played.lease.leaseToken);

  it('takes the lease between my read, which does not show it yet, and my write', async () => {
    const played = await play('submitted');
    const ghost = await summon(played, 'takes-the-lease', 'after-my-next-read');
    expect(await outcome(ghost)).toEqual(['waiting']);
    expect(await read(played)).toMatchObject({ status: 'SUBMITTED', heldBy: null });
    expect(await outcome(ghost)).toEqual(['done', 'lease: done']);
    expect((await lease(played)).body).toMatchObject({ status: 409, code: 'dossier-held' });
  });

  it.each([
    ['approves-first', 'approve', 'APPROVED'],
    ['returns-first', 'return-photo', 'RETURNED'],
    ['rejects-first', 'reject', 'REJECTED'],
  ])('that %s does so right before my write, which comes too late', async (script, act, status) => {
    const played = await play('submitted');
    const ghost = await summon(played, script, 'before-my-next-write');
    expect(await read(played)).toMatchObject({ status: 'SUBMITTED' });
    expect((await lease(played)).body).toMatchObject({ status: 409, code: 'invalid-state', state: status });
    expect(await outcome(ghost)).toEqual(['done', 'lease: done', `${act}: done`]);
  });

  it('loses my lease for me, and it never comes back', async () => {
    const played = await play('leased');
    await summon(played, 'loses-the-lease', 'before-my-next-write');
    for (let time = 0; time < 2; time++) expect((await renew(played)).body).toMatchObject({ status: 409, code: 'lease-lost' });
  });

  it('that is the citizen withdraws what I hold', async () => {
    const played = await play('leased');
    await summon(played, 'withdraws-first', 'before-my-next-write');
    expect((await renew(played)).body).toMatchObject({ status: 409, code: 'invalid-state', state: 'WITHDRAWN' });
  });

  it('sends the dossier away, out of my sight', async () => {
    const played = await play('submitted');
    await summon(played, 'transfers-away', 'after-my-next-read');
    await read(played);
    expect((await lease(played)).body).toMatchObject({ status: 404 });
  });

  it('answers late: two of my requests find the dossier held, the third one finds it approved', async () => {
    const played = await play('submitted');
    const ghost = await summon(played, 'answers-late', 'now');
    for (let time = 0; time < 2; time++) expect((await lease(played)).body).toMatchObject({ code: 'dossier-held' });
    expect(await outcome(ghost)).toEqual(['waiting', 'lease: done']);
    expect((await lease(played)).body).toMatchObject({ code: 'invalid-state', state: 'APPROVED' });
    expect(await outcome(ghost)).toEqual(['done', 'lease: done', 'approve: done']);
  });

  it('is held to the rules, and says which one refused it', async () => {
    const played = await play('leased');
    const { body } = await world.api
      .post('/_sim/ghosts')
      .send({ dossierNumber: played.dossierNumber, script: 'approves-first', when: 'now' });
    expect(body).toMatchObject({ state: 'refused', acts: [{ act: 'lease', outcome: 'dossier-held' }] });
    await renew(played).expect(200);
  });

  it('acts once, on its own dossier only, and not at all when it was sent away', async () => {
    const [played, other] = [await play('submitted'), await play('submitted')];
    const ghost = await summon(played, 'takes-the-lease', 'before-my-next-write');
    await lease(other).expect(201);
    expect(await outcome(ghost)).toEqual(['waiting']);
    await world.api.delete(`/_sim/ghosts/${ghost.id}`).expect(204);
    await lease(played).expect(201);
    await world.api.delete(`/_sim/ghosts/${ghost.id}`).expect(404);
    await world.api.delete('/_sim/ghosts').expect(204);
    expect((await world.api.get('/_sim/ghosts')).body).toEqual({ items: [] });
  });

  it('that cannot be is refused with every reason at once', async () => {
    const refused = (wish: object) => world.api.post('/_sim/ghosts').send(wish);
    const id = '0190a0a0-0000-7000-8000-000000000000';
    expect((await refused({ script: 'dances', when: 'never', tune: 1 })).body).toMatchObject({
      status: 422,
      errors: expect.arrayContaining(['/script', '/when', '/tune'].map((pointer) => expect.objectContaining({ pointer }))),
    });
    expect((await refused({ script: 'approves-first', when: 'now' })).body).toMatchObject({ status: 422 });
    expect((await refused({ declarationId: id, dossierNumber: 'x', script: 'approves-first', when: 'now' })).body).toMatchObject({
      status: 422,
    });
    expect((await refused({ declarationId: id, script: 'approves-first', when: 'now' })).body).toMatchObject({ status: 404 });
  });
});

describe('the personas', () => {
  it('are at least twenty-four, each with a form that the intake takes as it is', async () => {
    const { body } = await world.api.get('/_sim/personas').expect(200);
    expect(body.items.length).toBeGreaterThanOrEqual(24);
    for (const { key, form } of body.items) {
      const sent = { ...form, commitmentAccepted: true, dataProcessingAccepted: true };
      expect([key, (await world.api.post('/v1/drafts').send(sent)).status]).toEqual([key, 201]);
    }
    const keys = body.items.map(({ key }: { key: string }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are told by what the registry says to them, every kind of it', async () => {
    const { body } = await world.api.get('/_sim/personas').expect(200);
    const kinds = new Set((body.items as { registry: { match: string } }[]).map(({ registry }) => registry.match));
    expect([...kinds].sort()).toEqual(['deceased', 'differs', 'differs-in-diacritics', 'match', 'minor', 'unknown-number']);
  });

  it('have photos of their own, whose header is the truth about them', async () => {
    const { body } = await world.api.get('/_sim/personas').expect(200);
    const island = body.items.find(({ key }: { key: string }) => key === 'dao-thi-bien');
    expect(island).toMatchObject({ paper: 'cccd', address: expect.stringContaining('Bạch Long Vĩ') });
    expect(island.form).not.toHaveProperty('wardCode');
    const photo = await world.api.get(`${island.photos.idFront}&defect=glare&grade=2&seed=${encodeURIComponent('ảnh')}`).expect(200);
    expect(JSON.parse(photo.headers['sim-photo-truth']!)).toEqual({
      slot: 'idFront',
      paper: 'cccd',
      persona: 'dao-thi-bien',
      seed: 'ảnh',
      defect: 'glare',
      grade: 2,
      expected: 'advice',
      codes: ['glare'],
      qr: 'citizen-identity-card',
    });
    const read = await world.api
      .post('/v1/qr/decode')
      .attach('image', await world.photo('idFront', { persona: 'dao-thi-bien' }), 'front.jpg');
    expect(read.body).toMatchObject({
      kind: 'citizen-identity-card',
      fields: { fullName: 'Đào Thị Biển', idNumber: '031191999165' },
      address: { districtCode: '318' },
    });
  });

  it.each(['grade=2', 'defect=glare&grade=4', 'paper=library-card', 'defect=glare-3'])('have no photo by %s', async (query) => {
    expect((await world.api.get(`/_sim/photos/idFront?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });
});

describe('all journeys together', () => {
  it('leave a history that is as it was written, of legal steps only', async () => {
    expect(await verifyChains(owner)).toMatchObject({ broken: 0 });
    const { rows } = await owner.query<{ action: Action; from_status: Status | null; to_status: Status | null }>(
      `SELECT DISTINCT action, from_status, to_status FROM audit_entries WHERE subject_kind = 'declaration' AND to_status IS NOT NULL`,
    );
    expect(rows.length).toBeGreaterThan(10);
    const illegal = rows.filter(({ action, from_status: from, to_status: to }) => nextStatus(from ?? 'DRAFT', action) !== to);
    expect(illegal).toEqual([]);
  });

  it('leave no gap in any counter', async () => {
    const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
    expect(body.counters.length).toBeGreaterThan(3);
    expect(body.counters.filter(({ continuous }: { continuous: boolean }) => !continuous)).toEqual([]);
  });
});

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

  it.each(AT_ONCE)('$name leads where it says, and may be played again', async ({ name, ends }) => {
    const [one, other] = [await play(name), await play(name)];
    for (const played of [one, other]) expect([played.name, played.status]).toEqual([name, ends]);
    expect(other.declarationId).not.toBe(one.declarationId);
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
    ['submitted', { officeCode: 'x', persona: 7, speed: 1 }, { status: 422, errors: [{}, {}, {}] }],
  ])('on a journey %s with %j is refused', async (name, wish, problem) => {
    expect((await world.api.post(`/_sim/journeys/${name}`).send(wish)).body).toMatchObject(problem);
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

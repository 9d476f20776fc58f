import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistFor, Officer, World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

let first: TestServer;
let second: TestServer;
let here: World;
let there: World;
let records: Records;

beforeAll(async () => {
  first = await startServer();
  second = await startServer({ beside: first });
  [here, there] = [new World(first.url), new World(second.url)];
  records = Records.of(first.database);
  await here.clockIsAt('2021-04-20T02:00:00Z');
});
afterAll(async () => {
  await records.close();
  await second.dispose();
  await first.dispose();
});

/** The same officer, served by the one copy or the other. */
function served({ token, staff }: Officer, by: World): Officer {
  return new Officer(by, token, staff);
}

describe('a second copy beside the first', () => {
  let citizen: Citizen;
  let clerk: Officer;
  beforeAll(async () => {
    citizen = here.stranger();
    await citizen.submits();
    clerk = await here.staff('03102');
  });

  it('knows the same dossiers, photos, sessions and time', async () => {
    const { id, dossierNumber, trackingCode } = citizen.receipt!;
    expect((await served(clerk, there).opens(id)).dossier).toMatchObject({ id, dossierNumber });
    const photos = await Promise.all(
      [here, there].map((world) => served(clerk, world).calls('get', `/declarations/${id}/photos/portrait`)),
    );
    expect((photos[0]!.body as Buffer).equals(photos[1]!.body as Buffer)).toBe(true);
    await there.api.get(`/v1/declarations/${id}`).auth(trackingCode, { type: 'bearer' }).expect(200);
    await there.clockIsAt('2021-04-21T02:00:00Z', true);
    expect((await here.api.get('/_sim/clock')).body).toEqual({ now: '2021-04-21T02:00:00.000Z', frozen: true });
    await here.clockIsAt('2021-04-20T02:00:00Z');
  });

  it('gives the next number of the same counter', async () => {
    const sequences: number[] = [];
    for (const world of [here, there, here, there]) {
      const { dossierNumber } = await world.stranger({ officeCode: '03105', insuranceNumber: `700000000${sequences.length}` }).submits();
      sequences.push(Number(dossierNumber.split('.')[0]));
    }
    expect(sequences).toEqual([1, 2, 3, 4]);
  });

  it('answers a retry of what the first one was asked', async () => {
    const stranger = here.stranger({ insuranceNumber: '7000000009' });
    const key = 'the-same-wherever-it-is-sent';
    const receipt = await stranger.submits({ key });
    const again = there.api.post('/v1/declarations').set('Idempotency-Key', key);
    for (const [name, value] of Object.entries(stranger.form)) void again.field(name, value);
    for (const [slot, bytes] of Object.entries(await here.plainPhotos())) void again.attach(slot, bytes, `${slot}.jpg`);
    const { body, headers } = await again.expect(201);
    expect(headers['idempotent-replayed']).toBe('true');
    expect(body).toEqual(receipt);
  });

  it('lets one of two clerks have the lease, and one of two approvals through: one account, one SMS', async () => {
    clerk = await here.staff('03102');
    const colleague = served(await here.staff('03102'), there);
    for (let round = 0; round < 5; round++) {
      const { id, dossierNumber } = await records.copyDossier(citizen.receipt!.id);
      const takes = (officer: Officer) => officer.calls('post', `/declarations/${id}/lease`);
      const leases = await Promise.all([takes(clerk), takes(colleague)]);
      expect(leases.map(({ status }) => status).sort()).toEqual([201, 409]);
      const [holder, lease] = leases[0].status === 201 ? [clerk, leases[0].body.leaseToken] : [colleague, leases[1].body.leaseToken];
      const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
      const approves = (world: World) => served(holder, world).decides(id, 'approval', { checklist }, { lease, etag: '*' });
      const approvals = await Promise.all([approves(here), approves(there)]);
      expect(approvals.map(({ status }) => status).sort()).toEqual([200, 409]);
      await here.timePasses('PT1S');
      await there.timePasses('PT1S');
      expect(await here.messages({ dossierNumber })).toHaveLength(1);
      expect(await records.count('accounts', 'declaration_id = $1', [id])).toBe(1);
    }
  });

  it('expires a dossier once, and tells of it once, when both copies look at the same instant', async () => {
    const { id } = await records.copyDossier(citizen.receipt!.id, { status_since: '2021-03-01T00:00:00Z' });
    const moves = await Promise.all([here, there].map(({ api }) => api.post('/_sim/clock/advance').send({ by: 'PT1S' })));
    // The second waits for the first to have done all chores, and not for ever.
    const [one, other] = moves.map(({ status }) => status).sort();
    expect(one).toBe(200);
    expect([200, 503]).toContain(other);
    await here.timePasses('PT1S');
    expect(await records.count('audit_entries', `subject_id = $1 AND action = 'expire'`, [id])).toBe(1);
  });

  it('meets the faults that were armed at the first, each occasion once', async () => {
    await there.api.get('/v1/reasons').expect(200);
    await here.api
      .put('/_sim/faults')
      .send({ 'http-5xx-before-commit': { count: 3 } })
      .expect(200);
    const statuses: number[] = [];
    // The news is on its way for a moment, in which the other copy knows of nothing.
    while (statuses.filter((status) => status === 503).length < 2) statuses.push((await there.api.get('/v1/reasons')).status);
    await here.api.get('/v1/reasons').expect(503);
    for (const world of [here, there]) await world.api.get('/v1/reasons').expect(200);
    expect((await there.api.get('/_sim/faults')).body.faults).toMatchObject([{ hits: 3, left: 0 }]);
  });
});

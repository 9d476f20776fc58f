import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let clerk: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  await world.clockIsAt('2021-04-20T02:00:00Z');
});
afterAll(() => server.dispose());

async function submitted(citizen = world.stranger()): Promise<Citizen> {
  await citizen.submits();
  clerk = await world.staff('03102');
  return citizen;
}

async function rejects(citizen: Citizen, body: object) {
  const { id } = citizen.receipt!;
  const { etag } = await clerk.opens(id);
  return clerk.decides(id, 'rejection', body, { lease: await clerk.leases(id), etag });
}

function sequenceOf({ dossierNumber }: { dossierNumber: string }): number {
  return Number(dossierNumber.split('.')[0]);
}

describe('a rejection', () => {
  it('needs a reason that is final, and tells it to the citizen in words', async () => {
    const citizen = await submitted();
    for (const reasonCode of ['photo-blurred', 'unheard-of']) {
      expect((await rejects(citizen, { reasonCode })).body).toMatchObject({ status: 422, errors: [{ pointer: '/reasonCode' }] });
    }
    await rejects(citizen, { reasonCode: 'forged-papers', text: 'Ảnh trên thẻ đã bị thay.' }).then(({ status }) =>
      expect(status).toBe(200),
    );
    expect((await citizen.own('get')).body).toMatchObject({
      status: 'REJECTED',
      allowedActions: [],
      rejection: {
        reasonCode: 'forged-papers',
        message: expect.stringContaining('Giấy tờ có dấu hiệu không hợp lệ.'),
        text: 'Ảnh trên thẻ đã bị thay.',
      },
    });
  });

  it('for not being filed by this person frees the number for its owner at once', async () => {
    const somebodyElse = await submitted(world.citizen('do-van-tam', { phone: '0352153888' }));
    const owner = world.citizen('do-van-tam');
    expect((await owner.sends()).body).toMatchObject({ status: 409, code: 'declaration-already-open' });
    expect((await rejects(somebodyElse, { reasonCode: 'not-filed-by-this-person' })).body).toEqual({ status: 'REJECTED', version: 2 });
    const receipt = await owner.submits();
    expect(receipt.dossierNumber).not.toBe(somebodyElse.receipt!.dossierNumber);
  });
});

describe('a withdrawal', () => {
  it('kills the lease, keeps its number used, and frees the insurance number', async () => {
    const citizen = await submitted();
    const { id } = citizen.receipt!;
    const lease = await clerk.leases(id);
    expect((await citizen.own('post', '/withdrawal')).body).toMatchObject({ status: 'WITHDRAWN', allowedActions: [] });
    const late = await clerk.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) }, { lease, etag: '*' });
    expect(late.body).toMatchObject({ status: 409, code: 'invalid-state', state: 'WITHDRAWN' });
    expect((await clerk.opens(id)).dossier).toMatchObject({ heldBy: null });
    const used = sequenceOf(citizen.receipt!);
    const again = await citizen.submits();
    expect(sequenceOf(again)).toBe(used + 1);
    const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
    expect(body.counters).toEqual([expect.objectContaining({ officeCode: '03102', gaps: [], continuous: true, last: sequenceOf(again) })]);
  });
});

describe('a transfer', () => {
  it('takes the dossier to the other office under its number; the old office knows it no more', async () => {
    const citizen = await submitted();
    const { id, dossierNumber } = citizen.receipt!;
    const [there, elsewhere] = [await world.staff('03103'), await world.staff('03104')];
    const body = { officeCode: '03103', reason: 'Người dân chuyển nơi ở' };
    const moved = await clerk.decides(id, 'transfer', body, { etag: '"1"' }).expect(200);
    expect(moved.body).toEqual({ status: 'SUBMITTED', version: 2 });

    for (const stranger of [clerk, elsewhere]) {
      await stranger.calls('get', `/declarations/${id}`).expect(404);
      await stranger.calls('post', `/declarations/${id}/lease`).expect(404);
      const { body: list } = await stranger.calls('get', '/declarations?limit=100');
      expect(list.items).not.toContainEqual(expect.objectContaining({ id }));
    }
    for (const queue of ['transferred', 'new', 'all']) {
      const { body: list } = await there.calls('get', `/declarations?queue=${queue}`);
      expect(list.items).toEqual([expect.objectContaining({ id, dossierNumber, officeCode: '03103' })]);
    }
    expect((await there.opens(id)).dossier).toMatchObject({ dossierNumber, officeCode: '03103', receivingOfficeCode: '03102' });
    expect((await citizen.own('get')).body).toMatchObject({ dossierNumber, office: { code: '03103' } });
    const approved = await there.approves(citizen, { registryUnknownConfirmed: true });
    expect(approved.body).toMatchObject({ status: 'APPROVED' });
    const { body: history } = await there.calls('get', `/declarations/${id}/history`);
    expect(history.items).toContainEqual(
      expect.objectContaining({
        action: 'transfer',
        from: 'SUBMITTED',
        to: 'SUBMITTED',
        actor: { kind: 'staff', name: clerk.staff.fullName, officeCode: '03102' },
        details: { toOffice: '03103', reason: 'Người dân chuyển nơi ở' },
      }),
    );
    expect(history.items.at(-1)).toMatchObject({ action: 'approve', actor: { officeCode: '03103' } });
  });

  it('sent again with its Idempotency-Key has the same answer, though the dossier has left', async () => {
    const citizen = await submitted();
    const key = randomUUID();
    const sends = () =>
      clerk
        .decides(citizen.receipt!.id, 'transfer', { officeCode: '03103', reason: 'Chuyển' }, { etag: '"1"' })
        .set('Idempotency-Key', key)
        .expect(200);
    const [first, again] = [await sends(), await sends()];
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('of a dossier in verification needs its lease, and the new office begins anew', async () => {
    const citizen = await submitted();
    const { id } = citizen.receipt!;
    const lease = await clerk.leases(id);
    const colleague = await world.staff('03102');
    const body = { officeCode: '03103', reason: 'Chuyển' };
    expect((await colleague.decides(id, 'transfer', body, { etag: '"1"' })).body).toMatchObject({ code: 'lease-required' });
    await clerk.decides(id, 'transfer', body, { lease, etag: '"1"' }).expect(200);
    const there = await world.staff('03103');
    expect((await there.opens(id)).dossier).toMatchObject({ status: 'SUBMITTED', heldBy: null, handlingOfficeCode: null });
    await there.leases(id);
    expect((await there.opens(id)).dossier).toMatchObject({ handlingOfficeCode: '03103' });
  });

  const nowhere: [string, string, string][] = [
    ['that nobody knows', '09999', 'office-unknown'],
    ['that is no office’s code', '3102', 'office-unknown'],
    ['that is closed', '00404', 'office-closed'],
    ['where it is already', '03102', 'bad-format'],
  ];
  it.each(nowhere)('to an office %s is refused', async (_what, officeCode, code) => {
    const citizen = await submitted();
    const { body } = await clerk.decides(citizen.receipt!.id, 'transfer', { officeCode, reason: 'Chuyển' }, { etag: '"1"' });
    expect(body).toMatchObject({ status: 422, code: 'validation-failed', errors: [{ pointer: '/officeCode', code }] });
  });
});

describe('a dossier that nobody comes for', () => {
  it('is reminded of once, and expires after EXPIRY_DAYS to the millisecond; approving it then is refused, and the citizen may file anew', async () => {
    await world.clockIsAt('2021-05-10T02:00:00Z', true);
    const citizen = await submitted();
    const { id } = citizen.receipt!;
    const notYet = await world.timePasses('P29DT23H59M59.999S');
    expect(notYet.ran.filter(({ declarationId }) => declarationId === id)).toEqual([
      { at: '2021-05-13T17:00:00.000Z', action: 'overdue', declarationId: id },
      { at: '2021-06-02T02:00:00.000Z', action: 'remind', declarationId: id },
    ]);
    clerk = await world.staff('03102');
    expect((await clerk.opens(id)).dossier).toMatchObject({ status: 'SUBMITTED' });
    const { ran } = await world.timePasses('PT0.001S');
    expect(ran).toContainEqual({ at: '2021-06-09T02:00:00.000Z', action: 'expire', declarationId: id });

    const late = await clerk.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) }, { etag: '*' });
    expect(late.body).toMatchObject({ status: 409, code: 'invalid-state', state: 'EXPIRED', allowedActions: [] });
    await clerk.calls('post', `/declarations/${id}/lease`).expect(409);
    const { body: history } = await clerk.calls('get', `/declarations/${id}/history`);
    expect(history.items).toContainEqual(
      expect.objectContaining({
        action: 'expire',
        from: 'SUBMITTED',
        to: 'EXPIRED',
        actor: { kind: 'system', name: null, officeCode: null },
      }),
    );
    expect((await citizen.own('get')).body).toMatchObject({ status: 'EXPIRED' });
    await citizen.submits();
  });
});

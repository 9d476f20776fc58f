import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connected, somebodyWaits } from '../database/bench.ts';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const CLERKS = 50;
const MORNING = '2021-04-20T02:00:00Z';

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
/** A dossier of its own for each test. */
let id: string;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt(MORNING, true);
  citizen = world.stranger();
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.clockIsAt(MORNING);
  ({ id } = await records.copyDossier(citizen.receipt!.id));
});

/** Somebody of an office whose session outlives every lease. */
async function clerkOf(officeCode = '03102'): Promise<Officer> {
  const clerk = await world.staff(officeCode);
  await records.rows(`UPDATE staff_sessions SET access_until = access_until + interval '1 day' WHERE staff_id = $1`, [clerk.staff.id]);
  return clerk;
}

function takes(clerk: Officer) {
  return clerk.calls('post', `/declarations/${id}/lease`);
}

function renews(clerk: Officer, lease: string) {
  return clerk.calls('put', `/declarations/${id}/lease`).set('Lease-Token', lease);
}

function approves(clerk: Officer, lease: string) {
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  return clerk.decides(id, 'approval', { checklist }, { lease, etag: '*' });
}

describe('a lease', () => {
  it('goes to one of fifty clerks who reach for it at the same instant; every other one learns who holds it, where, since and until when, and that nothing is theirs to do now', async () => {
    const clerks = await Promise.all(Array.from({ length: CLERKS }, () => clerkOf()));
    const answers = await Promise.all(clerks.map(async (clerk) => ({ clerk, answer: await takes(clerk) })));
    const [winner, ...further] = answers.filter(({ answer }) => answer.status === 201);
    const losers = answers.filter(({ answer }) => answer.status !== 201);
    expect(further).toEqual([]);
    expect(losers).toHaveLength(CLERKS - 1);
    const { since, until } = winner!.answer.body;
    for (const { answer } of losers) {
      expect(answer.body).toMatchObject({
        status: 409,
        code: 'dossier-held',
        state: 'IN_VERIFICATION',
        allowedActions: [],
        heldBy: { name: winner!.clerk.staff.fullName, officeCode: '03102', since, until },
      });
    }
  });

  it('is out of reach for fifty clerks of another office, who all get their answer, and whose attempts are all on record', async () => {
    const strangers = await Promise.all(Array.from({ length: CLERKS }, () => clerkOf('03103')));
    const answers = await Promise.all(strangers.map((clerk) => takes(clerk)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    const denied = await records.rows(
      `SELECT DISTINCT actor_id FROM audit_entries WHERE subject_id = $1 AND action = 'denied-other-office' AND actor_office_code = '03103'`,
      [id],
    );
    expect(denied).toHaveLength(CLERKS);
  });

  it('lasts fifteen minutes to the millisecond, and is then free for the next one', async () => {
    const [first, second] = [await clerkOf(), await clerkOf()];
    const { body: lease } = await takes(first).expect(201);
    expect(lease).toMatchObject({ since: '2021-04-20T02:00:00.000Z', until: '2021-04-20T02:15:00.000Z' });
    await world.timePasses('PT14M59.999S');
    expect((await takes(second)).body).toMatchObject({ code: 'dossier-held' });
    await world.timePasses('PT0.001S');
    expect((await renews(first, lease.leaseToken)).body).toMatchObject({ status: 409, code: 'lease-lost' });
    expect((await takes(second)).body).toMatchObject({ since: '2021-04-20T02:15:00.000Z' });
  });

  it('counts its fifteen minutes anew from each renewal, by the same token and since the same time', async () => {
    const clerk = await clerkOf();
    const { body: lease } = await takes(clerk);
    await world.timePasses('PT14M');
    expect((await renews(clerk, lease.leaseToken).expect(200)).body).toEqual({ ...lease, until: '2021-04-20T02:29:00.000Z' });
    await world.timePasses('PT14M59.999S');
    await renews(clerk, lease.leaseToken).expect(200);
    await world.timePasses('PT15M');
    expect((await renews(clerk, lease.leaseToken)).body).toMatchObject({ code: 'lease-lost' });
  });

  it('that was lost stays lost, even when its holder has taken a new one', async () => {
    const clerk = await clerkOf();
    const lost = await clerk.leases(id);
    await world.timePasses('PT15M');
    const held = await clerk.leases(id);
    expect((await renews(clerk, lost)).body).toMatchObject({ status: 409, code: 'lease-lost' });
    expect((await clerk.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', lost)).body).toMatchObject({ code: 'lease-lost' });
    expect((await approves(clerk, lost)).body).toMatchObject({ status: 409, code: 'lease-lost', heldBy: { name: clerk.staff.fullName } });
    await approves(clerk, held).expect(200);
  });

  it('ends at once when its holder is deactivated, by whatever door, and does not come back with them', async () => {
    const [holder, other] = [await clerkOf(), await clerkOf()];
    const lost = await holder.leases(id);
    await records.rows('UPDATE staff SET active = false WHERE id = $1', [holder.staff.id]);
    expect((await other.opens(id)).dossier).toMatchObject({ status: 'IN_VERIFICATION', heldBy: null });
    await records.rows('UPDATE staff SET active = true WHERE id = $1', [holder.staff.id]);
    expect((await renews(holder, lost)).body).toMatchObject({ status: 409, code: 'lease-lost' });
    await takes(other).expect(201);
    expect((await approves(holder, lost)).body).toMatchObject({ status: 409, code: 'dossier-held' });
  });

  it('that ended by itself or with its holder’s leaving is on record, before the next one', async () => {
    const [leaver, late, next] = [await clerkOf(), await clerkOf(), await clerkOf()];
    await leaver.leases(id);
    await records.rows('UPDATE staff SET active = false WHERE id = $1', [leaver.staff.id]);
    await late.leases(id);
    // Nobody sweeps meanwhile.
    await records.clockIsAt('2021-04-20T02:16:00Z');
    await next.leases(id);
    const { body } = await next.calls('get', `/declarations/${id}/history`).expect(200);
    const ended = { action: 'lease-ended', actor: { kind: 'system', name: null, officeCode: null } };
    const of = (holder: Officer, until: string) => ({ holderId: holder.staff.id, officeCode: '03102', until });
    expect(body.items).toMatchObject([
      { action: 'lease', actor: { name: leaver.staff.fullName } },
      { ...ended, details: { ...of(leaver, '2021-04-20T02:00:00.000Z'), because: 'holder-left' } },
      { action: 'lease', actor: { name: late.staff.fullName } },
      { ...ended, details: of(late, '2021-04-20T02:15:00.000Z') },
      { action: 'lease', actor: { name: next.staff.fullName } },
    ]);
  });

  it('is not given to who is deactivated while waiting for it', async () => {
    const leaver = await clerkOf();
    const door = await connected(server.database.ownerUrl);
    await door.query('BEGIN');
    await door.query('UPDATE staff SET active = false WHERE id = $1', [leaver.staff.id]);
    const answer = takes(leaver).then((response) => response);
    await somebodyWaits(door);
    await door.query('COMMIT');
    await door.end();
    expect((await answer).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await (await clerkOf()).opens(id)).dossier).toMatchObject({ status: 'SUBMITTED', heldBy: null });
  });

  it('asked for again with the same key is the same lease, not another one that kills it', async () => {
    const clerk = await clerkOf();
    const first = await takes(clerk).set('Idempotency-Key', 'once').expect(201);
    const again = await takes(clerk).set('Idempotency-Key', 'once').expect(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true', etag: first.headers['etag'] });
    await renews(clerk, first.body.leaseToken).expect(200);
  });

  it('taken again by its holder gets a new token, and the one before is dead', async () => {
    const clerk = await clerkOf();
    const [before, after] = [await clerk.leases(id), await clerk.leases(id)];
    expect(after).not.toBe(before);
    expect((await renews(clerk, before)).body).toMatchObject({ code: 'lease-lost' });
    await renews(clerk, after).expect(200);
  });

  it('given back is free at once; the dossier stays in verification, and the token is dead', async () => {
    const [first, second] = [await clerkOf(), await clerkOf()];
    const lease = await first.leases(id);
    await first.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', lease).expect(204);
    expect((await first.opens(id)).dossier).toMatchObject({ status: 'IN_VERIFICATION', heldBy: null });
    expect((await renews(first, lease)).body).toMatchObject({ code: 'lease-lost' });
    await takes(second).expect(201);
  });

  it('is needed for every change and every decision: without its token the answer is lease-required, and says who holds it', async () => {
    const [holder, other] = [await clerkOf(), await clerkOf()];
    await holder.leases(id);
    const attempts = [
      holder.calls('put', `/declarations/${id}/lease`),
      holder.calls('delete', `/declarations/${id}/lease`),
      other.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) }, { etag: '*' }),
      other.decides(id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, { etag: '*' }),
      other.decides(id, 'rejection', { reasonCode: 'never-came' }, { etag: '*' }),
      other.decides(id, 'transfer', { officeCode: '03103', reason: 'Chuyển' }, { etag: '*' }),
    ];
    for (const { body } of await Promise.all(attempts)) {
      expect(body).toMatchObject({ status: 409, code: 'lease-required', heldBy: { name: holder.staff.fullName, officeCode: '03102' } });
    }
    const blank = await renews(holder, '');
    expect(blank.body).toMatchObject({ code: 'lease-required', allowedActions: ['lease', 'approve', 'return', 'reject', 'transfer'] });
  });

  it.each(['a made-up token', "the holder's own token"])('of somebody else opens nothing, not even by %s', async (which) => {
    const [holder, other] = [await clerkOf(), await clerkOf()];
    const token = await holder.leases(id);
    const given = which === 'a made-up token' ? 'x'.repeat(43) : token;
    const attempts = [
      renews(other, given),
      other.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', given),
      approves(other, given),
    ];
    for (const { body } of await Promise.all(attempts)) {
      expect(body).toMatchObject({ status: 409, code: 'dossier-held', heldBy: { name: holder.staff.fullName } });
    }
    await renews(holder, token).expect(200);
  });

  it('changes nothing that a reader saw, so the ETag stays; view, list and the queue of one’s own show it', async () => {
    const [holder, other] = [await clerkOf(), await clerkOf()];
    const { etag } = await other.opens(id);
    const taken = await takes(holder);
    expect(taken.headers['etag']).toBe(etag);
    const { since, until } = taken.body;
    const opened = await other.opens(id);
    expect(opened.etag).toBe(etag);
    expect(opened.dossier).toMatchObject({ heldBy: { name: holder.staff.fullName, officeCode: '03102', since, until } });
    const mine = await holder.calls('get', '/declarations?queue=mine');
    expect(mine.body.items).toEqual([expect.objectContaining({ id, heldBy: { name: holder.staff.fullName, until } })]);
    expect((await other.calls('get', '/declarations?queue=mine')).body.items).toEqual([]);
    expect((await holder.calls('get', '/queues')).body.counts).toMatchObject({ mine: 1 });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { connected, somebodyWaits } from '../database/bench.ts';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records, type CopiedDossier } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const ROUNDS = 20;

let server: SharedServer;
let world: World;
let records: Records;
let citizen: Citizen;
let clerk: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
  citizen = world.stranger();
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

function dossier(): Promise<CopiedDossier> {
  return records.copyDossier(citizen.receipt!.id);
}

function approves(officer: Officer, id: string, lease: string) {
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  return officer.decides(id, 'approval', { checklist }, { lease, etag: '*' });
}

function withdraws(id: string) {
  return world.api.post(`/v1/declarations/${id}/withdrawal`).auth(citizen.receipt!.trackingCode, { type: 'bearer' });
}

/** Status, accounts, intents and SMS of a dossier, when all that is due has been sent. */
async function outcomeOf({ id, dossierNumber }: CopiedDossier) {
  await world.timePasses('PT1S');
  const [row] = await records.rows<{ status: string }>('SELECT status FROM declarations WHERE id = $1', [id]);
  return {
    status: row!.status,
    accounts: await records.count('accounts', 'declaration_id = $1', [id]),
    intents: await records.count('messages', `declaration_id = $1 AND purpose = 'credentials'`, [id]),
    messages: (await world.messages({ dossierNumber, template: 'credentials' })).length,
  };
}

const approved = { status: 'APPROVED', accounts: 1, intents: 1, messages: 1 };

describe('two decisions at the same instant', () => {
  it(`by one token, both approving, are one approval: one 200, one 409, one account, one SMS (${ROUNDS} rounds)`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const subject = await dossier();
      const lease = await clerk.leases(subject.id);
      const answers = await Promise.all([approves(clerk, subject.id, lease), approves(clerk, subject.id, lease)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
        code: 'invalid-state',
        state: 'APPROVED',
        decidedBy: { officeCode: '03102' },
      });
      expect(await outcomeOf(subject)).toEqual(approved);
    }
  });

  it('by one token and one Idempotency-Key are one approval with one answer', async () => {
    const subject = await dossier();
    const lease = await clerk.leases(subject.id);
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3, 4].map(() => approves(clerk, subject.id, lease).set('Idempotency-Key', key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(3);
    expect(await outcomeOf(subject)).toEqual(approved);
  });

  it('of a clerk who has lost the lease and the one who took it over are one approval, by the second', async () => {
    const first = await world.staff('03102');
    const second = await world.staff('03102');
    await records.rows(`UPDATE staff_sessions SET access_until = access_until + interval '1 day'`);
    for (let round = 0; round < 5; round++) {
      const subject = await dossier();
      const lost = await first.leases(subject.id);
      await world.timePasses('PT15M');
      const held = await second.leases(subject.id);
      const [late, timely] = await Promise.all([approves(first, subject.id, lost), approves(second, subject.id, held)]);
      expect(timely.status).toBe(200);
      expect(late.status).toBe(409);
      // Whichever came first into the database: either the other still held it, or it was approved already.
      expect(['dossier-held', 'invalid-state']).toContain(late.body.code);
      expect(await outcomeOf(subject)).toEqual(approved);
    }
  });

  it('approving and withdrawing leave one winner and nothing half done', async () => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      const subject = await dossier();
      const lease = await clerk.leases(subject.id);
      const [approval, withdrawal] = await Promise.all([approves(clerk, subject.id, lease), withdraws(subject.id)]);
      const outcome = await outcomeOf(subject);
      if (approval.status === 200) {
        expect(withdrawal.body).toMatchObject({ status: 409, code: 'invalid-state', state: 'APPROVED' });
        expect(outcome).toEqual(approved);
      } else {
        expect(approval.body).toMatchObject({ status: 409, code: 'invalid-state', state: 'WITHDRAWN' });
        expect(withdrawal.status).toBe(200);
        expect(outcome).toEqual({ status: 'WITHDRAWN', accounts: 0, intents: 0, messages: 0 });
      }
    }
  });

  it('of every kind by one token, all deciding at once, leave one decision in the history', async () => {
    const subject = await dossier();
    const lease = await clerk.leases(subject.id);
    const given = { lease, etag: '*' };
    const answers = await Promise.all([
      approves(clerk, subject.id, lease),
      clerk.decides(subject.id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, given),
      clerk.decides(subject.id, 'rejection', { reasonCode: 'never-came' }, given),
      clerk.decides(subject.id, 'transfer', { officeCode: '03103', reason: 'Chuyển nơi ở' }, given),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const steps = await records.rows<{ to_status: string }>(
      `SELECT to_status FROM audit_entries WHERE subject_id = $1 AND action <> 'lease' AND to_status IS NOT NULL`,
      [subject.id],
    );
    expect(steps).toHaveLength(1);
    expect((await outcomeOf(subject)).status).toBe(steps[0]!.to_status);
  });
});

describe('a dossier that changes after it was judged and before it is decided', () => {
  /** Lets the decision judge the dossier, changes it, and only then lets the decision go on. */
  async function meanwhile(id: string, change: string, decision: () => PromiseLike<Response>): Promise<Response> {
    const other = await connected(server.database.ownerUrl);
    await other.query('BEGIN');
    await other.query(`UPDATE declarations SET ${change} WHERE id = $1`, [id]);
    const answer = Promise.resolve(decision());
    await somebodyWaits(other);
    await other.query('COMMIT');
    await other.end();
    return answer;
  }
  const returning = (id: string, lease: string, etag: string) =>
    clerk.decides(id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, { lease, etag });
  const PHONE_CHANGED = `version = version + 1, phone = '+84352153888'`;

  it('is judged again, and decided as it is now, by whoever names no version', async () => {
    const { id } = await dossier();
    const lease = await clerk.leases(id);
    const answer = await meanwhile(id, PHONE_CHANGED, () => returning(id, lease, '*'));
    expect([answer.status, answer.body.status]).toEqual([200, 'RETURNED']);
    expect(await records.rows('SELECT status, version, phone FROM declarations WHERE id = $1', [id])).toEqual([
      { status: 'RETURNED', version: answer.body.version, phone: '+84352153888' },
    ]);
    // What has been sent keeps no more of the number than this.
    await world.timePasses('PT1S');
    expect(await records.rows(`SELECT recipient FROM messages WHERE declaration_id = $1 AND purpose = 'returned'`, [id])).toEqual([
      { recipient: '035****888' },
    ]);
  });

  it('is not decided by whoever has read another version, nor approved by what the registry said of it before', async () => {
    const approving = (id: string, lease: string) => approves(clerk, id, lease);
    for (const decides of [returning, approving]) {
      const subject = await dossier();
      const lease = await clerk.leases(subject.id);
      const { etag } = await clerk.opens(subject.id);
      const answer = await meanwhile(subject.id, PHONE_CHANGED, () => decides(subject.id, lease, etag));
      expect([answer.status, answer.body.code]).toEqual([412, 'precondition-failed']);
      expect(await outcomeOf(subject)).toEqual({ status: 'IN_VERIFICATION', accounts: 0, intents: 0, messages: 0 });
    }
  });

  it('is not decided under a lease that was taken away meanwhile', async () => {
    const subject = await dossier();
    const lease = await clerk.leases(subject.id);
    const answer = await meanwhile(subject.id, `lease_token_hash = sha256('another')`, () => approves(clerk, subject.id, lease));
    expect([answer.status, answer.body.code]).toEqual([409, 'lease-lost']);
    expect(await outcomeOf(subject)).toEqual({ status: 'IN_VERIFICATION', accounts: 0, intents: 0, messages: 0 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

/** The table of the API, written down once more: what may be done in each status by hand, and where it leads. */
const TABLE: Record<string, Record<string, string>> = {
  SUBMITTED: { lease: 'IN_VERIFICATION', transfer: 'SUBMITTED', withdraw: 'WITHDRAWN' },
  IN_VERIFICATION: {
    lease: 'IN_VERIFICATION',
    approve: 'APPROVED',
    return: 'RETURNED',
    reject: 'REJECTED',
    transfer: 'SUBMITTED',
    withdraw: 'WITHDRAWN',
  },
  APPROVED: { 'reissue-credentials': 'APPROVED' },
  RETURNED: { resubmit: 'SUBMITTED', withdraw: 'WITHDRAWN' },
  REJECTED: {},
  WITHDRAWN: {},
  EXPIRED: {},
};
const ALLOWED_TO_STAFF: Record<string, string[]> = {
  SUBMITTED: ['lease', 'transfer'],
  IN_VERIFICATION: ['lease', 'approve', 'return', 'reject', 'transfer'],
  APPROVED: ['reissue-credentials'],
};
const DECISIONS = ['approve', 'return', 'reject'];
const OLD = '2021-03-01T00:00:00Z';

interface Subject {
  id: string;
  lease: string | undefined;
}

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

/** What each action is over HTTP, with all that it needs. */
const ACTIONS: Record<string, (subject: Subject) => PromiseLike<{ status: number; body: Record<string, never> }>> = {
  lease: ({ id }) => clerk.calls('post', `/declarations/${id}/lease`),
  approve: ({ id, lease }) =>
    clerk.decides(
      id,
      'approval',
      { checklist: checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true }) },
      { lease, etag: '*' },
    ),
  return: ({ id, lease }) => clerk.decides(id, 'return', { items: [{ reasonCode: 'papers-missing' }] }, { lease, etag: '*' }),
  reject: ({ id, lease }) => clerk.decides(id, 'rejection', { reasonCode: 'never-came' }, { lease, etag: '*' }),
  transfer: ({ id, lease }) => clerk.decides(id, 'transfer', { officeCode: '03103', reason: 'Chuyển nơi ở' }, { lease, etag: '*' }),
  'reissue-credentials': ({ id }) => clerk.calls('post', `/declarations/${id}/credentials`).send({ reason: 'Không nhận được SMS' }),
  resubmit: ({ id }) => asCitizen(`/v1/declarations/${id}/resubmission`),
  withdraw: ({ id }) => asCitizen(`/v1/declarations/${id}/withdrawal`),
};

/** A new dossier that went to this status by legal steps. */
async function dossierIn(status: string): Promise<Subject> {
  const { id } = await records.copyDossier(citizen.receipt!.id, status === 'EXPIRED' ? { status_since: OLD } : {});
  const ways: Record<string, string[]> = { SUBMITTED: [], WITHDRAWN: ['withdraw'], EXPIRED: [] };
  const decision = Object.entries(TABLE['IN_VERIFICATION']!).find(([, to]) => to === status)?.[0];
  const way = ways[status] ?? ['lease', ...(decision === 'lease' ? [] : [decision!])];
  if (status === 'EXPIRED') await world.timePasses('PT1S');
  let lease: string | undefined;
  for (const action of way) {
    const { body } = await ACTIONS[action]!({ id, lease });
    if (action === 'lease') lease = body['leaseToken'];
  }
  expect(await statusOf(id)).toBe(status);
  return { id, lease };
}

function asCitizen(path: string) {
  return world.api.post(path).auth(citizen.receipt!.trackingCode, { type: 'bearer' });
}

async function statusOf(id: string): Promise<string> {
  const [row] = await records.rows<{ status: string }>('SELECT status FROM declarations WHERE id = $1', [id]);
  return row!.status;
}

async function versionOf(id: string): Promise<number> {
  const [row] = await records.rows<{ version: number }>('SELECT version FROM declarations WHERE id = $1', [id]);
  return row!.version;
}

describe.each(Object.keys(TABLE))('a dossier that is %s', (status) => {
  const allowed = Object.entries(TABLE[status]!);
  const refused = Object.keys(ACTIONS).filter((action) => !(action in TABLE[status]!));
  const needsLease = refused.filter((action) => status === 'SUBMITTED' && DECISIONS.includes(action));
  const illegal = refused.filter((action) => !needsLease.includes(action));

  if (allowed.length > 0) {
    it.each(allowed)('goes by %s to %s', async (action, to) => {
      const subject = await dossierIn(status);
      const { status: answered, body } = await ACTIONS[action]!(subject);
      expect([200, 201]).toContain(answered);
      if ('status' in body) expect(body['status']).toBe(to);
      expect(await statusOf(subject.id)).toBe(to);
    });
  }

  if (needsLease.length > 0) {
    it.each(needsLease)('cannot be changed by %s before somebody has taken the lease', async (action) => {
      const { id } = await dossierIn(status);
      const { body } = await ACTIONS[action]!({ id, lease: undefined });
      expect(body).toMatchObject({ status: 409, code: 'lease-required', state: status, allowedActions: ALLOWED_TO_STAFF[status] });
      expect(await statusOf(id)).toBe(status);
    });
  }

  it.each(illegal)('refuses %s, names its state and what may be done instead, and stays as it is', async (action) => {
    const subject = await dossierIn(status);
    const before = await versionOf(subject.id);
    const { body } = await ACTIONS[action]!(subject);
    const isCitizens = ['resubmit', 'withdraw'].includes(action);
    const allowedActions = isCitizens
      ? Object.keys(TABLE[status]!).filter((known) => ['resubmit', 'withdraw'].includes(known))
      : (ALLOWED_TO_STAFF[status] ?? []);
    expect(body).toMatchObject({ status: 409, code: 'invalid-state', state: status, allowedActions });
    if (['APPROVED', 'REJECTED'].includes(status)) {
      expect(body['decidedBy']).toEqual({ officeCode: '03102', at: expect.stringMatching(/^2021-/) });
    }
    expect(await statusOf(subject.id)).toBe(status);
    expect(await versionOf(subject.id)).toBe(before);
  });

  const expires = ['SUBMITTED', 'IN_VERIFICATION', 'RETURNED'].includes(status);
  it(`${expires ? 'expires' : 'never expires'} when nobody has come for thirty days`, async () => {
    const { id } = await dossierIn(status);
    if (status === 'IN_VERIFICATION') await clerk.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', await clerk.leases(id));
    await records.ageStatus(id, OLD);
    const { ran } = await world.timePasses('PT1S');
    expect(ran.filter(({ declarationId }) => declarationId === id).map(({ action }) => action)).toEqual(expires ? ['expire'] : []);
    expect(await statusOf(id)).toBe(expires ? 'EXPIRED' : status);
  });
});

it('a dossier whose lease is alive does not expire under the hands of its holder', async () => {
  const { id } = await dossierIn('IN_VERIFICATION');
  await records.ageStatus(id, OLD);
  expect((await world.timePasses('PT1S')).ran).toEqual([]);
  expect(await statusOf(id)).toBe('IN_VERIFICATION');
});

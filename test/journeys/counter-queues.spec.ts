import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connected, somebodyWaits } from '../database/bench.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let clerk: Officer;
let supervisor: Officer;
let first: Citizen;
let second: Citizen;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
});
afterAll(() => server.dispose());

/** Time stands still at that instant; sessions of the day before have ended, so everybody logs in anew. */
async function morning(at: string): Promise<void> {
  await world.clockIsAt(at, true);
  [clerk, supervisor] = await Promise.all([world.staff('03102'), world.staff('03102', 'supervisor')]);
}

async function counts(): Promise<Record<string, number>> {
  return (await supervisor.calls('get', '/queues').expect(200)).body.counts;
}

async function queue(query: string): Promise<{ id: string; dueOn: string | null; overdue: boolean }[]> {
  return (await supervisor.calls('get', `/declarations?${query}`).expect(200)).body.items;
}

async function timesOverdue({ receipt }: Citizen): Promise<number> {
  const { body } = await supervisor.calls('get', `/declarations/${receipt!.id}/history`).expect(200);
  return (body.items as { action: string }[]).filter(({ action }) => action === 'overdue').length;
}

it('on the eve of the Hùng Kings’ day two declarations arrive: they are due a holiday and a weekend later', async () => {
  await morning('2021-04-20T02:00:00Z');
  first = world.stranger();
  second = world.stranger({ fullName: 'Đặng Thị Hà' });
  await first.submits();
  await second.submits();
  expect(await counts()).toMatchObject({ new: 2, mine: 0, overdue: 0, all: 2 });
  expect((await queue('queue=new&sort=due')).map(({ dueOn, overdue }) => ({ dueOn, overdue }))).toEqual([
    { dueOn: '2021-04-26', overdue: false },
    { dueOn: '2021-04-26', overdue: false },
  ]);
});

it('on the third working day a clerk finds one by the name without its diacritics and sends its phone back', async () => {
  await morning('2021-04-26T16:00:00Z');
  expect(await counts()).toMatchObject({ overdue: 0 });
  const { body } = await clerk.calls('post', '/declarations/search').send({ q: 'dang thi ha' }).expect(200);
  expect((body.items as { id: string }[]).map(({ id }) => id)).toEqual([second.receipt!.id]);
  await clerk.leases(first.receipt!.id);
  expect((await clerk.calls('get', '/queues')).body.counts).toMatchObject({ new: 1, mine: 1 });
  await clerk.calls('delete', `/declarations/${first.receipt!.id}/lease`).set('Lease-Token', await clerk.leases(first.receipt!.id));
  expect((await clerk.returns(second, [{ field: 'phone', reasonCode: 'phone-wrong' }])).status).toBe(200);
});

it('at midnight the other one is overdue, which its history says once; the returned one’s time stands still', async () => {
  const { ran } = await world.timePasses('PT1H');
  expect(ran).toEqual([{ at: '2021-04-26T17:00:00.000Z', action: 'overdue', declarationId: first.receipt!.id }]);
  await morning('2021-04-28T02:00:00Z');
  expect(await counts()).toMatchObject({ overdue: 1, returned: 1, all: 2 });
  expect(await queue('queue=overdue')).toMatchObject([{ id: first.receipt!.id, dueOn: '2021-04-26', overdue: true }]);
  expect(await queue('queue=returned')).toMatchObject([{ id: second.receipt!.id, dueOn: null, overdue: false }]);
  expect([await timesOverdue(first), await timesOverdue(second)]).toEqual([1, 0]);
});

it('sent again before the feast of May, it has three working days anew, and is overdue only after them', async () => {
  await second.own('patch', '', { phone: '0352153777' });
  expect((await second.own('post', '/resubmission')).status).toBe(200);
  const { dossierNumber, trackingCode } = second.receipt!;
  const { body } = await world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode }).expect(200);
  expect(body.expectedBy).toBe('2021-05-05');
  await morning('2021-05-05T16:59:00Z');
  expect(await counts()).toMatchObject({ overdue: 1 });
  await morning('2021-05-05T17:00:00Z');
  expect(await counts()).toMatchObject({ overdue: 2 });
  expect((await queue('queue=overdue&sort=-due')).map(({ id }) => id)).toEqual([second.receipt!.id, first.receipt!.id]);
  expect([await timesOverdue(first), await timesOverdue(second)]).toEqual([1, 1]);
});

it('decided, both leave the queue', async () => {
  for (const citizen of [first, second]) expect((await clerk.approves(citizen, { registryUnknownConfirmed: true })).status).toBe(200);
  expect(await counts()).toMatchObject({ new: 0, mine: 0, returned: 0, overdue: 0, all: 2 });
});

it('the supervisor was told once of each deadline that passed, also of what has been decided since; nobody else is told', async () => {
  type Notices = { items: Record<string, unknown>[]; nextCursor: string | null };
  const notices = async (query = '', officer = supervisor): Promise<Notices> =>
    (await officer.calls('get', `/notices${query}`).expect(200)).body;
  const of = ({ receipt }: Citizen, dueOn: string, at: string) => ({
    ...{ declarationId: receipt!.id, dossierNumber: receipt!.dossierNumber, dueOn, at, status: 'APPROVED', since: expect.any(String) },
  });
  const told = [of(second, '2021-05-05', '2021-05-05T17:00:00.000Z'), of(first, '2021-04-26', '2021-04-26T17:00:00.000Z')];
  expect(await notices()).toEqual({ items: told, nextCursor: null });
  const { items, nextCursor } = await notices('?limit=1');
  expect(items).toEqual(told.slice(0, 1));
  expect(await notices(`?limit=1&cursor=${nextCursor}`)).toEqual({ items: told.slice(1), nextCursor: null });
  expect(await notices('', await world.staff('03103', 'supervisor'))).toEqual({ items: [], nextCursor: null });
  await clerk.calls('get', '/notices').expect(403);
  await supervisor.calls('get', '/notices?cursor=x').expect(400);
});

it('sent a moment before midnight and received a moment after, a declaration is due by the day that its number is of', async () => {
  await morning('2021-06-10T16:59:59.900Z');
  const records = Records.of(server.database);
  const door = await connected(server.database.ownerUrl);
  await door.query('BEGIN');
  await door.query('LOCK TABLE attempt_counters IN EXCLUSIVE MODE');
  const sent = world.stranger().submits();
  await somebodyWaits(door);
  await records.clockIsAt('2021-06-10T17:00:00.100Z');
  await door.query('COMMIT');
  await door.end();
  await records.close();
  const { id, submittedAt } = await sent;
  expect(submittedAt).toBe('2021-06-10T17:00:00.100Z');
  // Friday: Monday, Tuesday, Wednesday. It was checked on Thursday.
  expect(await queue('queue=new&sort=-age&limit=1')).toMatchObject([{ id, dueOn: '2021-06-16' }]);
});

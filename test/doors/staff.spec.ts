import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistFor, World, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let id: string;
let lease: string;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  clerk = await world.staff('03102');
  ({ id } = await world.stranger().submits());
  lease = await clerk.leases(id);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

function cursorOf(...place: unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

describe('the list', () => {
  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=1e1',
    'limit=0x10',
    'limit=%2010',
    'limit=10.0',
    'limit=1&limit=2',
    'queue=everything',
    'queue=constructor',
    'status=DRAFT',
    'status=submitted',
    'sort=name',
    'sort=submitted_at;DROP TABLE staff',
    'cursor=',
    'cursor=%00',
    'cursor=not-a-cursor',
    `cursor=${cursorOf()}`,
    `cursor=${cursorOf('1', '2')}`,
    `cursor=${cursorOf('99999999999999999999', randomUUID())}`,
    `cursor=${cursorOf('-1', randomUUID())}`,
    `cursor=${cursorOf('2021-99-99T00:00:00Z', randomUUID())}`,
    `cursor=${cursorOf('1', '-'.repeat(36))}`,
    `cursor=${cursorOf({ $gt: '' }, ['x'])}`,
    `cursor=${'A'.repeat(5_000)}`,
    'office=03103',
    'officeCode=03103',
    '__proto__=1',
    'limit[]=5',
  ])('refuses %s', async (query) => {
    expect((await clerk.calls('get', `/declarations?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  it('takes its own cursor, and an end that lies beyond every dossier', async () => {
    const query = `/declarations?cursor=${cursorOf('99999999999999', randomUUID())}`;
    expect((await clerk.calls('get', query)).body).toEqual({ items: [], nextCursor: null });
  });

  it('and the queues take no names that they do not know', async () => {
    await clerk.calls('get', '/queues?office=03103').expect(400);
    await clerk.calls('get', `/declarations/${id}?full=true`).expect(400);
    await clerk.calls('get', `/declarations/${id}/photos/portrait?size=thumbnail&size=full`).expect(400);
  });
});

describe('a dossier’s id', () => {
  it.each([
    '0',
    'null',
    '..',
    '%2e%2e',
    '%00',
    "'%20OR%201=1--",
    '00000000-0000-0000-0000-000000000000',
    'A'.repeat(3_000),
    '49631.GD%2F2021%2F03102',
  ])('%s is nobody’s', async (wrong) => {
    for (const path of [`/declarations/${wrong}`, `/declarations/${wrong}/history`, `/declarations/${wrong}/photos/portrait`]) {
      const { status } = await clerk.calls('get', path);
      expect([400, 404]).toContain(status);
    }
    const { status } = await clerk.calls('post', `/declarations/${wrong}/lease`);
    expect([400, 404]).toContain(status);
  });
});

describe('a decision', () => {
  const decide = (action: 'approval' | 'return' | 'rejection' | 'transfer', body: object) =>
    clerk.decides(id, action, body, { lease, etag: '*' });
  const whole = checklistFor('079090000001');
  const long = 'x'.repeat(10_000);

  const bodies: [string, Parameters<typeof decide>[0], object, string[]][] = [
    ['an approval without a checklist', 'approval', {}, ['/checklist']],
    ['an approval with a checklist of the wrong kind', 'approval', { checklist: [] }, ['/checklist']],
    ['an approval with null for a checklist', 'approval', { checklist: null }, ['/checklist']],
    ['an approval with more than the checklist asks', 'approval', { checklist: { ...whole, bribed: false } }, ['/checklist/bribed']],
    ['an approval that brings its own status', 'approval', { checklist: whole, status: 'APPROVED' }, ['/status']],
    [
      'an approval with null for a tick',
      'approval',
      { checklist: { ...whole, registryUnknownConfirmed: null } },
      ['/checklist/registryUnknownConfirmed'],
    ],
    ['an approval with null for a note', 'approval', { checklist: whole, internalNote: null }, ['/internalNote']],
    ['an approval with a note of 10,000 letters', 'approval', { checklist: whole, internalNote: long }, ['/internalNote']],
    ['a return without items', 'return', {}, ['/items']],
    ['a return of something that is no list', 'return', { items: { 0: { reasonCode: 'papers-missing' } } }, ['/items']],
    ['a return with more items than there are parts', 'return', { items: Array(21).fill({ reasonCode: 'papers-missing' }) }, ['/items']],
    ['a return with null for an item', 'return', { items: [null] }, ['/items/0']],
    ['a return without a reason', 'return', { items: [{ field: 'phone' }] }, ['/items/0/reasonCode']],
    ['a return with words of 10,000 letters', 'return', { items: [{ reasonCode: 'papers-missing', text: long }] }, ['/items/0/text']],
    ['a rejection without a reason', 'rejection', {}, ['/reasonCode']],
    ['a rejection with null for words', 'rejection', { reasonCode: 'never-came', text: null }, ['/text']],
    ['a rejection with a list of reasons', 'rejection', { reasonCode: ['never-came'] }, ['/reasonCode']],
    ['a transfer to nowhere', 'transfer', { reason: 'Chuyển' }, ['/officeCode']],
    ['a transfer without a reason', 'transfer', { officeCode: '03103', reason: '' }, ['/reason']],
    ['a transfer to a list of offices', 'transfer', { officeCode: ['03103'], reason: 'Chuyển' }, ['/officeCode']],
  ];
  it.each(bodies)('that is %s is refused and names what is wrong', async (_what, action, body, pointers) => {
    const { body: problem } = await decide(action, body);
    expect(problem).toMatchObject({ status: 422, code: 'validation-failed' });
    expect([...new Set(problem.errors.map(({ pointer }: { pointer: string }) => pointer))]).toEqual(pointers);
  });

  it('with a poisoned name is refused, and poisons nothing', async () => {
    const send = (text: string) =>
      clerk
        .calls('post', `/declarations/${id}/rejection`)
        .set({ 'Lease-Token': lease, 'If-Match': '*', 'Content-Type': 'application/json' })
        .send(text);
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const { body } = await send(`{"reasonCode":"never-came","${name}":{"final":true}}`);
      expect(body).toMatchObject({ status: 422, errors: [{ pointer: `/${name}`, code: 'unknown-field' }] });
    }
  });

  it.each(['', ' ', 'null', '[]', '"text"', '{', '{"a":1', '\u0000', 'a=b'])('whose body is %j is refused', async (text) => {
    const answer = await clerk
      .calls('post', `/declarations/${id}/rejection`)
      .set({ 'Lease-Token': lease, 'If-Match': '*', 'Content-Type': 'application/json' })
      .send(text);
    expect([400, 422]).toContain(answer.status);
  });

  it('in another type of body is not read', async () => {
    const answer = await clerk.calls('post', `/declarations/${id}/rejection`).set('Content-Type', 'text/xml').send('<reasonCode/>');
    expect(answer.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it.each(['', ' ', 'x', 'A'.repeat(4_000), '"quoted"', 'Bearer abc'])(
    'with %j for a lease is refused like any lost lease',
    async (token) => {
      const { body } = await clerk.decides(id, 'rejection', { reasonCode: 'never-came' }, { lease: token, etag: '*' });
      expect(body.status).toBe(409);
      expect(['lease-lost', 'lease-required']).toContain(body.code);
    },
  );

  it('with an Idempotency-Key that is none is refused', async () => {
    for (const key of ['a b', 'ключ', 'x'.repeat(256)]) {
      const sent = clerk
        .decides(id, 'rejection', { reasonCode: 'never-came' }, { lease, etag: '*' })
        .set('Idempotency-Key', Buffer.from(key).toString('latin1'));
      expect((await sent).body).toMatchObject({ status: 400, code: 'idempotency-key-invalid' });
    }
  });

  it('that was refused has changed nothing, and its Idempotency-Key is free for the corrected one', async () => {
    const key = randomUUID();
    const rejects = (reasonCode: string) =>
      clerk.decides(id, 'rejection', { reasonCode }, { lease, etag: '*' }).set('Idempotency-Key', key);
    await rejects('photo-blurred').expect(422);
    expect((await clerk.opens(id)).dossier).toMatchObject({ status: 'IN_VERIFICATION', version: 1 });
    await rejects('never-came').expect(200);
  });
});

describe('a method that a path does not know', () => {
  it.each([
    ['put', '/v1/staff/declarations'],
    ['delete', '/v1/staff/queues'],
    ['get', '/v1/staff/sessions'],
    ['patch', '/v1/staff/me/password'],
  ] as const)('%s %s is answered 405 with those that it knows', async (method, path) => {
    const answer = await world.api.call(method, path).auth(clerk.token, { type: 'bearer' });
    expect(answer.body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(answer.headers['allow']).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
  });

  it('is not reached by overriding another one', async () => {
    const answer = await world.api
      .get('/v1/staff/sessions/current')
      .auth(clerk.token, { type: 'bearer' })
      .set('X-HTTP-Method-Override', 'DELETE');
    expect(answer.status).toBe(405);
    await clerk.calls('get', '/queues').expect(200);
  });
});

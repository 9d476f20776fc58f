import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

let server: SharedServer;
let world: World;
let keeping: Keeping;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  keeping = new Keeping(server);
  photos = await smallPhotos();
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

const MINH = {
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  idNumber: '031165000123',
  phone: '0352 153 000',
  emailCopy: true,
  email: 'minh@example.com',
};

describe('a draft', () => {
  it('begins with any fields, or with none, at version 1 and with a token that is shown once', async () => {
    for (const fields of [{}, MINH]) {
      const { body, headers } = await world.api.post('/v1/drafts').send(fields).expect(201);
      expect(body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), draftToken: expect.stringMatching(/^[\w-]{43}$/), version: 1 });
      expect(headers).toMatchObject({ etag: '"1"', 'cache-control': 'no-store' });
    }
  });

  it('shows what it holds in canonical form, and what is not there as null', async () => {
    const wizard = await Wizard.begins(world, MINH);
    const { body, headers } = await wizard.calls('get').expect(200);
    expect(headers['etag']).toBe('"1"');
    expect(body).toEqual({
      id: wizard.id,
      version: 1,
      expiresAt: expect.any(String),
      photos: {},
      ...MINH,
      phone: '+84352153000',
      idType: null,
      provinceCode: null,
      districtCode: null,
      wardCode: null,
      street: null,
      officeCode: null,
      emailForNotices: false,
      commitmentAccepted: false,
      dataProcessingAccepted: false,
      consentVersion: null,
    });
  });

  it('is begun once for one key', async () => {
    const begin = (fields: object) => world.api.post('/v1/drafts').set('Idempotency-Key', 'begin').send(fields);
    const first = await begin({ phone: '0352153000', street: 'Ngõ 5' });
    const kept = await keeping.addedBy(async () => {
      const again = await begin({ street: 'Ngõ 5', phone: '0352153000' });
      expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
      expect((await begin({ street: 'Ngõ 6' })).body.code).toBe('idempotency-key-reused');
    });
    expect(kept).toEqual({});
  });

  it('is not begun by faulty fields', async () => {
    const kept = await keeping.addedBy(async () => {
      const { body } = await world.api.post('/v1/drafts').send({ phone: '113', officeCode: '9', hobby: 1 }).expect(422);
      expect(faultsIn(body).sort()).toEqual(['/hobby: unknown-field', '/officeCode: office-unknown', '/phone: phone-not-mobile']);
    });
    expect(kept).toEqual({});
  });
});

describe('a change to a draft', () => {
  it('touches only the fields that are sent; null clears, and a tick that is cleared is off', async () => {
    const wizard = await Wizard.begins(world, MINH);
    const { body, headers } = await wizard.changes({ fullName: 'Nguyễn Văn An', email: null, emailCopy: null }, '"1"').expect(200);
    expect(headers['etag']).toBe('"2"');
    expect(body).toMatchObject({ fullName: 'Nguyễn Văn An', email: null, emailCopy: false, insuranceNumber: '0397097379', version: 2 });
    expect(await wizard.reads()).toEqual(body);
  });

  it('is JSON merge-patch by either media type', async () => {
    const wizard = await Wizard.begins(world);
    await wizard.changes({ street: 'Ngõ 5' }).type('application/merge-patch+json').expect(200);
    await wizard.changes({ street: 'Ngõ 6' }).type('application/json').expect(200);
    expect((await wizard.changes({ street: 'Ngõ 7' }).type('text/plain').send('x')).status).toBe(415);
  });

  it.each([
    ['no version', undefined, 428, 'precondition-required'],
    ['an older version', '"1"', 412, 'precondition-failed'],
    ['a version to come', '"3"', 412, 'precondition-failed'],
    ['a version without quotes', '2', 412, 'precondition-failed'],
    ['a weak version', 'W/"2"', 412, 'precondition-failed'],
  ])('that names %s is refused', async (_, ifMatch, status, code) => {
    const wizard = await Wizard.begins(world, MINH);
    await wizard.changes({ street: 'Ngõ 5' }, '"1"').expect(200);
    for (const call of [wizard.calls('patch').send({ street: 'Ngõ 6' }), wizard.calls('delete')]) {
      if (ifMatch) void call.set('If-Match', ifMatch);
      expect(await call).toMatchObject({ status, body: { code } });
    }
    expect(await wizard.reads()).toMatchObject({ street: 'Ngõ 5', version: 2 });
  });

  it('may name several versions, or any', async () => {
    const wizard = await Wizard.begins(world);
    await wizard.changes({ street: 'Ngõ 5' }, '"7", "1"').expect(200);
    await wizard.changes({ street: 'Ngõ 6' }, '*').expect(200);
  });

  it('with one fault changes nothing', async () => {
    const wizard = await Wizard.begins(world, MINH);
    const { body } = await wizard.changes({ street: 'Ngõ 5', phone: '113', email: 'a@x.vn, b@x.vn' }).expect(422);
    expect(faultsIn(body)).toEqual(['/phone: phone-not-mobile', '/email: email-not-single']);
    expect(await wizard.reads()).toMatchObject({ street: null, version: 1 });
  });

  it('at the same instant as another to the same version: one is kept, the others are told', async () => {
    const wizard = await Wizard.begins(world);
    const answers = await Promise.all([1, 2, 3, 4].map((number) => wizard.changes({ street: `Ngõ ${number}` }, '"1"')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect(await wizard.reads()).toEqual(answers.find(({ status }) => status === 200)!.body);
  });

  it('keeps the kind of paper that was named, whatever the number that comes after looks like', async () => {
    const wizard = await Wizard.begins(world, { idType: 'passport' });
    await wizard.changes({ idNumber: '12345678' }).expect(200);
    expect(await wizard.reads()).toMatchObject({ idType: 'passport', idNumber: '12345678' });
    await wizard.changes({ idType: null, idNumber: '012345678' }).expect(200);
    expect((await wizard.changes({ idNumber: '12345678' }).expect(422)).body.errors[0].pointer).toBe('/idNumber');
  });
});

describe('a draft’s token', () => {
  const routes: ['get' | 'patch' | 'delete' | 'put' | 'post', string][] = [
    ['get', ''],
    ['patch', ''],
    ['delete', ''],
    ['put', '/photos/portrait'],
    ['get', '/photos/portrait'],
    ['delete', '/photos/portrait'],
    ['get', '/form.pdf'],
    ['post', '/submission'],
  ];

  it.each(routes)('is asked for at %s /v1/drafts/{id}%s, and nobody else’s will do', async (method, path) => {
    const [wizard, other] = await Promise.all([Wizard.begins(world, MINH), Wizard.begins(world)]);
    const clerk = await world.staff();
    const forged = wizard.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const call = (id: string) => world.api.call(method, `/v1/drafts/${id}${path}`).set({ 'If-Match': '*', 'Idempotency-Key': 'k' });
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      wizard.token,
      ...[other.token, forged, clerk.token, wizard.id, 'x'.repeat(201)].map((token) => `Bearer ${token}`),
    ]) {
      const sent = call(wizard.id);
      if (authorization !== undefined) void sent.set('Authorization', authorization);
      expect(await sent).toMatchObject({ status: 401, body: { code: 'unauthenticated' }, headers: { 'www-authenticate': 'Bearer' } });
    }
    for (const id of [other.id, wizard.id.toUpperCase(), '0', '..%2f', wizard.id.replace(/^./, 'z')]) {
      expect((await call(id).auth(wizard.token, { type: 'bearer' })).status).toBe(401);
    }
    expect(await wizard.reads()).toMatchObject({ version: 1 });
  });

  it('is written with any case of Bearer', async () => {
    const wizard = await Wizard.begins(world);
    await world.api.get(`/v1/drafts/${wizard.id}`).set('Authorization', `bearer ${wizard.token}`).expect(200);
  });
});

describe('a draft that is given up', () => {
  it('is gone at once with its photos, and its token opens nothing', async () => {
    const kept = await keeping.addedBy(async () => {
      const wizard = await Wizard.isReady(world, photos);
      await wizard.calls('delete').set('If-Match', '"4"').expect(204);
      expect((await wizard.calls('get')).status).toBe(401);
      expect((await wizard.submits()).status).toBe(401);
    });
    expect(kept).toEqual({});
  });
});

describe('a draft whose photo is replaced', () => {
  it('keeps the new one when the shred ledger cannot take the old one', async () => {
    const { fields } = world.stranger();
    const wizard = await Wizard.isReady(world, photos, fields);
    const folder = join(server.dataDir, 'shredded');
    const ledger = join(folder, `${server.url.split('/').at(-1)}.jsonl`);
    await mkdir(folder, { recursive: true });
    await rm(ledger, { force: true });
    // A disk without room where the system has one to hand, else no file at all.
    const isFull = existsSync('/dev/full');
    await (isFull ? symlink('/dev/full', ledger) : mkdir(ledger));
    try {
      expect((await wizard.puts('portrait', photos.portrait)).status).toBe(isFull ? 503 : 500);
    } finally {
      await rm(ledger, { recursive: true });
    }
    const { body: receipt } = await wizard.submits().expect(201);
    const officer = await world.staff(String(fields.officeCode));
    await officer.calls('get', `/declarations/${receipt.id}/photos/portrait`).expect(200);
  });
});

describe('a draft of thirty days', () => {
  beforeEach(() => world.reset());

  it('lives to its last second, and then is gone with all it held', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    const before = await keeping.now();
    const wizard = await Wizard.isReady(world, photos);
    expect((await wizard.reads())['expiresAt']).toBe('2021-05-20T02:00:00.000Z');

    await world.clockIsAt('2021-05-20T01:59:59.999Z', true);
    await wizard.changes({ street: 'Ngõ 5' }).expect(200);
    await world.clockIsAt('2021-05-20T02:00:00Z', true);
    const calls = [
      wizard.calls('get'),
      wizard.changes({ street: 'Ngõ 6' }),
      wizard.submits(),
      wizard.calls('get', '/form.pdf'),
      wizard.calls('delete').set('If-Match', '*'),
    ];
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ status: 410, body: { code: 'draft-expired' } });
    expect((await wizard.puts('portrait', photos.portrait)).status).toBe(410);
    expect((await world.api.get(`/v1/drafts/${wizard.id}`).auth('forged', { type: 'bearer' })).status).toBe(401);

    expect(await keeping.now()).toEqual({ ...before, declarations: before['declarations']! + 1 });
    await world.timePasses('P30D');
    expect(await keeping.now()).toEqual(before);
    expect((await wizard.calls('get')).status).toBe(401);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Keeping } from '../support/kept.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;
let records: Records;
let keeping: Keeping;
let admin: string;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  keeping = new Keeping(server);
  await world.clockIsAt('2021-04-20T02:00:00Z', true);
  admin = await world.admin();
});
afterAll(async () => {
  await keeping.close();
  await records.close();
  await server.dispose();
});

/** The office's last day is over, or it has none again. */
async function lastDayOf(officeCode: string, validTo: string | null): Promise<void> {
  await world.api
    .patch(`/v1/admin/offices/${officeCode}`)
    .auth(admin, { type: 'bearer' })
    .set('If-Match', '*')
    .send({ validTo })
    .expect(200);
}

async function closes(officeCode: string): Promise<void> {
  await lastDayOf(officeCode, '2021-04-19');
}

/** The identical answer, told to be an earlier one, and nothing done for it. */
async function replays(first: Response, again: () => Promise<Response>): Promise<void> {
  const kept = await keeping.addedBy(async () => {
    const answer = await again();
    expect([answer.status, answer.text]).toEqual([first.status, first.text]);
    expect(answer.headers['idempotent-replayed']).toBe('true');
  });
  expect(kept).toEqual({});
}

async function types(officer: Officer, { form }: Citizen, key: string, changes: Record<string, string | undefined> = {}) {
  const sent = officer.calls('post', '/declarations').set('Idempotency-Key', key);
  for (const [name, text] of Object.entries({ ...form, ...changes })) if (text !== undefined) void sent.field(name, text);
  for (const [slot, bytes] of Object.entries(await world.plainPhotos())) void sent.attach(slot, bytes, `${slot}.jpg`);
  return sent;
}

async function attemptsOf(limit: string): Promise<number> {
  const [row] = await records.rows<{ attempts: number }>(
    `SELECT coalesce(sum(attempts), 0)::int AS attempts FROM attempt_counters WHERE bucket LIKE $1 || ':%'`,
    [limit],
  );
  return row!.attempts;
}

describe('a declaration in one request whose answer was lost', () => {
  it('has it when its office has closed meanwhile, also spelled otherwise', async () => {
    const citizen = world.stranger({ officeCode: '03103' });
    const key = randomUUID();
    const first = await citizen.sends({ key });
    expect(first.body.trackingCode).toMatch(/\S/);
    await closes('03103');
    await replays(first, () => citizen.sends({ key }));
    await replays(first, () => citizen.sends({ key, form: { ...citizen.form, fullName: citizen.form['fullName']!.normalize('NFD') } }));
  });

  it.each<[string, (citizen: Citizen) => Parameters<Citizen['sends']>[0]]>([
    ['another name', ({ form }) => ({ form: { ...form, fullName: 'Nguyễn Văn Khác' } })],
    ['another open office', ({ form }) => ({ form: { ...form, officeCode: '03102' } })],
    ['a field that is none', ({ form }) => ({ form: { ...form, nickname: 'Tý' } })],
    ['no photos', () => ({ photos: {} })],
  ])('does not have it for other content: %s', async (_what, change) => {
    const citizen = world.stranger({ officeCode: '03104' });
    const key = randomUUID();
    await lastDayOf('03104', null);
    await citizen.submits({ key });
    await closes('03104');
    const kept = await keeping.addedBy(async () => {
      expect((await citizen.sends({ key, ...change(citizen) })).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    });
    expect(kept).toEqual({});
  });

  it('was refused, and leaves its key free for the same content on a better day', async () => {
    const citizen = world.stranger({ officeCode: '03105' });
    const key = randomUUID();
    await closes('03105');
    expect((await citizen.sends({ key })).body.errors).toMatchObject([{ pointer: '/officeCode', code: 'office-closed' }]);
    await lastDayOf('03105', null);
    expect((await citizen.sends({ key })).status).toBe(201);
  });

  it('has it when other rules hold meanwhile', async () => {
    const dated = await sharedServer({ profile: 'by-date' });
    const later = new World(dated.url);
    await later.clockIsAt('2025-06-30T16:30:00Z', true);
    const citizen = later.stranger();
    const key = randomUUID();
    const first = await citizen.sends({ key });
    expect(first.status).toBe(201);
    await later.timePasses('PT1H');
    expect((await later.stranger().sends()).body).toMatchObject({ status: 422, code: 'validation-failed' });
    const again = await citizen.sends({ key });
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    await dated.dispose();
  });
});

describe('a declaration typed in at the counter whose answer was lost', () => {
  it.each([
    ['named', '03106', {}],
    ['left out', '03107', { officeCode: undefined }],
  ])('has it when the office has closed meanwhile, the office being %s', async (_what, officeCode, changes) => {
    const officer = await world.staff(officeCode);
    const citizen = world.stranger({ officeCode });
    const key = randomUUID();
    const first = await types(officer, citizen, key, changes);
    expect(first.status).toBe(201);
    await closes(officeCode);
    await replays(first, () => types(officer, citizen, key, changes));
    const other = await types(officer, citizen, key, { ...changes, street: 'Số 13 Lạch Tray' });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it.each([
    ['named', {}],
    ['left out', { officeCode: undefined }],
  ])('has it when the officer works elsewhere meanwhile, the office being %s', async (_what, changes) => {
    const officer = await world.staff('03102');
    const citizen = world.stranger();
    const key = randomUUID();
    const first = await types(officer, citizen, key, changes);
    expect(first.status).toBe(201);
    await world.api
      .patch(`/v1/admin/staff/${officer.staff.id}`)
      .auth(admin, { type: 'bearer' })
      .set('If-Match', '*')
      .send({ officeCode: '03108' })
      .expect(200);
    await replays(first, () => types(officer, citizen, key, changes));
  });
});

describe('a draft whose answer was lost', () => {
  it('has it when the office has closed meanwhile, and that is no second attempt', async () => {
    const fields = { fullName: 'Nguyễn Văn Nháp', officeCode: '03109' };
    const key = randomUUID();
    const begins = async (more = {}) =>
      world.api
        .post('/v1/drafts')
        .set('Idempotency-Key', key)
        .send({ ...fields, ...more });
    const first = await begins();
    expect(first.body.draftToken).toMatch(/\S/);
    await closes('03109');
    const attempts = await attemptsOf('draft-by-address');
    await replays(first, () => begins());
    expect(await attemptsOf('draft-by-address')).toBe(attempts);
    expect((await begins({ street: 'Số 12 Lạch Tray' })).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});

describe('a transfer whose answer was lost', () => {
  it('has it when the new office has closed meanwhile', async () => {
    const citizen = world.stranger();
    const { id } = await citizen.submits();
    const officer = await world.staff('03102');
    const key = randomUUID();
    const transfers = async (reason = 'Người dân chuyển nơi ở') =>
      officer.decides(id, 'transfer', { officeCode: '03110', reason }, { etag: '"1"' }).set('Idempotency-Key', key);
    const first = await transfers();
    expect(first.body).toMatchObject({ status: 'SUBMITTED', version: 2 });
    await closes('03110');
    await replays(first, () => transfers());
    expect((await transfers('Khác')).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});

describe('a new officer whose answer was lost', () => {
  it('has the first password in it when the office has closed meanwhile', async () => {
    const key = randomUUID();
    const newcomer = { username: 'canbo8.03111', fullName: 'Mai Thị Cán', role: 'clerk', officeCode: '03111' };
    const makes = async (more = {}) =>
      world.api
        .post('/v1/admin/staff')
        .auth(admin, { type: 'bearer' })
        .set('Idempotency-Key', key)
        .send({ ...newcomer, ...more });
    const first = await makes();
    expect(first.body.oneTimePassword).toMatch(/\S/);
    await closes('03111');
    await replays(first, () => makes());
    expect((await makes({ mayApprove: true })).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REASON_CATALOGUE_VERSION } from '../../src/reasons/reason-catalogue.ts';
import { NAMED_STAFF, SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import type { HoldingName } from '../support/holdings.ts';
import { World, type Citizen, type Officer, type Photos } from '../support/people.ts';
import { opens } from '../support/raw-http.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

const MORNING = '2021-04-20T02:00:00Z';
const RETENTION_DAYS = 30;
const EXPIRY_DAYS = 45;

let server: TestServer;
let world: World;
let records: Records;
let clerk: Officer;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await startServer({ environment: { RETENTION_DAYS: String(RETENTION_DAYS), EXPIRY_DAYS: String(EXPIRY_DAYS) } });
  world = new World(server.url);
  records = Records.of(server.database);
  photos = await smallPhotos();
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await world.reset();
  await world.clockIsAt(MORNING, true);
  clerk = await world.staff('03102');
});

async function isApproved(): Promise<{ citizen: Citizen; id: string }> {
  const citizen = world.citizen('huynh-thi-minh', { emailForNotices: 'true', email: 'minh@example.com' });
  const { id } = await citizen.submits({ photos });
  expect((await clerk.approves(citizen)).status).toBe(200);
  return { citizen, id };
}

async function isRejected(internalNote = 'Ghi chú'): Promise<{ citizen: Citizen; id: string }> {
  const citizen = world.stranger();
  const { id } = await citizen.submits({ photos });
  const { etag } = await clerk.opens(id);
  const rejection = { reasonCode: 'forged-papers', text: 'Lời nhắn cho công dân', internalNote };
  await clerk.decides(id, 'rejection', rejection, { lease: await clerk.leases(id), etag }).expect(200);
  return { citizen, id };
}

async function isWithdrawn(): Promise<{ citizen: Citizen; id: string }> {
  const citizen = world.stranger();
  const { id } = await citizen.submits({ photos });
  expect((await citizen.own('post', '/withdrawal')).status).toBe(200);
  return { citizen, id };
}

async function hasExpired(): Promise<{ citizen: Citizen; id: string }> {
  const citizen = world.stranger();
  const { id } = await citizen.submits({ photos });
  expect((await clerk.returns(citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }])).status).toBe(200);
  await world.timePasses(`P${EXPIRY_DAYS}D`);
  return { citizen, id };
}

/** All ends of a dossier. */
const ENDINGS = { APPROVED: isApproved, REJECTED: isRejected, WITHDRAWN: isWithdrawn, EXPIRED: hasExpired };
const WITHOUT_ACCOUNT = ['REJECTED', 'WITHDRAWN', 'EXPIRED'] as const;

/** What was declared goes with the last hour of its year. */
async function declaredDataGoes(ending: keyof typeof ENDINGS): Promise<void> {
  const { citizen, id } = await ENDINGS[ending]();
  await world.timePasses('P364DT23H');
  expect(await declarationOf(id)).toMatchObject({ status: ending, full_name: 'Nguyễn Văn Người Lạ' });
  await world.timePasses('PT1H');
  const left = {
    status: ending,
    full_name: null,
    phone: null,
    ...(ending === 'REJECTED' && { rejection: { reasonCode: 'forged-papers' } }),
  };
  expect(await declarationOf(id)).toMatchObject(left);
  const dump = await records.dump({ except: ['simulator_inbox'] });
  for (const field of ['fullName', 'insuranceNumber', 'idNumber', 'street'])
    expect([ending, field, dump.includes(citizen.form[field]!)]).toEqual([ending, field, false]);
  expect(dump).not.toContain(citizen.form['phone']!.slice(1));
  expect((await citizen.own('get')).status).toBe(401);
  clerk = await world.staff('03102');
  expect((await clerk.calls('get', `/declarations/${id}`)).body).toMatchObject({ status: 410, code: 'declared-data-erased' });
  expect((await clerk.calls('get', '/declarations?queue=all').expect(200)).body.items).toEqual([]);
}

async function photosGo(ending: keyof typeof ENDINGS): Promise<void> {
  const { id } = await ENDINGS[ending]();
  expect(await declarationOf(id)).toMatchObject({ status: ending });
  clerk = await world.staff('03102');
  expect((await clerk.opens(id)).dossier).toMatchObject({ photos: [{}, {}, {}], photosNotAsked: [] });
  await world.timePasses(`P${RETENTION_DAYS - 1}DT23H`);
  expect([ending, await rowsOf('photos', id), (await filesIn('photos')).length, await filesIn('photo-keys')]).toEqual([ending, 3, 3, [id]]);
  await world.timePasses('PT1H');
  expect([ending, await rowsOf('photos', id), await filesIn('photos'), await filesIn('photo-keys')]).toEqual([ending, 0, [], []]);
  clerk = await world.staff('03102');
  expect((await clerk.opens(id)).dossier).toMatchObject({ photos: [], photosNotAsked: [] });
}

/** Each on a day like the first. */
async function eachOnItsDay<Ending>(endings: readonly Ending[], proof: (ending: Ending) => Promise<void>): Promise<void> {
  for (const ending of endings) {
    await world.reset();
    await world.clockIsAt(MORNING, true);
    clerk = await world.staff('03102');
    await proof(ending);
  }
}

/** The number of rows, now. */
async function rowsOf(table: string, id: string): Promise<number> {
  return records.count(table, 'declaration_id = $1', [id]);
}

async function declarationOf(id: string): Promise<Record<string, unknown> | undefined> {
  return (await records.rows<Record<string, unknown>>('SELECT * FROM declarations WHERE id = $1', [id]))[0];
}

async function filesIn(folder: string): Promise<string[]> {
  const path = join(server.dataDir, folder);
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Each row of the table, tried. What one of them says is what its row says. */
const PROOFS: Readonly<Record<HoldingName, () => Promise<void>>> = {
  draft: async () => {
    const wizard = await Wizard.isReady(world, photos);
    await world.timePasses('P29DT23H');
    expect((await wizard.reads())['fullName']).toBe('Nguyễn Văn Người Lạ');
    await world.timePasses('PT1H');
    expect((await wizard.calls('get')).body).toMatchObject({ status: 410, code: 'draft-expired' });
    expect(await declarationOf(wizard.id)).toMatchObject({ full_name: null, id_number: null, phone: null });
    expect(await rowsOf('photos', wizard.id)).toBe(0);
    expect([await filesIn('photos'), await filesIn('photo-keys')]).toEqual([[], []]);
    await world.timePasses('P30D');
    expect(await declarationOf(wizard.id)).toBeUndefined();
  },
  'dossier-with-account': async () => {
    const { id } = await isApproved();
    await world.timePasses('P800D');
    expect(await declarationOf(id)).toMatchObject({ full_name: 'Huỳnh Thị Minh', erased_at: null });
    const [revision] = await records.rows('SELECT form FROM declaration_revisions WHERE declaration_id = $1', [id]);
    expect(revision).toMatchObject({ form: { fullName: 'Huỳnh Thị Minh' } });
  },
  'dossier-without-account': () => eachOnItsDay(WITHOUT_ACCOUNT, declaredDataGoes),
  number: async () => {
    const { citizen, id } = await isRejected();
    const { dossierNumber } = citizen.receipt!;
    await world.timePasses('P800D');
    expect(await declarationOf(id)).toMatchObject({ dossier_number: dossierNumber, receiving_office_code: '03102', status: 'REJECTED' });
    const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
    expect(body.counters).toEqual([expect.objectContaining({ officeCode: '03102', continuous: true, last: 1 })]);
  },
  photos: () => eachOnItsDay(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[], photosGo),
  'shred-ledger': async () => {
    const { citizen, id } = await isApproved();
    const photoIds = (await records.rows<{ id: string }>('SELECT id FROM photos WHERE declaration_id = $1', [id])).map((row) => row.id);
    await world.timePasses('P800D');
    const text = await readFile(join(server.dataDir, 'shredded', 'default.jsonl'), 'utf8');
    for (const shredded of [...photoIds, id]) expect(text).toContain(shredded);
    for (const value of Object.values(citizen.form).filter((typed) => typed.length > 5)) expect(text).not.toContain(value);
  },
  uploads: async () => {
    const wizard = await Wizard.begins(world);
    const metadata = `slot ${Buffer.from('portrait').toString('base64')}`;
    const { headers } = await wizard
      .calls('post', '/uploads')
      .set({ 'Tus-Resumable': '1.0.0', 'Upload-Length': '9000', 'Upload-Metadata': metadata });
    await world.api
      .patch(headers['location']!)
      .auth(wizard.token, { type: 'bearer' })
      .set({ 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' })
      .send(photos.portrait.subarray(0, 500))
      .expect(204);
    await world.timePasses('PT23H');
    expect([await rowsOf('uploads', wizard.id), (await filesIn('photos')).length]).toEqual([1, 1]);
    await world.timePasses('PT1H');
    expect([await rowsOf('uploads', wizard.id), await filesIn('photos')]).toEqual([1, []]);
    await world.timePasses('P30D');
    expect(await rowsOf('uploads', wizard.id)).toBe(0);
  },
  consents: async () => {
    const { id } = await isRejected();
    await world.timePasses('P800D');
    expect(
      await records.rows('SELECT purpose, text_version, accepted_at FROM consents WHERE declaration_id = $1 ORDER BY 1', [id]),
    ).toEqual([
      { purpose: 'commitment', text_version: '2021-04', accepted_at: new Date(MORNING) },
      { purpose: 'data-processing', text_version: '2021-04', accepted_at: new Date(MORNING) },
    ]);
  },
  'tracking-code': async () => {
    const { citizen, id } = await isRejected();
    const hash = (await declarationOf(id))!['tracking_code_hash'] as Buffer;
    expect(await records.dump()).not.toContain(citizen.receipt!.trackingCode);
    await world.api
      .post('/v1/declarations/tracking-code')
      .send({ dossierNumber: citizen.receipt!.dossierNumber, phone: citizen.form['phone'] });
    await world.message({ template: 'tracking-code', dossierNumber: citizen.receipt!.dossierNumber });
    expect((await declarationOf(id))!['tracking_code_hash']).not.toEqual(hash);
    await world.timePasses('P365D');
    expect(await declarationOf(id)).toMatchObject({ tracking_code_hash: null });
  },
  lease: async () => {
    const citizen = world.stranger();
    const { id } = await citizen.submits({ photos });
    await clerk.leases(id);
    expect(await declarationOf(id)).toMatchObject({ lease_holder_id: clerk.staff.id });
    await citizen.own('post', '/withdrawal');
    expect(await declarationOf(id)).toMatchObject({ lease_holder_id: null, lease_token_hash: null });
  },
  visits: async () => {
    const citizen = world.stranger();
    const { id, dossierNumber } = await citizen.submits({ photos });
    const elsewhere = await world.staff('03103');
    await elsewhere.calls('post', '/visits').send({ dossierNumber, idNumber: citizen.form['idNumber'] }).expect(201);
    expect(await rowsOf('visits', id)).toBe(1);
    await world.timePasses('PT15M');
    expect(await rowsOf('visits', id)).toBe(0);
  },
  'pending-phone': async () => {
    const { id } = await isApproved();
    await clerk.calls('patch', `/declarations/${id}/phone`).send({ phone: '0352153111', reason: 'Mất điện thoại' }).expect(202);
    await world.timePasses('PT23H59M');
    expect(await rowsOf('phone_changes', id)).toBe(1);
    await world.timePasses('PT1M');
    expect(await rowsOf('phone_changes', id)).toBe(0);
    expect(await records.dump({ except: ['simulator_inbox'] })).not.toContain('352153111');
  },
  notes: async () => {
    const { id } = await isRejected('Ghi chú zq-kin');
    await world.timePasses('P364D');
    expect(await rowsOf('staff_notes', id)).toBe(1);
    await world.timePasses('P1D');
    expect(await records.dump()).not.toContain('zq-kin');
    clerk = await world.staff('03102');
    const { body } = await clerk.calls('get', `/declarations/${id}/history`).expect(200);
    expect(body.items).toContainEqual(
      expect.objectContaining({
        action: 'reject',
        details: { reasonCode: 'forged-papers', catalogueVersion: REASON_CATALOGUE_VERSION, internalNote: null },
      }),
    );
  },
  comparison: async () => {
    const { id } = await isRejected();
    await world.timePasses('P364D');
    expect(await records.rows('SELECT name, birth_year FROM comparisons')).toEqual([{ name: 'nguyen van nguoi la', birth_year: 1990 }]);
    await world.timePasses('P1D');
    expect(await rowsOf('comparisons', id)).toBe(0);
  },
  likeness: async () => {
    const { id } = await isApproved();
    await isRejected();
    const other = { status: 'APPROVED', duplicate_suspected: true };
    await world.timePasses('P364D');
    expect([await records.count('duplicate_pairs'), await declarationOf(id)]).toEqual([1, expect.objectContaining(other)]);
    await world.timePasses('P1D');
    expect([await records.count('duplicate_pairs'), await declarationOf(id)]).toEqual([
      0,
      expect.objectContaining({ ...other, duplicate_suspected: false }),
    ]);
  },
  messages: async () => {
    const { id } = await isRejected();
    await world.timePasses('PT1S');
    const recipients = await records.rows<{ recipient: string }>('SELECT recipient FROM messages WHERE declaration_id = $1', [id]);
    expect(recipients).toHaveLength(2);
    for (const { recipient } of recipients) expect(recipient).toMatch(/^\d{3}\*{4}\d{3}$/);
    await world.timePasses('P29D');
    expect(await rowsOf('messages', id)).toBe(2);
    await world.timePasses('P1D');
    expect(await rowsOf('messages', id)).toBe(0);
  },
  secrets: async () => {
    const { citizen } = await isApproved();
    const password = await citizen.readsPassword();
    expect(await records.count('messages', 'secret IS NOT NULL')).toBe(0);
    expect(await records.dump({ except: ['simulator_inbox'] })).not.toContain(password);
    const [times] = await records.rows<{ hours: number }>(
      `SELECT extract(epoch FROM expires_at - created_at)::int / 3600 AS hours FROM messages WHERE purpose = 'credentials'`,
    );
    expect(times).toEqual({ hours: 72 });
  },
  account: async () => {
    const { citizen } = await isApproved();
    const password = await citizen.readsPassword();
    await world.timePasses('PT72H');
    expect((await citizen.logsIn(password)).status).toBe(401);
    await world.timePasses('P800D');
    const [account, ...more] = await records.rows<{ password_hash: string }>('SELECT password_hash FROM accounts');
    expect([account!.password_hash, more]).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/), []]);
  },
  'one-time-password': async () => {
    const { citizen } = await isApproved();
    const insuranceNumber = citizen.form['insuranceNumber'];
    await world.api.post('/v1/password-resets').send({ insuranceNumber }).expect(202);
    const { fields } = await world.message({ template: 'password-reset' });
    const otp = fields['otp']!;
    expect(await records.count('password_resets', `otp_hash = convert_to($1, 'UTF8')`, [otp])).toBe(0);
    await world.timePasses('PT5M');
    await world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber, otp, newPassword: 'Biển xanh mây trắng' }).expect(401);
  },
  sessions: async () => {
    const { citizen } = await isApproved();
    const { body } = await citizen.logsIn(await citizen.readsPassword());
    await world.api.delete('/v1/sessions/current').auth(body.accessToken, { type: 'bearer' }).expect(204);
    expect(await records.count('account_sessions')).toBe(0);
    const [officer] = NAMED_STAFF;
    await world.api.post('/v1/staff/sessions').send({ username: officer!.username, password: SIMULATED_PASSWORD }).expect(201);
    expect(await records.count('audit_entries', `subject_kind = 'staff' AND action = 'log-in'`)).toBe(1);
    expect(await records.count('staff_sessions')).toBeGreaterThan(0);
    await world.timePasses('PT12H');
    expect(await records.count('staff_sessions')).toBe(0);
  },
  limits: async () => {
    const { citizen } = await isRejected();
    expect(await records.count('attempt_counters')).toBeGreaterThan(0);
    const dump = (await records.rows<{ bucket: string }>('SELECT bucket FROM attempt_counters')).map(({ bucket }) => bucket).join(' ');
    for (const value of [citizen.form['insuranceNumber']!, citizen.form['phone']!.slice(1), '127.0.0.1']) expect(dump).not.toContain(value);
    await world.timePasses('P1D');
    expect(await records.count('attempt_counters')).toBe(0);
  },
  'idempotency-keys': async () => {
    await world.stranger().submits({ photos, key: 'a-key-of-mine' });
    expect(await records.count('idempotency_keys')).toBe(1);
    expect(await records.dump()).not.toContain('a-key-of-mine');
    await world.timePasses('PT24H');
    expect(await records.count('idempotency_keys')).toBe(0);
  },
  record: async () => {
    const { citizen, id } = await isRejected();
    const before = await records.rows('SELECT * FROM audit_entries WHERE subject_id = $1 ORDER BY sequence', [id]);
    await world.timePasses('P800D');
    expect(
      (await records.rows('SELECT * FROM audit_entries WHERE subject_id = $1 ORDER BY sequence', [id])).slice(0, before.length),
    ).toEqual(before);
    const text = JSON.stringify(await records.rows('SELECT details, action FROM audit_entries'));
    for (const value of Object.values(citizen.form).filter((typed) => typed.length > 5)) expect(text).not.toContain(value);
  },
  staff: async () => {
    const { id } = await isRejected();
    await world.timePasses('P800D');
    const officer = await world.staff('03102');
    const { body } = await officer.calls('get', `/declarations/${id}/history`).expect(200);
    expect(body.items).toContainEqual(
      expect.objectContaining({ action: 'reject', actor: expect.objectContaining({ name: clerk.staff.fullName }) }),
    );
  },
  spool: async () => {
    await isRejected();
    expect(await filesIn('spool')).toEqual([]);
    const copy = await startServer({ beside: server });
    const sender = await opens(copy.url);
    sender.write(
      'POST /v1/declarations HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: half\r\nContent-Length: 900000\r\n' +
        'Content-Type: multipart/form-data; boundary=part\r\n\r\n--part\r\nContent-Disposition: form-data; name="portrait"; filename="a.jpg"\r\n\r\n',
    );
    sender.write(photos.portrait.subarray(0, 2_000));
    while ((await filesIn('spool')).length === 0);
    const [half] = await filesIn('spool');
    expect((await readFile(join(server.dataDir, 'spool', half!))).includes(photos.portrait.subarray(0, 64))).toBe(false);
    await copy.stop('SIGKILL');
    sender.destroy();
    expect(await filesIn('spool')).toEqual([half]);
    await world.timePasses('PT15M');
    expect(await filesIn('spool')).toEqual([]);
  },
  inbox: async () => {
    const { citizen } = await isRejected();
    await world.message({ dossierNumber: citizen.receipt!.dossierNumber });
    await world.timePasses('P800D');
    expect((await world.messages()).length).toBeGreaterThan(0);
    await world.reset();
    expect(await world.messages()).toEqual([]);
  },
};

describe('docs/privacy.md says how long it is kept, and so it is:', () => {
  it.each(Object.entries(PROOFS))('%s', (_holding, proof) => proof());
});

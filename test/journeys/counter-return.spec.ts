import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { REASON_CATALOGUE_VERSION } from '../../src/reasons/reason-catalogue.ts';
import { readPdf } from '../support/pdf.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

/** What a refusal tells of a dossier that came back. */
const WITH_ITS_CITIZEN = { state: 'RETURNED', allowedActions: ['resubmit', 'withdraw'] };
const NOTE = 'Ghi chú chỉ dành cho cán bộ zq-kin';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

/** A citizen whose dossier came back for these parts. */
async function returned(items: object[], citizen = world.stranger()): Promise<Citizen> {
  await citizen.submits();
  const { status, body } = await clerk.returns(citizen, items, NOTE);
  expect([status, body.status]).toEqual([200, 'RETURNED']);
  return citizen;
}

function putsPhoto(citizen: Citizen, slot: string, photo: Buffer) {
  return world.api
    .put(`/v1/declarations/${citizen.receipt!.id}/photos/${slot}`)
    .auth(citizen.receipt!.trackingCode, { type: 'bearer' })
    .attach('file', photo, 'photo.jpg');
}

describe('a return', () => {
  it('tells the citizen part by part what is wrong, in the language asked for, and what to do next', async () => {
    const citizen = await returned([
      { field: 'phone', reasonCode: 'phone-wrong', text: 'Số này không liên lạc được.' },
      { slot: 'portrait', reasonCode: 'photo-blurred' },
      { reasonCode: 'papers-missing' },
    ]);
    const { body } = await citizen.own('get');
    expect(body).toMatchObject({
      status: 'RETURNED',
      revision: 1,
      allowedActions: ['resubmit', 'withdraw'],
      nextStep: 'Vui lòng sửa những mục bị trả lại rồi gửi lại tờ khai.',
      returnedItems: [
        {
          field: 'phone',
          reasonCode: 'phone-wrong',
          text: 'Số này không liên lạc được.',
          message: 'Số điện thoại không đúng hoặc không liên lạc được. Vui lòng khai số đang sử dụng.',
        },
        { slot: 'portrait', reasonCode: 'photo-blurred', message: 'Ảnh bị mờ. Vui lòng chụp lại rõ nét.' },
        {
          reasonCode: 'papers-missing',
          message: 'Thiếu giấy tờ khi đến làm thủ tục. Vui lòng gửi lại tờ khai và mang đủ giấy tờ.',
        },
      ],
    });
    const english = await world.api
      .get(`/v1/declarations/${citizen.receipt!.id}`)
      .auth(citizen.receipt!.trackingCode, { type: 'bearer' })
      .set('Accept-Language', 'en');
    expect(english.body.returnedItems[1].message).toBe('The photo is blurred. Please take it again, sharp.');
  });

  it('is on record with the version of the catalogue that its reasons are from, one part with several of them', async () => {
    const given = ['photo-dark', 'photo-glare'].map((reasonCode) => ({ slot: 'idFront', reasonCode }));
    const citizen = await returned(given);
    const { body } = await citizen.own('get');
    expect(body.returnedItems).toEqual(
      given.map((item) => ({ ...item, catalogueVersion: REASON_CATALOGUE_VERSION, message: expect.stringMatching(/\. Vui lòng .*\.$/) })),
    );
    const { body: history } = await clerk.calls('get', `/declarations/${citizen.receipt!.id}/history`);
    expect(history.items.at(-1).details).toMatchObject({ items: given, catalogueVersion: REASON_CATALOGUE_VERSION });
  });

  const faulty: [string, object[], string[]][] = [
    ['a reason that nobody knows', [{ field: 'phone', reasonCode: 'bad-mood' }], ['/items/0/reasonCode']],
    ['a final reason, which would reject', [{ reasonCode: 'forged-papers' }], ['/items/0/reasonCode']],
    ['a reason that is for another part', [{ field: 'phone', reasonCode: 'photo-blurred' }], ['/items/0/reasonCode']],
    ['a field that the form has not', [{ field: 'age', reasonCode: 'phone-wrong' }], ['/items/0/field', '/items/0/reasonCode']],
    [
      'a field by the name of what every object has',
      [{ field: 'toString', reasonCode: 'phone-wrong' }],
      ['/items/0/field', '/items/0/reasonCode'],
    ],
    ['field and slot in one item', [{ field: 'phone', slot: 'portrait', reasonCode: 'phone-wrong' }], ['/items/0/slot']],
    ['null where nothing is meant', [{ field: 'phone', reasonCode: 'phone-wrong', text: null }], ['/items/0/text']],
    ['no item at all', [], ['/items']],
    [
      'faults in several items, all named',
      [{ reasonCode: 'x' }, { reasonCode: 'papers-missing' }, { reasonCode: 'y' }],
      ['/items/0/reasonCode', '/items/2/reasonCode'],
    ],
  ];
  it.each(faulty)('is refused with %s', async (_what, items, pointers) => {
    const citizen = world.stranger();
    await citizen.submits();
    const { body } = await clerk.returns(citizen, items);
    expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
    expect((await citizen.own('get')).body).toMatchObject({ status: 'IN_VERIFICATION', returnedItems: [] });
  });
});

describe('after a return', () => {
  it('only the returned fields may be changed; what belongs together may be changed together', async () => {
    const citizen = await returned([
      { field: 'phone', reasonCode: 'phone-wrong' },
      { field: 'street', reasonCode: 'address-incomplete' },
    ]);
    const locked = await citizen.own('patch', '', { phone: '0352153111', fullName: 'Người Khác', idNumber: '079090000001' });
    expect(locked.body).toMatchObject({ status: 409, code: 'field-locked', ...WITH_ITS_CITIZEN });
    expect(locked.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/fullName', '/idNumber']);
    expect((await citizen.own('get')).body).toMatchObject({ phone: expect.stringMatching(/^\+849012/), fullName: 'Nguyễn Văn Người Lạ' });

    const address = { provinceCode: '01', districtCode: '001', wardCode: '00001', street: '12 Hàng Than' };
    const changed = await citizen.own('patch', '', { phone: '0352.153.111', ...address });
    expect(changed.body).toMatchObject({ phone: '+84352153111', ...address, status: 'RETURNED' });
  });

  it('a new value meets the same rules as the first one', async () => {
    const citizen = await returned([{ field: 'phone', reasonCode: 'phone-wrong' }]);
    expect((await citizen.own('patch', '', { phone: '02253826582' })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/phone', code: 'phone-landline' }],
    });
    const { body } = await citizen.own('patch', '', { phone: null });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/phone', code: 'required' }] });
  });

  it('a number that is returned cannot become one that somebody else has under way', async () => {
    const other = world.stranger();
    await other.submits();
    const citizen = await returned([{ field: 'insuranceNumber', reasonCode: 'differs-from-bhxh-database' }]);
    const { body } = await citizen.own('patch', '', { insuranceNumber: other.form['insuranceNumber']! });
    expect(body).toMatchObject({ status: 409, code: 'declaration-already-open', ...WITH_ITS_CITIZEN });
  });

  it('only the returned photos may be replaced, by photos that pass the same gate', async () => {
    const citizen = await returned([{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    const [sharp, blurred] = await Promise.all([
      world.photo('portrait', { seed: 'again' }),
      world.photo('portrait', { defect: 'blurred' }),
    ]);
    expect((await putsPhoto(citizen, 'idFront', sharp)).body).toMatchObject({
      status: 409,
      code: 'field-locked',
      errors: [{ pointer: '/idFront', code: 'field-locked' }],
      ...WITH_ITS_CITIZEN,
    });
    expect((await putsPhoto(citizen, 'portrait', blurred)).body).toMatchObject({ status: 422, code: 'photo-rejected' });
    expect((await putsPhoto(citizen, 'portrait', sharp)).body).toMatchObject({ slot: 'portrait' });
  });

  it('nothing may be changed that did not come back: before the return and after the resubmission', async () => {
    const early = world.stranger();
    await early.submits();
    expect((await early.own('patch', '', { phone: '0352153111' })).body).toMatchObject({
      status: 409,
      code: 'invalid-state',
      state: 'SUBMITTED',
    });
    const citizen = await returned([{ field: 'phone', reasonCode: 'phone-wrong' }]);
    await citizen.own('post', '/resubmission');
    expect((await citizen.own('patch', '', { phone: '0352153111' })).body).toMatchObject({
      status: 409,
      code: 'invalid-state',
      state: 'SUBMITTED',
    });
  });
});

describe('a resubmission', () => {
  it('keeps the number, is the next revision, and leaves the earlier one readable, its photo included', async () => {
    const citizen = await returned([
      { field: 'phone', reasonCode: 'phone-wrong' },
      { slot: 'portrait', reasonCode: 'photo-blurred' },
    ]);
    const { id, dossierNumber } = citizen.receipt!;
    await citizen.own('patch', '', { phone: '0352153111' });
    expect((await putsPhoto(citizen, 'portrait', await world.photo('portrait', { seed: 'again' }))).status).toBe(200);
    const { body } = await citizen.own('post', '/resubmission');
    expect(body).toMatchObject({ id, dossierNumber, status: 'SUBMITTED', revision: 2, phone: '+84352153111', returnedItems: [] });

    const [first, second] = await records.rows<{ form: { phone: string }; photo_ids: Record<string, string> }>(
      'SELECT form, photo_ids FROM declaration_revisions WHERE declaration_id = $1 ORDER BY revision',
      [id],
    );
    expect([first!.form.phone, second!.form.phone]).toEqual([expect.stringMatching(/^\+849012/), '+84352153111']);
    expect(second!.photo_ids).toEqual({ ...first!.photo_ids, portrait: expect.not.stringContaining(first!.photo_ids['portrait']!) });
    const files = (await readdir(join(server.dataDir, 'photos'), { recursive: true })).join('\n');
    for (const photoId of [...Object.values(first!.photo_ids), second!.photo_ids['portrait']!]) expect(files).toContain(photoId);
    const { body: queue } = await clerk.calls('get', '/declarations?queue=new&sort=-age&limit=100');
    expect(queue.items).toContainEqual(expect.objectContaining({ id, dossierNumber, revision: 2 }));
    expect((await clerk.opens(id)).dossier).toMatchObject({ revision: 2, declared: { phone: '+84352153111' } });
  });

  it('leaves each revision to be read: fields, form and photos, by citizen and clerk', async () => {
    const citizen = await returned([
      { field: 'phone', reasonCode: 'phone-wrong' },
      { slot: 'portrait', reasonCode: 'photo-blurred' },
    ]);
    const { id } = citizen.receipt!;
    await citizen.own('patch', '', { phone: '0352153111' });
    await putsPhoto(citizen, 'portrait', await world.photo('portrait', { seed: 'again' }));
    const whileAmended = (await clerk.opens(id)).dossier as unknown as { revisions: { declared: { phone: string } }[] };
    expect(whileAmended.revisions.map(({ declared }) => declared.phone)).toEqual([expect.stringMatching(/^\+849012/)]);
    await citizen.own('post', '/resubmission');

    const { revisions } = (await citizen.own('get', '/history')).body;
    expect(revisions).toMatchObject([
      { revision: 1, declared: { phone: expect.stringMatching(/^\+849012/) }, photos: ['portrait', 'idFront', 'idBack'] },
      { revision: 2, declared: { phone: '+84352153111' }, photos: ['portrait', 'idFront', 'idBack'] },
    ]);
    expect(((await clerk.opens(id)).dossier as Record<string, unknown>)['revisions']).toEqual(revisions);

    const asCitizen = (path: string) => world.api.get(path).auth(citizen.receipt!.trackingCode, { type: 'bearer' });
    const phoneOnForm = async (form: Buffer) => /0(901|352)\d{6}/.exec((await readPdf(form)).pages[0]!.replaceAll(' ', ''))![0];
    const shown = [];
    for (const query of ['', '?revision=1', '?revision=2']) {
      const own = await asCitizen(`/v1/declarations/${id}/form.pdf${query}`).buffer().expect(200);
      const atCounter = await clerk.calls('get', `/declarations/${id}/form.pdf${query}`).buffer().expect(200);
      expect((atCounter.body as Buffer).equals(own.body as Buffer)).toBe(true);
      shown.push(await phoneOnForm(own.body as Buffer));
    }
    expect(shown).toEqual(['0352153111', citizen.form['phone'], '0352153111']);

    const portrait = async (query: string) =>
      (await clerk.calls('get', `/declarations/${id}/photos/portrait${query}`).expect(200)).body as Buffer;
    const [now, first, second] = [await portrait(''), await portrait('?revision=1'), await portrait('?revision=2')];
    expect([now.equals(second), now.equals(first)]).toEqual([true, false]);

    expect((await asCitizen(`/v1/declarations/${id}/form.pdf?revision=3`)).body).toMatchObject({ status: 404, code: 'not-found' });
    expect((await clerk.calls('get', `/declarations/${id}/photos/portrait?revision=3`)).body).toMatchObject({ code: 'not-found' });
    expect((await asCitizen(`/v1/declarations/${id}/form.pdf?revision=first`)).body).toMatchObject({ code: 'malformed-request' });
  });

  it('may come back once more, and is then the third revision', async () => {
    const citizen = await returned([{ field: 'phone', reasonCode: 'phone-wrong' }]);
    await citizen.own('post', '/resubmission');
    expect((await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-not-own' }])).status).toBe(200);
    expect((await citizen.own('post', '/resubmission')).body).toMatchObject({ revision: 3, dossierNumber: citizen.receipt!.dossierNumber });
  });
});

describe('the history', () => {
  it('holds every step with who did it, from which office, and the internal note; the citizen sees the steps alone', async () => {
    const citizen = world.stranger();
    await citizen.submits();
    const supervisor = await world.staff('03102', 'supervisor');
    await supervisor.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong' }], NOTE);
    await citizen.own('patch', '', { phone: '0352153111' });
    await citizen.own('post', '/resubmission');
    const { etag } = await clerk.opens(citizen.receipt!.id);
    const lease = await clerk.leases(citizen.receipt!.id);
    await clerk.decides(citizen.receipt!.id, 'rejection', { reasonCode: 'never-came', internalNote: NOTE }, { lease, etag }).expect(200);

    const { body: whole } = await clerk.calls('get', `/declarations/${citizen.receipt!.id}/history`);
    const byCitizen = { kind: 'citizen', name: null, officeCode: null };
    const bySupervisor = { kind: 'staff', name: supervisor.staff.fullName, officeCode: '03102' };
    const byClerk = { kind: 'staff', name: clerk.staff.fullName, officeCode: '03102' };
    expect(whole.items.map(({ action, from, to, actor }: Record<string, never>) => ({ action, from, to, actor }))).toEqual([
      { action: 'submit', from: null, to: 'SUBMITTED', actor: byCitizen },
      { action: 'view', from: null, to: null, actor: bySupervisor },
      { action: 'lease', from: 'SUBMITTED', to: 'IN_VERIFICATION', actor: bySupervisor },
      { action: 'return', from: 'IN_VERIFICATION', to: 'RETURNED', actor: bySupervisor },
      { action: 'amend', from: null, to: null, actor: byCitizen },
      { action: 'resubmit', from: 'RETURNED', to: 'SUBMITTED', actor: byCitizen },
      { action: 'view', from: null, to: null, actor: byClerk },
      { action: 'lease', from: 'SUBMITTED', to: 'IN_VERIFICATION', actor: byClerk },
      { action: 'reject', from: 'IN_VERIFICATION', to: 'REJECTED', actor: byClerk },
    ]);
    expect(whole.items[3].details).toMatchObject({ internalNote: NOTE, items: [{ field: 'phone', reasonCode: 'phone-wrong' }] });
    expect(whole.items.map(({ sequence }: { sequence: number }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);

    const { body: own } = await citizen.own('get', '/history');
    expect(own.items.map(({ action }: { action: string }) => action)).toEqual(['submit', 'lease', 'return', 'resubmit', 'lease', 'reject']);
    expect(Object.keys(own.items[0]).sort()).toEqual(['action', 'at', 'from', 'to']);
  });

  it('keeps the internal note from everything that the citizen is shown or sent', async () => {
    const mailed = await returned(
      [{ field: 'phone', reasonCode: 'phone-wrong' }],
      world.stranger({ emailForNotices: 'true', email: 'nguoi.la@example.com' }),
    );
    const texted = await returned([{ field: 'phone', reasonCode: 'phone-wrong' }]);
    const mail = await world.message({ dossierNumber: mailed.receipt!.dossierNumber, template: 'returned' });
    const sms = await world.message({ dossierNumber: texted.receipt!.dossierNumber, template: 'returned' });
    const raw = await world.api.get(`/_sim/messages/${mail.id}/raw`).buffer().expect(200);
    const { html } = await PostalMime.parse(raw.text);
    expect(html).toContain('Số điện thoại không đúng');
    const shown = await Promise.all([mailed, texted].flatMap((citizen) => [citizen.own('get'), citizen.own('get', '/history')]));
    const everything = [JSON.stringify(mail), JSON.stringify(sms), html, ...shown.map(({ text }) => text)].join('\n');
    expect(everything).not.toMatch(/zq-kin|Ghi ch/);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { checklistFor, World, type Citizen, type FormFields, type Officer, type Photos, type Receipt } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const MORNING = '2021-04-20T01:00:00.000Z';
const OFFICE = '03102';
const REASON = 'Cả cơ quan đi tập huấn, tôi trực một mình zq-kin';

let server: SharedServer;
let world: World;
let records: Records;
/** Who types at the window, who sits beside, and who answers for the office. */
let lan: Officer;
let hai: Officer;
let thu: Officer;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt(MORNING, true);
  [lan, hai, thu] = [await world.staff(OFFICE), await world.staff(OFFICE), await world.staff(OFFICE, 'supervisor')];
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

interface Typed {
  photos?: Photos;
  key?: string | undefined;
  form?: FormFields;
}

/** What the officer sends after the camera at the counter has clicked three times. */
async function types(token: string, { form = {}, photos, ...wish }: Typed): Promise<Response> {
  const sent = world.api.post('/v1/staff/declarations').auth(token, { type: 'bearer' });
  const key = 'key' in wish ? wish.key : randomUUID();
  if (key !== undefined) void sent.set('Idempotency-Key', key);
  for (const [name, text] of Object.entries(form)) void sent.field(name, text);
  for (const [slot, bytes] of Object.entries(photos ?? (await world.plainPhotos()))) void sent.attach(slot, bytes, `${slot}.jpg`);
  return sent;
}

/** The form as it is read out at the counter: nobody asks which office. */
function readOut(citizen: Citizen): FormFields {
  const { officeCode: _, ...form } = citizen.form;
  return form;
}

/** Somebody without a phone of the right kind comes in, and the officer files it for them. */
async function comesIn(officer: Officer, citizen = world.stranger()): Promise<Citizen> {
  const answer = await types(officer.token, { form: readOut(citizen) });
  if (answer.status !== 201) throw new Error(`no receipt but ${answer.status} ${JSON.stringify(answer.body)}`);
  citizen.receipt = answer.body as Receipt;
  return citizen;
}

/** An approval under a lease of one's own, which is given back when it was refused; the registry does not know the strangers. */
async function approves(officer: Officer, citizen: Citizen, more: object = {}): Promise<Response> {
  const { id } = citizen.receipt!;
  const checklist = checklistFor(citizen.form['idNumber']!, { registryUnknownConfirmed: true });
  const lease = await officer.leases(id);
  const answer = await officer.decides(id, 'approval', { checklist, ...more }, { lease, etag: '*' });
  if (answer.status !== 200) await officer.calls('delete', `/declarations/${id}/lease`).set('Lease-Token', lease).expect(204);
  return answer;
}

async function historyOf(citizen: Citizen): Promise<Record<string, unknown>[]> {
  const { body } = await hai.calls('get', `/declarations/${citizen.receipt!.id}/history`).expect(200);
  return body.items;
}

describe('“I have no such phone. Can you do it for me?”', () => {
  let grandmother: Citizen;

  it('“Of course.” Lan types, takes three photos, and prints number and tracking code', async () => {
    grandmother = world.citizen('huynh-thi-minh', { email: '+ba.minh@example.com', emailCopy: 'true' });
    grandmother.form['email'] = 'ba.minh@example.com';
    const answer = await types(lan.token, { form: readOut(grandmother) });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      dossierNumber: '00001.GD/2021/03102',
      status: 'SUBMITTED',
      office: { code: OFFICE },
      trackingCode: expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/),
      message: expect.stringContaining('00001.GD/2021/03102'),
    });
    grandmother.receipt = answer.body as Receipt;
  });

  it('“Where is it now?” Her grandson reads it with the code on the paper, and the SMS and the mail are there', async () => {
    const { body } = await grandmother.own('get');
    expect(body).toMatchObject({ dossierNumber: '00001.GD/2021/03102', status: 'SUBMITTED' });
    const { dossierNumber } = grandmother.receipt!;
    await world.message({ channel: 'sms', to: '0352153000', template: 'received', dossierNumber });
    await world.message({ channel: 'email', to: 'ba.minh@example.com', template: 'declaration-copy', dossierNumber });
  });

  it('“Who typed this?” Everybody at the office sees it, and Lan sees that it was herself', async () => {
    const { id } = grandmother.receipt!;
    const typedBy = { name: lan.staff.fullName, officeCode: OFFICE };
    expect((await lan.opens(id)).dossier).toMatchObject({ channel: 'counter', typedBy: { ...typedBy, me: true } });
    expect((await hai.opens(id)).dossier).toMatchObject({ channel: 'counter', typedBy: { ...typedBy, me: false }, originalSeen: null });
    const { body } = await hai.calls('get', '/declarations?queue=new').expect(200);
    expect(body.items).toEqual([expect.objectContaining({ id, channel: 'counter' })]);
    const { text } = await hai.calls('get', '/exports/declarations.csv').buffer().expect(200);
    expect(text.split('\n').map((line) => line.split(',').includes('counter') || line.includes('Kênh'))).toEqual([true, true, false]);
  });

  it('the record names officer and office as who sent it, and the signed paper as what proves the consent', async () => {
    const { id } = grandmother.receipt!;
    expect((await historyOf(grandmother))[0]).toMatchObject({
      action: 'submit',
      actor: { kind: 'staff', name: lan.staff.fullName, officeCode: OFFICE },
      details: { revision: 1, channel: 'counter' },
    });
    expect(await records.rows('SELECT purpose, evidence FROM consents WHERE declaration_id = $1 ORDER BY purpose', [id])).toEqual(
      ['commitment', 'data-processing', 'email-copy'].map((purpose) => ({ purpose, evidence: 'signed-form' })),
    );
  });

  it('“I’ll approve it at once, then.” Not Lan: she typed it. She is told who can', async () => {
    const { body } = await approves(lan, grandmother);
    expect(body).toMatchObject({ status: 409, code: 'four-eyes-required', state: 'IN_VERIFICATION' });
    expect(body.allowedActions).toEqual(expect.arrayContaining(['return', 'reject', 'transfer']));
    expect(body.allowedActions).not.toContain('approve');
    expect(body.detail).toMatch(/đồng nghiệp.*lãnh đạo.*cơ quan khác/s);
    expect(await records.count('accounts')).toBe(0);
  });

  it('“Then I’ll give a reason.” Reasons are for supervisors', async () => {
    expect((await approves(lan, grandmother, { fourEyesOverride: { reason: REASON } })).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect(await records.count('accounts')).toBe(0);
  });

  it('“Hải, would you?” Hải looks at her and the card, types its number as he reads it, and the SMS is there', async () => {
    const { id } = grandmother.receipt!;
    const checklist = checklistFor('031 165 000 123');
    const approved = await hai.decides(id, 'approval', { checklist }, { lease: await hai.leases(id), etag: '*' });
    expect(approved.body).toMatchObject({ status: 'APPROVED' });
    const password = await grandmother.readsPassword();
    expect((await grandmother.logsIn(password)).body).toMatchObject({ mustChangePassword: true });
  });

  it('“Who has seen the original?” Hải, that day, at that office: dossier, history and file say the same', async () => {
    const { id } = grandmother.receipt!;
    const seen = { officeCode: OFFICE, at: MORNING };
    expect((await thu.opens(id)).dossier).toMatchObject({
      originalSeen: { by: hai.staff.fullName, ...seen, idType: 'cccd', idNumber: '********0123' },
    });
    expect((await historyOf(grandmother)).find(({ action }) => action === 'approve')).toMatchObject({
      at: MORNING,
      actor: { name: hai.staff.fullName, officeCode: OFFICE },
      details: {
        idType: 'cccd',
        checked: ['personPresent', 'originalIdSeen', 'originalIdNumber', 'portraitMatches', 'phoneConfirmed', 'formSigned'],
      },
    });
    const { body } = await thu.calls('get', `/declarations/${id}/file`).expect(200);
    expect(body.dossier).toMatchObject({ channel: 'counter', originalSeen: { officerId: hai.staff.id, ...seen } });
  });

  it('“She is here again, without a form.” Her account is there already', async () => {
    expect((await types(lan.token, { form: readOut(grandmother) })).body).toMatchObject({ status: 409, code: 'already-registered' });
  });

  it('she sees what is held about her: typed in at the counter, agreed to on paper', async () => {
    const { body } = await world.api.post('/_sim/tokens').send({ insuranceNumber: '0397097379' }).expect(201);
    await records.rows('UPDATE accounts SET must_change_password = false, password_expires_at = NULL');
    const held = await world.api.get('/v1/me/data').auth(body.accessToken, { type: 'bearer' }).expect(200);
    expect(held.body.dossiers[0]).toMatchObject({
      channel: 'counter',
      consents: expect.arrayContaining([expect.objectContaining({ purpose: 'commitment', evidence: 'signed-form' })]),
    });
  });
});

describe('“I am alone here today,” says Thu, who answers for the office', () => {
  let student: Citizen;

  it('and may not approve without a word what she has typed in herself', async () => {
    student = await comesIn(thu);
    expect((await approves(thu, student)).body).toMatchObject({ status: 409, code: 'four-eyes-required' });
    for (const fourEyesOverride of [{}, { reason: '' }, { reason: ' \n' }, { reason: 'x'.repeat(501) }, 'alone', true]) {
      const { body } = await approves(thu, student, { fourEyesOverride });
      expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    }
  });

  it('nor by somebody else’s hand when she is no longer named for approving', async () => {
    const other = await world.staff(OFFICE, 'supervisor');
    const typed = await comesIn(other);
    await records.rows('UPDATE staff SET may_approve = false WHERE id = $1', [other.staff.id]);
    expect((await approves(other, typed, { fourEyesOverride: { reason: REASON } })).body).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('and does, with her reason; sent twice under one key it is one approval and one report', async () => {
    const { id, dossierNumber } = student.receipt!;
    const body = {
      checklist: checklistFor(student.form['idNumber']!, { registryUnknownConfirmed: true }),
      fourEyesOverride: { reason: REASON },
    };
    const lease = await thu.leases(id);
    const sends = (content: object) => thu.decides(id, 'approval', content, { lease, etag: '*' }).set('Idempotency-Key', 'alone-today');
    const [first, again] = [await sends(body), await sends(body)];
    expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([200, 200, 'true']);
    expect((await sends({ ...body, fourEyesOverride: { reason: 'khác' } })).body).toMatchObject({ code: 'idempotency-key-reused' });
    await world.message({ channel: 'sms', template: 'credentials', dossierNumber });
    const steps = (await historyOf(student)).filter(({ action }) => action === 'four-eyes-overridden' || action === 'approve');
    expect(steps).toEqual([
      expect.objectContaining({
        action: 'four-eyes-overridden',
        actor: { kind: 'staff', name: thu.staff.fullName, officeCode: OFFICE },
        details: { reason: REASON },
      }),
      expect.objectContaining({ action: 'approve' }),
    ]);
  });

  it('which is reported: the office’s statistics count it and name it, as the trail does', async () => {
    const { body } = await hai.calls('get', '/statistics').expect(200);
    const { id: declarationId, dossierNumber } = student.receipt!;
    expect(body.fourEyesOverridden).toEqual({
      total: 1,
      latest: [{ declarationId, dossierNumber, by: thu.staff.fullName, officeCode: OFFICE, at: MORNING }],
    });
    expect(await records.count('audit_entries', `action = 'four-eyes-overridden'`)).toBe(1);
    const elsewhere = await (await world.staff('03103')).calls('get', '/statistics').expect(200);
    expect(elsewhere.body.fourEyesOverridden).toEqual({ total: 0, latest: [] });
    const earlier = await hai.calls('get', '/statistics?from=2021-04-01&to=2021-04-19').expect(200);
    expect(earlier.body.fourEyesOverridden.total).toBe(0);
  });

  it('while her words are for officers only, and stand in no trail', async () => {
    const entries = await records.rows('SELECT entry::text FROM audit_entries entry WHERE subject_id = $1', [student.receipt!.id]);
    expect(JSON.stringify(entries)).not.toContain('zq-kin');
    expect(JSON.stringify((await student.own('get', '/history')).body)).not.toMatch(/zq-kin|four-eyes/);
  });

  it('a reason where nothing is overridden is refused: the report must be true', async () => {
    const online = world.stranger();
    await online.submits();
    for (const citizen of [online, await comesIn(lan)]) {
      expect((await approves(thu, citizen, { fourEyesOverride: { reason: REASON } })).body).toMatchObject({
        status: 422,
        errors: [{ pointer: '/fourEyesOverride', code: 'override-not-needed' }],
      });
      expect((await approves(thu, citizen)).body).toMatchObject({ status: 'APPROVED' });
    }
  });
});

describe('“My phone number is wrong on it”', () => {
  it('comes back amended by its citizen, and is still not for Lan to approve', async () => {
    const citizen = await comesIn(lan);
    const items = [{ field: 'phone', reasonCode: 'phone-wrong' }];
    const { id } = citizen.receipt!;
    await lan.decides(id, 'return', { items }, { lease: await lan.leases(id), etag: '*' }).expect(200);
    expect((await citizen.own('patch', '', { phone: '0352153777' })).status).toBe(200);
    expect((await citizen.own('post', '/resubmission')).body).toMatchObject({ status: 'SUBMITTED', revision: 2 });
    expect((await approves(lan, citizen)).body).toMatchObject({ status: 409, code: 'four-eyes-required' });
    expect((await approves(hai, citizen)).body).toMatchObject({ status: 'APPROVED' });
  });

  it('or goes to the next office, where somebody else verifies it', async () => {
    const citizen = await comesIn(lan);
    const elsewhere = await world.staff('03103');
    const papers = { dossierNumber: citizen.receipt!.dossierNumber, idNumber: citizen.form['idNumber'] };
    await elsewhere.calls('post', '/visits').send(papers).expect(201);
    expect((await approves(elsewhere, citizen)).body).toMatchObject({ status: 'APPROVED' });
  });
});

describe('what goes wrong at the counter', () => {
  it('is said all at once: a photo missing, another office, an unsigned paper, a number too short', async () => {
    const { idBack: _, ...photos } = await world.plainPhotos();
    const form = { ...readOut(world.stranger()), officeCode: '03103', commitmentAccepted: 'false', insuranceNumber: '123' };
    const { body } = await types(lan.token, { form, photos });
    expect(body).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).sort()).toEqual([
      '/commitmentAccepted commitment-required',
      '/idBack photo-missing',
      '/insuranceNumber bad-format',
      '/officeCode office-not-own',
    ]);
  });

  it.each(['03103', '99999', ''])('is filed at no other office, whether there is one or not: “%s”', async (officeCode) => {
    const { body } = await types(lan.token, { form: { ...readOut(world.stranger()), officeCode } });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/officeCode', code: 'office-not-own' }] });
  });

  it('may name the own office, and is a photo or is refused by what it is', async () => {
    const form = { ...readOut(world.stranger()), officeCode: OFFICE };
    const photos = { ...(await world.plainPhotos()), idFront: Buffer.from('%PDF-1.7 scanned at the counter') };
    const refused = await types(lan.token, { form, photos });
    expect(refused.body).toMatchObject({ status: 415, errors: [{ pointer: '/idFront', code: 'unsupported-media-type' }] });
    const json = await world.api
      .post('/v1/staff/declarations')
      .auth(lan.token, { type: 'bearer' })
      .set('Idempotency-Key', 'json')
      .send(form);
    expect(json.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect((await types(lan.token, { form })).status).toBe(201);
  });

  it('is warned of as online: an unknown number, an office far from the address', async () => {
    const form = { ...readOut(world.stranger()), provinceCode: '01', districtCode: '001', wardCode: '00001' };
    const { body } = await types(lan.token, { form });
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual(['number-unknown-to-registry', 'office-far-from-address']);
  });

  it('a number with an open dossier has no second one, whoever types it', async () => {
    const online = world.stranger();
    await online.submits();
    expect((await types(lan.token, { form: readOut(online) })).body).toMatchObject({ status: 409, code: 'declaration-already-open' });
    const walkIn = await comesIn(lan);
    expect((await walkIn.sends()).body).toMatchObject({ status: 409, code: 'declaration-already-open' });
  });

  it('a click too many is one dossier; another person under the same key is refused; without a key each is one of its own', async () => {
    const [one, two] = [readOut(world.stranger()), readOut(world.stranger())];
    const [first, again] = [await types(lan.token, { form: one, key: 'window-1' }), await types(lan.token, { form: one, key: 'window-1' })];
    expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([201, 201, 'true']);
    expect(again.body).toEqual(first.body);
    expect((await types(lan.token, { form: two, key: 'window-1' })).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect((await types(hai.token, { form: two, key: 'window-1' })).status).toBe(201);
    const three = readOut(world.stranger());
    const [keyless, anew] = [
      await types(lan.token, { form: three, key: undefined }),
      await types(lan.token, { form: three, key: undefined }),
    ];
    expect([keyless.status, keyless.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect(anew.body).toMatchObject({ status: 409, code: 'declaration-already-open' });
  });

  it('a university week is counted by officer, not by the one address that all windows share', async () => {
    const buckets = () =>
      records.rows<{ name: string; attempts: number }>(
        `SELECT split_part(bucket, ':', 1) AS name, sum(attempts)::int AS attempts FROM attempt_counters
         WHERE bucket LIKE 'submit-by-%' GROUP BY 1 ORDER BY 1`,
      );
    const before = Object.fromEntries((await buckets()).map(({ name, attempts }) => [name, attempts]));
    for (let student = 0; student < 3; student++) await comesIn(lan);
    const after = Object.fromEntries((await buckets()).map(({ name, attempts }) => [name, attempts]));
    expect(after['submit-by-address']).toBe(before['submit-by-address']);
    expect(after['submit-by-officer']! - before['submit-by-officer']!).toBe(3);
    expect(after['submit-by-insurance-number']).toBe(before['submit-by-insurance-number']);
  });

  it('is not for admins, who see no citizen’s data, and not for citizens', async () => {
    const form = readOut(world.stranger());
    expect((await types(await world.admin(), { form })).body).toMatchObject({ status: 403, code: 'forbidden' });
    const citizen = await comesIn(lan);
    expect((await types(citizen.receipt!.trackingCode, { form })).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await types('', { form })).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

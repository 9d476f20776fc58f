import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { World, type Citizen, type FormFields, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

interface Beside {
  id: string;
  signs: { code: string }[];
  fields: { field: string; own: string | null; other: string | null; same: boolean }[];
  [member: string]: unknown;
}

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let names = 0;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await world.reset();
  await world.clockIsAt('2021-04-20T02:00:00Z');
  clerk = await world.staff('03102');
});

/** Somebody with a name, numbers and photos of their own. */
async function somebody(changes: FormFields = {}) {
  const citizen = world.stranger({
    fullName: `Đặng Thị ${'Hà Lan Mai Cúc Sen Đào Liễu Trúc Bưởi Quế Tre Nhài'.split(' ')[names++ % 12]!}`,
    ...changes,
  });
  return { citizen, photos: await smallPhotos() };
}

async function sends(changes: FormFields = {}): Promise<Citizen> {
  const { citizen, photos } = await somebody(changes);
  await citizen.submits({ photos });
  return citizen;
}

/** The clerk files it for somebody at the counter. @returns the dossier's id */
async function typesIn(changes: FormFields): Promise<string> {
  const { citizen, photos } = await somebody(changes);
  const sent = world.api.post('/v1/staff/declarations').auth(clerk.token, { type: 'bearer' }).set('Idempotency-Key', randomUUID());
  for (const [name, text] of Object.entries(citizen.form)) void sent.field(name, text);
  for (const [slot, bytes] of Object.entries(photos)) void sent.attach(slot, bytes, `${slot}.jpg`);
  return (await sent.expect(201)).body.id;
}

/** Ids and signs in the queue. */
async function queue(officer = clerk): Promise<Record<string, string[]>> {
  // A reader waits a second for what is still to be compared, and is shown what there is then.
  while (await records.count('comparisons', 'answered < asked')) await officer.calls('get', '/declarations?queue=duplicates').expect(200);
  const { body } = await officer.calls('get', '/declarations?queue=duplicates').expect(200);
  const items = body.items as { id: string; duplicateSigns: string[] }[];
  const { body: counted } = await officer.calls('get', '/queues').expect(200);
  expect(counted.counts.duplicates).toBe(items.length);
  return Object.fromEntries(items.map(({ id, duplicateSigns }) => [id, duplicateSigns]));
}

async function beside(citizen: Citizen, officer = clerk): Promise<Beside[]> {
  return (await officer.calls('get', `/declarations/${citizen.receipt!.id}/duplicates`).expect(200)).body.items;
}

function decides(one: Citizen, other: Citizen, decision: string, more: object = {}, officer = clerk) {
  const body = { otherId: other.receipt!.id, decision, reason: 'Đã hỏi người khai', ...more };
  return officer.calls('post', `/declarations/${one.receipt!.id}/duplicate-decisions`).send(body);
}

async function stepsOf({ receipt }: Citizen): Promise<{ action: string; details: Record<string, unknown> }[]> {
  const { body } = await clerk.calls('get', `/declarations/${receipt!.id}/history`).expect(200);
  return body.items;
}

const idOf = ({ receipt }: Citizen) => receipt!.id;
const statusOf = async ({ receipt }: Citizen) => (await clerk.opens(receipt!.id)).dossier['status'];

describe('a family with one phone', () => {
  it('is looked at once: side by side, found to be two people, and gone from the queue; both stay as they were', async () => {
    const mother = await sends({ fullName: 'Bùi Thị Hạnh' });
    const daughter = await sends({ fullName: 'Lê Bùi Thảo', phone: mother.form['phone']! });
    expect(await queue()).toEqual({ [idOf(mother)]: ['same-phone'], [idOf(daughter)]: ['same-phone'] });
    expect((await clerk.opens(idOf(daughter))).dossier).toMatchObject({ duplicates: { undecided: 1 } });

    const [item] = await beside(daughter);
    expect(item).toMatchObject({ id: idOf(mother), inOwnOffice: true, status: 'SUBMITTED', decision: null });
    expect(item!.fields).toEqual([
      { field: 'insuranceNumber', own: daughter.form['insuranceNumber'], other: mother.form['insuranceNumber'], same: false },
      { field: 'fullName', own: 'Lê Bùi Thảo', other: 'Bùi Thị Hạnh', same: false },
      { field: 'dateOfBirth', own: '1990', other: '1990', same: true },
      { field: 'idNumber', own: daughter.form['idNumber'], other: mother.form['idNumber'], same: false },
      { field: 'phone', own: expect.stringMatching(/^\+84/), other: expect.stringMatching(/^\+84/), same: true },
    ]);
    expect(item!['photos']).toContainEqual({
      slot: 'portrait',
      own: `/v1/staff/declarations/${idOf(daughter)}/photos/portrait`,
      other: `/v1/staff/declarations/${idOf(mother)}/photos/portrait`,
      sameFile: false,
    });

    const { body } = await decides(daughter, mother, 'not-duplicate').expect(200);
    expect(body).toMatchObject({ otherId: idOf(mother), decision: 'not-duplicate', undecided: 0 });
    expect(await queue()).toEqual({});
    expect([await statusOf(mother), await statusOf(daughter)]).toEqual(['SUBMITTED', 'SUBMITTED']);
    for (const [one, other] of [
      [mother, daughter],
      [daughter, mother],
    ] as const) {
      const steps = await stepsOf(one);
      expect(steps).toContainEqual(
        expect.objectContaining({ action: 'view-duplicates', details: { beside: [idOf(other)], because: 'own-office' } }),
      );
      const details = { other: idOf(other), decision: 'not-duplicate', signs: ['same-phone'], reason: 'Đã hỏi người khai' };
      expect(steps).toContainEqual(expect.objectContaining({ action: 'decide-duplicate', details }));
    }
  });

  it('is asked for again when it turns out to have one face too', async () => {
    const mother = await somebody();
    const daughter = await somebody({ phone: mother.citizen.form['phone']! });
    await mother.citizen.submits(mother);
    await daughter.citizen.submits(daughter);
    await queue();
    await decides(daughter.citizen, mother.citizen, 'not-duplicate').expect(200);
    await clerk.returns(daughter.citizen, [{ slot: 'portrait', reasonCode: 'photo-blurred' }]);
    const { id, trackingCode } = daughter.citizen.receipt!;
    await world.api
      .put(`/v1/declarations/${id}/photos/portrait`)
      .auth(trackingCode, { type: 'bearer' })
      .attach('file', mother.photos.portrait, 'a.jpg')
      .expect(200);
    await daughter.citizen.own('post', '/resubmission');
    expect(await queue()).toEqual({ [idOf(mother.citizen)]: ['same-photo', 'same-phone'], [id]: ['same-photo', 'same-phone'] });
  });
});

describe('whatever door a declaration comes through', () => {
  it('it is compared by the same function: in one request, from a draft, typed in at the counter, sent again, and with a phone changed there', async () => {
    const first = await sends();
    const idNumber = first.form['idNumber']!;
    const again = await sends({ idNumber });
    const wizard = await Wizard.isReady(world, await smallPhotos(), (await somebody({ idNumber })).citizen.fields);
    await wizard.submits().expect(201);
    const walkIn = await typesIn({ idNumber });
    const amended = await sends();
    await clerk.returns(amended, [{ field: 'idNumber', reasonCode: 'id-number-differs-from-paper' }]);
    expect((await amended.own('patch', '', { idNumber })).status).toBe(200);
    expect((await amended.own('post', '/resubmission')).status).toBe(200);
    const changed = await sends();
    await clerk
      .calls('patch', `/declarations/${idOf(changed)}/phone`)
      .send({ phone: first.form['phone'], reason: 'Mất điện thoại' })
      .expect(202);
    const second = await world.staff('03102', 'supervisor');
    await second
      .calls('post', `/declarations/${idOf(changed)}/phone/confirmation`)
      .send({ phone: first.form['phone'] })
      .expect(200);
    expect(await queue()).toEqual({
      [idOf(first)]: ['same-id-number', 'same-phone'],
      [idOf(again)]: ['same-id-number'],
      [wizard.id]: ['same-id-number'],
      [walkIn]: ['same-id-number'],
      [idOf(amended)]: ['same-id-number'],
      [idOf(changed)]: ['same-phone'],
    });
  });

  it('what a crash left uncompared is compared when somebody opens it', async () => {
    const first = await sends();
    const copy = await records.copyDossier(idOf(first), { duplicate_suspected: false });
    expect((await clerk.opens(copy.id)).dossier).toMatchObject({ duplicates: { undecided: 1 } });
  });
});

describe('one portrait under two numbers', () => {
  it('is found though it was packed anew, in another office too, of which nothing else is shown', async () => {
    const honest = await somebody({ officeCode: '03103' });
    const face = await world.photo('portrait');
    await honest.citizen.submits({ photos: { ...honest.photos, portrait: face } });
    const impostor = await somebody();
    const portrait = await sharp(face).resize({ width: 600 }).jpeg({ quality: 70 }).toBuffer();
    await impostor.citizen.submits({ photos: { ...impostor.photos, portrait } });
    expect(await queue()).toEqual({ [idOf(impostor.citizen)]: ['similar-photo'] });

    const [item] = await beside(impostor.citizen);
    const { insuranceNumber, fullName, idNumber, phone } = honest.citizen.form;
    expect(item).toMatchObject({
      id: idOf(honest.citizen),
      officeCode: '03103',
      inOwnOffice: false,
      dossierNumber: honest.citizen.receipt!.dossierNumber,
    });
    expect(item!.fields.map(({ other }) => other)).toEqual([
      `${insuranceNumber!.slice(0, 4)}****${insuranceNumber!.slice(-2)}`,
      expect.stringMatching(/^Đ\*\*\* T\*\*\* .\*\*\*$/),
      null,
      `********${idNumber!.slice(-4)}`,
      `${phone!.slice(0, 3)}****${phone!.slice(-3)}`,
    ]);
    expect(item!['photos']).toEqual(['portrait', 'idFront', 'idBack'].map((slot) => expect.objectContaining({ slot, other: null })));
    expect(JSON.stringify(item)).not.toContain(fullName);
    await clerk.calls('get', `/declarations/${idOf(honest.citizen)}/duplicates`).expect(404);
    await decides(honest.citizen, impostor.citizen, 'duplicate').expect(404);

    await decides(impostor.citizen, honest.citizen, 'duplicate').expect(200);
    expect([await queue(), await queue(await world.staff('03103'))]).toEqual([{}, {}]);
    expect(await statusOf(impostor.citizen)).toBe('SUBMITTED');
  });
});

describe('namesakes', () => {
  it('of one birth year are told apart by the registry’s birth dates, where it knows both', async () => {
    const known = world.citizen('huynh-thi-minh');
    await known.submits({ photos: await smallPhotos() });
    const unknown = await sends({ fullName: 'Huynh Thi Minh', idNumber: '079165000555' });
    expect(await queue()).toEqual({ [idOf(known)]: ['similar-person'], [idOf(unknown)]: ['similar-person'] });
  });

  it('who withdrew and sent the same again are one person, not two', async () => {
    const citizen = await sends();
    await citizen.own('post', '/withdrawal');
    await citizen.submits({ photos: await smallPhotos() });
    expect(await queue()).toEqual({});
    const other = await sends({ insuranceNumber: citizen.form['insuranceNumber']!, idNumber: '079090777777' }).catch(
      (error: Error) => error.message,
    );
    expect(other).toContain('declaration-already-open');
  });

  it('who were refused count: another paper on the same insurance number asks', async () => {
    const refused = await sends();
    await refused.own('post', '/withdrawal');
    const next = await sends({ insuranceNumber: refused.form['insuranceNumber']! });
    expect(await queue()).toEqual({ [idOf(next)]: ['same-insurance-number'] });
  });
});

describe('a decision', () => {
  async function alike(): Promise<[Citizen, Citizen]> {
    const first = await sends();
    const second = await sends({ phone: first.form['phone']! });
    await queue();
    return [first, second];
  }

  it('can be changed by who knows of it, and the history keeps both', async () => {
    const [one, other] = await alike();
    await decides(one, other, 'not-duplicate').expect(200);
    const refused = await decides(other, one, 'duplicate').expect(409);
    expect(refused.body).toMatchObject({ code: 'invalid-state', decidedBy: { officeCode: '03102' } });
    await decides(other, one, 'duplicate', { replacesEarlier: true }).expect(200);
    const found = (await stepsOf(one))
      .filter(({ action }) => action === 'decide-duplicate')
      .map(({ details }) => [details['decision'], details['earlier']]);
    expect(found).toEqual([
      ['not-duplicate', undefined],
      ['duplicate', 'not-duplicate'],
    ]);
    const [item] = await beside(one);
    expect(item!['decision']).toMatchObject({ decision: 'duplicate', by: clerk.staff.fullName, officeCode: '03102' });
  });

  it('of two officers at once is one officer’s, from whichever of the two dossiers they look', async () => {
    const [one, other] = await alike();
    const second = await world.staff('03102', 'supervisor');
    const answers = await Promise.all([decides(one, other, 'duplicate'), decides(other, one, 'not-duplicate', {}, second)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await stepsOf(one)).filter(({ action }) => action === 'decide-duplicate')).toHaveLength(1);
  });

  it('sent twice under one key is one', async () => {
    const [one, other] = await alike();
    const key = randomUUID();
    const [first, again] = [
      await decides(one, other, 'duplicate').set('Idempotency-Key', key),
      await decides(one, other, 'duplicate').set('Idempotency-Key', key),
    ];
    expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([200, 200, 'true']);
    expect(again.body).toEqual(first.body);
  });

  it('is not for dossiers that have nothing in common, nor without a reason', async () => {
    const [one, stranger] = [await sends(), await sends()];
    await decides(one, stranger, 'duplicate').expect(404);
    await decides(one, one, 'duplicate').expect(404);
    const { body } = await decides(one, stranger, 'perhaps', { reason: '' }).expect(422);
    expect((body.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(['/decision', '/reason']);
  });
});

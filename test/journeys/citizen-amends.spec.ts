import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { faultsIn } from '../support/form-desk.ts';
import { World, type Citizen, type FormFields, type Officer, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

const MORNING = '2021-04-20T02:00:00Z';

let server: SharedServer;
let world: World;
let clerk: Officer;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  photos = await smallPhotos();
  await world.clockIsAt(MORNING, true);
});
afterAll(() => server.dispose());
// Days pass here, and a log-in lasts for hours.
beforeEach(async () => {
  clerk = await world.staff('03102');
});

/** A citizen whose dossier came back for these parts. */
async function returned(
  items: object[],
  { citizen = world.stranger(), sent = photos, officer = clerk }: { citizen?: Citizen; sent?: Photos; officer?: Officer } = {},
): Promise<Citizen> {
  await citizen.submits({ photos: sent });
  expect((await officer.returns(citizen, items)).status).toBe(200);
  return citizen;
}

function putsPhoto(citizen: Citizen, slot: string, photo: Buffer): Promise<Response> {
  return world.api
    .put(`/v1/declarations/${citizen.receipt!.id}/photos/${slot}`)
    .auth(citizen.receipt!.trackingCode, { type: 'bearer' })
    .attach('file', photo, 'photo.jpg')
    .then((response) => response);
}

const amends = (citizen: Citizen, patch: object) => citizen.own('patch', '', patch);
const sendsAgain = (citizen: Citizen) => citizen.own('post', '/resubmission');

describe('sides of the paper that were sent in each other’s place', () => {
  const swapped = { portrait: Buffer.alloc(0), idFront: Buffer.alloc(0), idBack: Buffer.alloc(0) };
  beforeAll(() => {
    Object.assign(swapped, { ...photos, idFront: photos.idBack, idBack: photos.idFront });
  });

  it.each(['idFront', 'idBack'])('are put right with the same two files, though only %s was returned', async (slot) => {
    const citizen = await returned([{ slot, reasonCode: 'photo-sides-swapped' }], { sent: swapped });
    expect((await putsPhoto(citizen, 'idFront', photos.idFront)).status).toBe(200);
    expect((await putsPhoto(citizen, 'idBack', photos.idBack)).status).toBe(200);
    expect((await sendsAgain(citizen)).body).toMatchObject({ status: 'SUBMITTED', revision: 2 });
  });

  it('are not sent again while one picture stands in both places', async () => {
    const citizen = await returned([{ slot: 'idFront', reasonCode: 'photo-sides-swapped' }], { sent: swapped });
    expect((await putsPhoto(citizen, 'idFront', photos.idFront)).status).toBe(200);
    const refused = await sendsAgain(citizen);
    expect([refused.status, refused.body.code, faultsIn(refused.body)]).toEqual([422, 'photo-rejected', ['/idBack: same-as-other-slot']]);
    expect(faultsIn((await putsPhoto(citizen, 'idBack', photos.idFront)).body)).toEqual(['/idBack: same-as-other-slot']);
    expect((await putsPhoto(citizen, 'idBack', photos.idBack)).status).toBe(200);
    expect((await sendsAgain(citizen)).status).toBe(200);
  });

  it('are held against what was not returned', async () => {
    const citizen = await returned([{ slot: 'idFront', reasonCode: 'photo-blurred' }]);
    expect(faultsIn((await putsPhoto(citizen, 'idFront', photos.idBack)).body)).toEqual(['/idFront: same-as-other-slot']);
  });
});

describe('a reason that asks for another paper', () => {
  it.each(['paper-damaged', 'paper-expired', 'paper-not-accepted'])('%s lets it be declared, with its photos', async (reasonCode) => {
    const citizen = await returned([{ slot: 'idFront', reasonCode }]);
    const { body } = await amends(citizen, { idNumber: 'C1234567', idType: 'passport' });
    expect(body).toMatchObject({ idNumber: 'C1234567', idType: 'passport' });
    const again = await smallPhotos();
    expect((await putsPhoto(citizen, 'idFront', again.idFront)).status).toBe(200);
    expect((await putsPhoto(citizen, 'idBack', again.idBack)).status).toBe(200);
    expect((await amends(citizen, { fullName: 'Người Khác' })).body).toMatchObject({ code: 'field-locked' });
    expect((await sendsAgain(citizen)).body).toMatchObject({ status: 'SUBMITTED', idType: 'passport' });
  });

  it('of several numbers lets the one be declared that is kept', async () => {
    const citizen = await returned([{ reasonCode: 'several-insurance-numbers' }]);
    expect((await amends(citizen, { insuranceNumber: '7999999999' })).status).toBe(200);
    expect((await sendsAgain(citizen)).body).toMatchObject({ insuranceNumber: '7999999999', status: 'SUBMITTED' });
  });
});

describe('a passport that was named as one', () => {
  it.each([
    ['nine digits', '912345679'],
    ['eight digits', '91234567'],
  ])('stays one with another number of %s', async (_what, idNumber) => {
    const citizen = await returned([{ field: 'idNumber', reasonCode: 'id-number-differs-from-paper' }], {
      citizen: world.stranger({ idNumber: '912345678', idType: 'passport' }),
    });
    expect((await amends(citizen, { idNumber })).body).toMatchObject({ idNumber, idType: 'passport' });
    expect((await amends(citizen, { idNumber: '031165000124', idType: 'cccd' })).body).toMatchObject({ idType: 'cccd' });
  });
});

describe('an office that closed while the dossier was with its citizen', () => {
  const CLOSINGS: [string, object, string][] = [
    ['that day', { closed: true }, 'PT1S'],
    ['after its last day', { validTo: '2021-04-20' }, 'P1D'],
  ];
  it.each(CLOSINGS)('%s keeps the dossier, which is sent again and sent on', async (_when, change, passes) => {
    const admin = await world.admin();
    const office = `0319${CLOSINGS.findIndex(([, known]) => known === change)}`;
    const asAdmin = { type: 'bearer' } as const;
    const offices = '/v1/admin/offices';
    const born = { code: office, name: 'BHXH Quận Cũ', level: 'district', provinceCode: '31', districtCode: `99${office.at(-1)!}` };
    await world.api.post(offices).auth(admin, asAdmin).send(born).expect(201);
    const officer = await world.staff(office);
    const citizen = await returned([{ field: 'phone', reasonCode: 'phone-wrong' }], {
      citizen: world.stranger({ officeCode: office }),
      officer,
    });
    await world.api.patch(`${offices}/${office}`).auth(admin, asAdmin).set('If-Match', '*').send(change).expect(200);
    await world.timePasses(passes);
    expect((await world.api.get(`/v1/offices/${office}`)).body).toMatchObject({ open: false });

    expect((await amends(citizen, { phone: '0352153111' })).status).toBe(200);
    expect((await sendsAgain(citizen)).body).toMatchObject({ status: 'SUBMITTED', revision: 2, office: { code: office } });
    const there = await world.staff(office);
    const { etag } = await there.opens(citizen.receipt!.id);
    const moved = { officeCode: '03102', reason: 'Cơ quan đã đóng' };
    const lease = await there.leases(citizen.receipt!.id);
    await there.decides(citizen.receipt!.id, 'transfer', moved, { lease, etag }).expect(200);
  });
});

describe('the warnings', () => {
  async function listed(citizen: Citizen, warning: string): Promise<boolean> {
    const { body } = await clerk.calls('post', '/declarations/search').send({ filters: { warning } }).expect(200);
    const items = body.items as { id: string; warnings: string[] }[];
    const found = items.find(({ id }) => id === citizen.receipt!.id);
    expect(found === undefined || found.warnings.includes(warning)).toBe(true);
    return found !== undefined;
  }

  it('are those of what was sent last: gone with the right name, there with a wrong number', async () => {
    const changes: FormFields = { fullName: 'Huỳnh Thị Mai' };
    const citizen = await returned(
      [
        { field: 'fullName', reasonCode: 'name-differs-from-paper' },
        { field: 'insuranceNumber', reasonCode: 'insurance-number-wrong' },
      ],
      { citizen: world.citizen('huynh-thi-minh', changes) },
    );
    expect(await listed(citizen, 'data-differs-from-registry')).toBe(true);
    expect((await amends(citizen, { fullName: 'Huỳnh Thị Minh' })).status).toBe(200);
    expect((await sendsAgain(citizen)).status).toBe(200);
    expect(await listed(citizen, 'data-differs-from-registry')).toBe(false);
    expect((await clerk.opens(citizen.receipt!.id)).dossier).toMatchObject({ warnings: [] });

    expect((await clerk.returns(citizen, [{ field: 'insuranceNumber', reasonCode: 'insurance-number-wrong' }])).status).toBe(200);
    expect((await amends(citizen, { insuranceNumber: '7999999998' })).status).toBe(200);
    expect((await sendsAgain(citizen)).status).toBe(200);
    expect(await listed(citizen, 'number-unknown-to-registry')).toBe(true);
  });

  it('tell of an office far from an amended address', async () => {
    const citizen = await returned([{ field: 'street', reasonCode: 'address-outdated' }]);
    const inHanoi = { provinceCode: '01', districtCode: '001', wardCode: '00001', street: '12 Hàng Than' };
    expect((await amends(citizen, inHanoi)).status).toBe(200);
    expect((await sendsAgain(citizen)).status).toBe(200);
    expect(await listed(citizen, 'office-far-from-address')).toBe(true);
  });
});

describe('a notice that an outage held up', () => {
  const BY_MAIL = { emailForNotices: 'true', email: 'minh@example.com' };
  const mailIsDown = () =>
    world.api
      .put('/_sim/faults')
      .send({ 'smtp-refused': { probability: 1, seed: 1 } })
      .expect(200);
  /** A little more than the longest back-off. */
  async function mailIsBack(): Promise<void> {
    await world.api.delete('/_sim/faults').expect(204);
    await world.timePasses('PT301S');
  }

  /** What arrived, and what the officer sees of it. */
  async function told({ receipt }: Citizen) {
    const arrived = (await world.messages({ dossierNumber: receipt!.dossierNumber })).map(({ template }) => template).reverse();
    const { messages } = (await clerk.opens(receipt!.id)).dossier as unknown as { messages: { purpose: string; state: string }[] };
    const { body } = await clerk.calls('get', '/declarations?queue=failed-messages&limit=100').expect(200);
    const hasFailed = (body.items as { id: string }[]).some(({ id }) => id === receipt!.id);
    return { arrived, states: Object.fromEntries(messages.map(({ purpose, state }) => [purpose, state])), hasFailed };
  }

  it('asks for no correction that has been sent meanwhile', async () => {
    const citizen = world.stranger(BY_MAIL);
    await citizen.submits({ photos });
    await world.timePasses('PT1S');
    await mailIsDown();
    expect((await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong' }])).status).toBe(200);
    await world.timePasses('PT1S');
    expect((await sendsAgain(citizen)).status).toBe(200);
    await mailIsBack();
    const { arrived, states, hasFailed } = await told(citizen);
    expect(arrived).toEqual(['received', 'received']);
    expect([states['returned'], hasFailed]).toEqual(['expired', false]);
  });

  it('asks once, for what was returned last', async () => {
    const citizen = world.stranger(BY_MAIL);
    await citizen.submits({ photos });
    await world.timePasses('PT1S');
    await mailIsDown();
    expect((await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong' }])).status).toBe(200);
    expect((await sendsAgain(citizen)).status).toBe(200);
    expect((await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-not-own' }])).status).toBe(200);
    await mailIsBack();
    const { arrived } = await told(citizen);
    expect(arrived.filter((template) => template === 'returned')).toHaveLength(1);
  });

  it('threatens nobody with an expiry who has been approved', async () => {
    const citizen = world.citizen('pham-duc-long', BY_MAIL);
    await citizen.submits({ photos });
    await world.timePasses('P22D');
    await mailIsDown();
    await world.timePasses('P1D');
    clerk = await world.staff('03102');
    expect((await clerk.approves(citizen)).status).toBe(200);
    await mailIsBack();
    const { arrived, states, hasFailed } = await told(citizen);
    expect(arrived).not.toContain('reminder');
    expect(arrived).toContain('approved');
    expect([states['reminder'], hasFailed]).toEqual(['expired', false]);
  });
});

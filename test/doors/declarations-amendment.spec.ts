import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsIn } from '../support/form-desk.ts';
import { World, type Citizen, type FormFields, type Officer, type Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: SharedServer;
let world: World;
let records: Records;
let clerk: Officer;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  [clerk, photos] = await Promise.all([world.staff(), smallPhotos()]);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

/** Somebody whose declaration came back for these fields. */
async function returnedFor(fields: Record<string, string>, changes: FormFields = {}, sent: Photos = photos): Promise<Citizen> {
  const citizen = world.stranger(changes);
  await citizen.submits({ photos: sent });
  const items = Object.entries(fields).map(([field, reasonCode]) => ({ field, reasonCode }));
  expect((await clerk.returns(citizen, items)).status).toBe(200);
  return citizen;
}

async function amends(citizen: Citizen, patch: object): Promise<unknown[]> {
  const { status, body } = await citizen.own('patch', '', patch);
  return [status, ...faultsIn(body)];
}

describe('an amendment', () => {
  it('leaves nothing out that was there when the declaration was sent', async () => {
    const citizen = await returnedFor({ phone: 'phone-wrong', street: 'address-incomplete', idNumber: 'differs-from-bhxh-database' });
    for (const field of ['phone', 'street', 'provinceCode', 'districtCode', 'wardCode', 'idNumber']) {
      expect(await amends(citizen, { [field]: null })).toEqual([422, `/${field}: required`]);
    }
    expect((await citizen.own('post', '/resubmission')).body).toMatchObject({ status: 'SUBMITTED', revision: 2 });
  });

  it('may go through an address part by part, and is held against the whole when it is sent', async () => {
    const citizen = await returnedFor({ street: 'address-incomplete' });
    expect(await amends(citizen, { provinceCode: '01' })).toEqual([200]);
    expect(faultsIn((await citizen.own('post', '/resubmission')).body)).toEqual(['/districtCode: place-mismatch']);
    expect(await amends(citizen, { districtCode: '001', wardCode: '00001' })).toEqual([200]);
    expect((await citizen.own('post', '/resubmission')).status).toBe(200);
  });

  it('says which paper a new number stands on, and needs its photos', async () => {
    const { idBack, ...passport } = photos;
    const citizen = await returnedFor({ idNumber: 'differs-from-bhxh-database' }, { idNumber: 'C1234567' }, passport);
    expect((await citizen.own('get')).body).toMatchObject({ idType: 'passport' });
    const amended = await citizen.own('patch', '', { idNumber: '031165000124' });
    expect(amended.body).toMatchObject({ idNumber: '031165000124', idType: 'cccd' });
    expect(await amends(citizen, { idType: null })).toEqual([200]);
    expect((await citizen.own('get')).body).toMatchObject({ idType: 'cccd' });

    expect(faultsIn((await citizen.own('post', '/resubmission')).body)).toEqual(['/idBack: photo-missing']);
    const put = world.api
      .put(`/v1/declarations/${citizen.receipt!.id}/photos/idBack`)
      .auth(citizen.receipt!.trackingCode, { type: 'bearer' });
    expect((await put.attach('file', idBack, 'back.jpg')).status).toBe(200);
    expect((await citizen.own('post', '/resubmission')).body).toMatchObject({ status: 'SUBMITTED', idType: 'cccd' });
  });

  it('that asks for mail needs an address, is recorded as a consent, and brings the declaration once', async () => {
    const citizen = await returnedFor({ email: 'email-wrong' });
    expect(await amends(citizen, { emailCopy: true })).toEqual([422, '/email: required']);
    expect(await amends(citizen, { emailCopy: true, emailForNotices: true, email: 'la@example.com' })).toEqual([200]);
    expect((await citizen.own('post', '/resubmission')).status).toBe(200);
    await world.message({ channel: 'email', dossierNumber: citizen.receipt!.dossierNumber, template: 'declaration-copy' });
    const consents = await records.rows<{ purpose: string }>('SELECT purpose FROM consents WHERE declaration_id = $1 ORDER BY 1', [
      citizen.receipt!.id,
    ]);
    expect(consents.map(({ purpose }) => purpose)).toEqual(['commitment', 'data-processing', 'email-copy', 'email-for-notices']);

    await clerk.returns(citizen, [{ field: 'email', reasonCode: 'email-wrong' }]);
    expect((await citizen.own('post', '/resubmission')).body).toMatchObject({ revision: 3 });
    expect(await records.count('messages', `declaration_id = $1 AND purpose = 'declaration-copy'`, [citizen.receipt!.id])).toBe(1);
  });
});

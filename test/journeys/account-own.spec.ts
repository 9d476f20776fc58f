import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { World, type Citizen, type FormFields, type Officer } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const BEFORE = '2021-10-16T16:59:00Z';
const AFTER = '2021-10-16T17:00:00Z';
const PASSWORD = 'Biển xanh mây trắng';
const EMAIL = 'minh@example.com';

let server: SharedServer;
let world: World;
let clerk: Officer;
let minh: Citizen;
let token: string;

beforeAll(async () => {
  server = await sharedServer({ profile: 'by-date' });
  world = new World(server.url);
  await world.clockIsAt('2021-10-14T02:00:00Z', true);
  clerk = await world.staff('03102');
  minh = await isRegistered('huynh-thi-minh', { emailForNotices: 'true', email: EMAIL });
  token = await logsIn(minh);
});
afterAll(() => server.dispose());

/** Submits, is approved, and has a password of their own. */
async function isRegistered(key: string, changes: FormFields = {}): Promise<Citizen> {
  const citizen = world.citizen(key, changes);
  await citizen.submits();
  const { status } = await clerk.approves(citizen, { registryUnknownConfirmed: true });
  expect(status).toBe(200);
  const first = await citizen.readsPassword();
  const { body } = await citizen.logsIn(first);
  await world.api
    .put('/v1/me/password')
    .auth(body.accessToken, { type: 'bearer' })
    .send({ currentPassword: first, newPassword: PASSWORD })
    .expect(204);
  return citizen;
}

async function logsIn(citizen: Citizen): Promise<string> {
  return (await citizen.logsIn(PASSWORD)).body.accessToken as string;
}

const asks = (path: string, as = token) => world.api.get(path).auth(as, { type: 'bearer' });

describe('the health insurance card', () => {
  it('is the registry’s, and its QR code says what it says', async () => {
    const { body: card } = await asks('/v1/me/health-insurance-card').expect(200);
    expect(card).toMatchObject({ cardNumber: '0397097379', fullName: 'Huỳnh Thị Minh', dateOfBirth: '1965-04-12', sex: 'female' });
    const { body: read } = await world.api.post('/v1/qr/decode').send({ payload: card.qrPayload }).expect(200);
    const { qrPayload: _, validTo, ...said } = card;
    expect(validTo).toBeNull();
    expect(read).toMatchObject({
      kind: 'health-insurance-card',
      fields: { ...said, insuranceNumber: '0397097379' },
      suggestedOfficeCode: '03102',
    });
  });

  it('is a picture too, and a photo of that picture reads the same', async () => {
    const { body: card } = await asks('/v1/me/health-insurance-card').expect(200);
    const picture = await asks('/v1/me/health-insurance-card').set('Accept', 'image/png').expect(200);
    expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'no-store' });
    const shot = await sharp(picture.body as Buffer)
      .rotate(4, { background: '#8a8f94' })
      .jpeg({ quality: 70 })
      .toBuffer();
    const { body: read } = await world.api.post('/v1/qr/decode').attach('image', shot, 'card.jpg').expect(200);
    const { body: expected } = await world.api.post('/v1/qr/decode').send({ payload: card.qrPayload }).expect(200);
    expect(read).toEqual(expected);
  });

  it('is nothing else, and nobody’s whom the registry does not know', async () => {
    await asks('/v1/me/health-insurance-card').set('Accept', 'image/webp').expect(406);
    const unknown = world.stranger();
    await unknown.submits();
    await clerk.approves(unknown, { registryUnknownConfirmed: true });
    const first = await unknown.readsPassword();
    const { body } = await unknown.logsIn(first);
    await asks('/v1/me/health-insurance-card', body.accessToken).expect(403);
    await world.api
      .put('/v1/me/password')
      .auth(body.accessToken, { type: 'bearer' })
      .send({ currentPassword: first, newPassword: PASSWORD })
      .expect(204);
    await asks('/v1/me/health-insurance-card', body.accessToken).expect(404);
  });
});

describe('all that is held about me', () => {
  it('is shown: account, dossier with every revision, photos, consents, messages', async () => {
    const { body } = await asks('/v1/me/data').expect(200);
    expect(body.account).toMatchObject({ insuranceNumber: '0397097379', state: 'ACTIVE', credentialIssues: 1 });
    expect(body.sessions.length).toBeGreaterThan(0);
    const [dossier, ...others] = body.dossiers;
    expect(others).toEqual([]);
    expect(dossier).toMatchObject({
      dossierNumber: minh.receipt!.dossierNumber,
      status: 'APPROVED',
      revisions: [{ revision: 1, declared: { fullName: 'Huỳnh Thị Minh', idNumber: '031165000123', phone: '+84352153000' } }],
    });
    const sent = createHash('sha256')
      .update((await world.plainPhotos()).portrait)
      .digest('hex');
    expect(dossier.photos).toContainEqual(expect.objectContaining({ slot: 'portrait', sha256: sent, current: true }));
    expect(dossier.photos).toHaveLength(3);
    expect(dossier.consents.map(({ purpose }: { purpose: string }) => purpose)).toEqual([
      'commitment',
      'data-processing',
      'email-for-notices',
    ]);
    expect(dossier.messages).toContainEqual(
      expect.objectContaining({ purpose: 'credentials', recipient: '035****000', state: 'delivered' }),
    );
  });

  it('says who looked at it, and when; what officers wrote for each other is not in it', async () => {
    const before = (await asks('/v1/me/data').expect(200)).body.record as { action: string; by: object }[];
    expect(before).toContainEqual(
      expect.objectContaining({ action: 'view', by: { kind: 'staff', name: clerk.staff.fullName, officeCode: '03102' } }),
    );
    await clerk.calls('get', `/declarations/${minh.receipt!.id}/photos/portrait`).expect(200);
    const after = (await asks('/v1/me/data').expect(200)).body.record as { action: string }[];
    const countOf = (steps: { action: string }[], action: string) => steps.filter((step) => step.action === action).length;
    expect(after).toHaveLength(before.length + 2);
    for (const action of ['view-photo', 'export-own-data']) expect(countOf(after, action)).toBe(countOf(before, action) + 1);
  });

  it('is nothing of somebody else’s who declared my number', async () => {
    const victim = world.citizen('nguyen-thi-minh-anh');
    const impostor = world.citizen('nguyen-thi-minh-anh', { idNumber: '079090012345', fullName: 'Kẻ Mạo Danh', phone: '0901299999' });
    await impostor.submits();
    const { id } = impostor.receipt!;
    const { etag } = await clerk.opens(id);
    await clerk.decides(id, 'rejection', { reasonCode: 'not-filed-by-this-person' }, { lease: await clerk.leases(id), etag }).expect(200);
    const owner = await isRegistered('nguyen-thi-minh-anh');
    expect(owner.form['insuranceNumber']).toBe(victim.form['insuranceNumber']);
    const { body } = await asks('/v1/me/data', await logsIn(owner)).expect(200);
    expect(body.dossiers).toHaveLength(1);
    expect(body.dossiersOfOthers).toBe(1);
    expect(JSON.stringify(body)).not.toMatch(/Mạo Danh|079090012345|901299999/);
  });
});

describe('a forgotten password', () => {
  const forgets = (citizen: Citizen) =>
    world.api.post('/v1/password-resets').send({ insuranceNumber: citizen.form['insuranceNumber'] }).expect(202);
  const otpFor = (citizen: Citizen, channel: string) =>
    world.message({ channel, template: 'password-reset', dossierNumber: citizen.receipt!.dossierNumber });
  const confirms = (citizen: Citizen, otp: string, newPassword: string) =>
    world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber: citizen.form['insuranceNumber'], otp, newPassword });

  it('is reset by SMS before 17 October 2021 in Vietnam, and by mail from its first moment on', async () => {
    await world.clockIsAt(BEFORE, true);
    await forgets(minh);
    expect(await otpFor(minh, 'sms')).toMatchObject({ to: '+84352153000', fields: { otp: expect.stringMatching(/^\d{6}$/) } });

    await world.clockIsAt(AFTER, true);
    await forgets(minh);
    const mail = await otpFor(minh, 'email');
    expect(mail).toMatchObject({ to: EMAIL, fields: { otp: expect.stringMatching(/^\d{6}$/) } });
    expect(await world.messages({ channel: 'sms', template: 'password-reset', dossierNumber: minh.receipt!.dossierNumber })).toHaveLength(
      1,
    );
    const mine = await logsIn(minh);
    await confirms(minh, mail.fields['otp']!, 'Sông dài trời rộng').expect(204);
    await asks('/v1/me', mine).expect(401);
    expect((await minh.logsIn('Sông dài trời rộng')).status).toBe(201);
    await confirms(minh, mail.fields['otp']!, PASSWORD).expect(401);
  });

  it('is reset by SMS also after that day for who agreed to no mail', async () => {
    await world.clockIsAt(AFTER, true);
    clerk = await world.staff('03102');
    const long = await isRegistered('pham-duc-long');
    await forgets(long);
    expect(await otpFor(long, 'sms')).toMatchObject({ fields: { otp: expect.stringMatching(/^\d{6}$/) } });
  });

  it('is not reset to the phone or the ID number, which only the owner of the one-time password is told; it is good for another try', async () => {
    await world.clockIsAt('2021-10-20T01:00:00Z', true);
    await forgets(minh);
    const { fields } = await otpFor(minh, 'email');
    const wrong = fields['otp'] === '000000' ? '000001' : '000000';
    for (const chosen of [`goi ${minh.form['phone']}`, `cccd ${minh.form['idNumber']}`]) {
      expect((await confirms(minh, wrong, chosen)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
      const { body } = await confirms(minh, fields['otp']!, chosen);
      expect(body).toMatchObject({ status: 422, code: 'password-refused', errors: [{ code: 'contains-own-data' }] });
    }
    await confirms(minh, fields['otp']!, 'Sông sâu nước chảy').expect(204);
  });

  it('is not reset by mail after five minutes', async () => {
    await world.clockIsAt('2021-10-20T02:00:00Z', true);
    await forgets(minh);
    const { fields } = await otpFor(minh, 'email');
    await world.timePasses('PT5M');
    await confirms(minh, fields['otp']!, PASSWORD).expect(401);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { World } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
});
afterAll(() => server.dispose());

describe('the story of the public guide', () => {
  it('goes from the form to the account, with the very number and notice of the guide', async () => {
    await world.clockIsAt('2021-04-20T02:00:00Z');
    await world.counterIsAt(49630);

    const minh = world.citizen('huynh-thi-minh', {
      provinceCode: '01',
      districtCode: '001',
      wardCode: '00001',
      emailCopy: 'true',
      email: 'minh@example.com',
    });
    const receipt = await minh.submits({ photos: await world.drawnPhotos() });
    expect(receipt).toMatchObject({
      dossierNumber: '49631.GD/2021/03102',
      insuranceNumber: '0397097379',
      status: 'SUBMITTED',
      revision: 1,
      hotline: '19009068',
      office: { code: '03102', name: 'BHXH Quận Ngô Quyền', phone: '02253826582' },
      message:
        'BHXH Việt Nam đã nhận tờ khai của mã số 0397097379 với số hồ sơ là 49631.GD/2021/03102. Vui lòng đến cơ quan BHXH gần nhất ' +
        'với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Liên hệ 19009068 để được hỗ trợ.',
    });
    expect(receipt.trackingCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['office-far-from-address']);

    const mail = await world.message({ channel: 'email', dossierNumber: receipt.dossierNumber });
    expect(mail).toMatchObject({ to: 'minh@example.com', template: 'declaration-copy', attachments: [{ contentType: 'application/pdf' }] });
    const raw = await world.api.get(`/_sim/messages/${mail.id}/raw`).buffer().expect(200);
    const parsed = await PostalMime.parse(raw.text ?? (raw.body as Buffer));
    expect(parsed.to).toEqual([expect.objectContaining({ address: 'minh@example.com' })]);
    expect(
      Buffer.from(parsed.attachments[0]!.content as ArrayBuffer)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');

    const clerk = await world.staff('03102');
    const { dossier } = await clerk.opens(receipt.id);
    expect(dossier).toMatchObject({
      declared: { fullName: 'Huỳnh Thị Minh', phone: '+84352153000' },
      registry: { match: 'match', person: { dateOfBirth: '1965-04-12' } },
    });
    const approved = await clerk.approves(minh);
    expect(approved.status).toBe(200);
    expect(approved.body).toMatchObject({
      status: 'APPROVED',
      account: { insuranceNumber: '0397097379', state: 'CREDENTIALS_ISSUED' },
      message: { channel: 'sms' },
    });

    const password = await minh.readsPassword();
    expect(JSON.stringify(approved.body)).not.toContain(password);
    const [sms] = await world.messages({ channel: 'sms' });
    expect(sms).toMatchObject({
      to: '+84352153000',
      text: `BHXH Viet Nam: Ho so 49631.GD/2021/03102 da duoc duyet. Tai khoan: 0397097379/Mat khau: ${password} Vui long doi mat khau khi dang nhap. LH 19009068`,
    });

    const session = await minh.logsIn(password);
    expect(session).toMatchObject({ status: 201, body: { mustChangePassword: true } });
    const me = () => world.api.get('/v1/me').auth(session.body.accessToken, { type: 'bearer' });
    expect((await me()).body).toMatchObject({ status: 403, code: 'password-change-required' });
    await world.api
      .put('/v1/me/password')
      .auth(session.body.accessToken, { type: 'bearer' })
      .send({ currentPassword: password, newPassword: 'Biển xanh mây trắng' })
      .expect(204);
    expect((await me()).body).toMatchObject({ insuranceNumber: '0397097379', state: 'ACTIVE', dossierNumber: '49631.GD/2021/03102' });
  });
});

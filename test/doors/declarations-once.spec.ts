import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paddedTo } from '../support/bad-files.ts';
import { Keeping } from '../support/kept.ts';
import { Citizen, World, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: SharedServer;
let world: World;
let keeping: Keeping;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  await world.clockIsAt('2021-04-20T02:00:00Z', true);
  keeping = new Keeping(server);
  photos = await smallPhotos();
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

/** Sends the form under this key, as one of several clients. */
async function sendsAs(citizen: Citizen, key: string, headers: Record<string, string>) {
  const call = world.api.post('/v1/declarations').set('Idempotency-Key', key).set(headers).field(citizen.form);
  for (const [slot, bytes] of Object.entries(photos)) void call.attach(slot, bytes, `${slot}.jpg`);
  return call;
}

describe('a declaration in one request', () => {
  it('gets a receipt with number, notice, tracking code and office', async () => {
    const response = await world.citizen('pham-duc-long').sends({ photos });
    expect(response.status).toBe(201);
    expect(response.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      dossierNumber: '00001.GD/2021/03102',
      insuranceNumber: '0399900457',
      status: 'SUBMITTED',
      submittedAt: '2021-04-20T02:00:00.000Z',
      revision: 1,
      office: {
        code: '03102',
        name: 'BHXH Quận Ngô Quyền',
        phone: '02253826582',
        address: expect.stringContaining('phường Đằng Giang'),
      },
      trackingCode: expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/),
      message:
        'BHXH Việt Nam đã nhận tờ khai của mã số 0399900457 với số hồ sơ là 00001.GD/2021/03102. Vui lòng đến cơ quan BHXH gần nhất ' +
        'với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Liên hệ 19009068 để được hỗ trợ.',
      hotline: '19009068',
      warnings: [],
    });
  });

  it('is kept in canonical form, with every choice off that was not made', async () => {
    const citizen = world.stranger({ fullName: '  Huỳnh  Thị Ước '.normalize('NFD'), phone: '0352.153.777', idNumber: 'c7654321' });
    await citizen.submits({ photos });
    expect((await citizen.own('get')).body).toMatchObject({
      fullName: 'Huỳnh Thị Ước',
      phone: '+84352153777',
      idNumber: 'C7654321',
      idType: 'passport',
      emailCopy: false,
      emailForNotices: false,
      email: null,
      consentVersion: '2021-04',
    });
  });

  it.each([
    ['of somebody whom the registry does not know', {}, 'number-unknown-to-registry'],
    ['with another name than the registry’s', { insuranceNumber: '0399900123', fullName: 'Lê Văn An' }, 'data-differs-from-registry'],
    ['to an office far from home', { provinceCode: '01', districtCode: '001', wardCode: '00001' }, 'office-far-from-address'],
  ])('%s is received with a warning', async (_, changes, warning) => {
    const { warnings } = await world.stranger(changes).submits({ photos });
    expect(warnings).toContainEqual({ code: warning, message: expect.stringMatching(/\S/) });
  });
});

/** Lets every request through to the server, and breaks off when the answer begins. */
async function lineThatLosesAnswers(): Promise<{ url: string; hangUp(): void }> {
  const line = net.createServer((client) => {
    const upstream = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    client.on('error', () => undefined).pipe(upstream);
    upstream
      .on('error', () => undefined)
      .once('data', () => {
        client.destroy();
        upstream.destroy();
      });
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const { port } = line.address() as net.AddressInfo;
  return { url: `http://127.0.0.1:${port}${new URL(server.url).pathname}`, hangUp: () => line.close() };
}

describe('an idempotency key', () => {
  it.each([
    ['no key', {}, 'idempotency-key-missing'],
    ['an empty key', { 'Idempotency-Key': '' }, 'idempotency-key-invalid'],
    ['a key of 300 characters', { 'Idempotency-Key': 'k'.repeat(300) }, 'idempotency-key-invalid'],
    ['a key of 256 characters', { 'Idempotency-Key': 'k'.repeat(256) }, 'idempotency-key-invalid'],
    ['a key with a space', { 'Idempotency-Key': 'a key' }, 'idempotency-key-invalid'],
    ['a key that is not ASCII', { 'Idempotency-Key': 'kh\u00f3a' }, 'idempotency-key-invalid'],
    ['a client without a name', { 'Idempotency-Key': 'k', 'X-Client-Id': '' }, 'client-id-invalid'],
    ['a client whose name is too long', { 'Idempotency-Key': 'k', 'X-Client-Id': 'c'.repeat(256) }, 'client-id-invalid'],
  ])('is needed and well-formed: %s is refused', async (_, headers, code) => {
    const kept = await keeping.addedBy(async () => {
      const response = await world.api.post('/v1/declarations').set(headers).field(world.stranger().form);
      expect(response).toMatchObject({ status: 400, body: { code } });
    });
    expect(kept).toEqual({});
  });

  it('may be 255 characters long', async () => {
    expect(await world.stranger().sends({ photos, key: '~'.repeat(255) })).toMatchObject({ status: 201 });
  });

  it('gives the identical answer to the identical request, tracking code included, and does nothing more', async () => {
    const citizen = world.stranger({ emailCopy: 'true', email: 'la@example.com' });
    const first = await citizen.sends({ photos, key: 'twice' });
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    await world.message({ channel: 'email', to: 'la@example.com' });
    const kept = await keeping.addedBy(async () => {
      const again = await citizen.sends({ photos, key: 'twice' });
      expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
      expect(again.text).toBe(first.text);
    });
    expect(kept).toEqual({});
  });

  it('takes another spelling of the same values for the same content', async () => {
    const citizen = world.stranger({ fullName: 'Nguyễn Thị Huỳnh', phone: '0352153000' });
    const first = await citizen.submits({ photos, key: 'spelling' });
    const form = { ...citizen.form, fullName: 'Nguyễn Thị Huỳnh'.normalize('NFD'), phone: '+84 352 153 000', emailCopy: 'false' };
    expect((await citizen.submits({ photos, key: 'spelling', form })).dossierNumber).toBe(first.dossierNumber);
  });

  it.each<[string, (citizen: Citizen) => Promise<{ form?: Record<string, string>; photos?: Photos }>]>([
    ['one letter', async ({ form }) => ({ form: { ...form, fullName: `${form['fullName']}a` } })],
    ['one tick', async ({ form }) => ({ form: { ...form, emailForNotices: 'true', email: 'la@example.com' } })],
    [
      'one byte of a photo',
      async () => {
        return { photos: { ...photos, idBack: paddedTo(photos.idBack, photos.idBack.length + 5) } };
      },
    ],
    [
      'two photos that changed places',
      async () => {
        const { portrait, idFront, idBack } = photos;
        return { photos: { portrait, idFront: idBack, idBack: idFront } };
      },
    ],
  ])('is no good for other content: %s', async (what, change) => {
    const citizen = world.stranger();
    const key = `changed-${what.replaceAll(' ', '-')}`;
    await citizen.submits({ photos, key });
    const changed = await change(citizen);
    const kept = await keeping.addedBy(async () => {
      expect(await citizen.sends({ photos, key, ...changed })).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    });
    expect(kept).toEqual({});
  });

  it('of one client is not another client’s', async () => {
    const [one, other] = [world.stranger(), world.stranger()];
    const first = await sendsAs(one, 'guessed', { 'X-Client-Id': 'phone-1' });
    expect(first.status).toBe(201);
    expect(await sendsAs(other, 'guessed', { 'X-Client-Id': 'phone-2' })).toMatchObject({ status: 201 });
    // The thief knows key and content, but is another client: no tracking code for them.
    expect(await sendsAs(one, 'guessed', { 'X-Client-Id': 'phone-2' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    expect(await sendsAs(one, 'guessed', {})).toMatchObject({ status: 409, body: { code: 'declaration-already-open' } });
    expect((await sendsAs(one, 'guessed', { 'X-Client-Id': 'phone-1' })).text).toBe(first.text);
  });

  it('makes one dossier of two requests at the same instant', async () => {
    const citizen = world.stranger();
    const kept = await keeping.addedBy(async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => citizen.sends({ photos, key: 'at-once' })));
      const receipts = answers.filter(({ status }) => status === 201);
      expect(receipts.length).toBeGreaterThanOrEqual(1);
      expect(new Set(receipts.map(({ text }) => text)).size).toBe(1);
      for (const { status, body, headers } of answers.filter((answer) => answer.status !== 201)) {
        expect([status, body.code]).toEqual([409, 'request-in-progress']);
        expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      }
    });
    expect(kept).toMatchObject({ declarations: 1, numbers: 1, photos: 3, storedPhotos: 3, idempotency_keys: 1 });
  });

  it('brings back the number of an answer that was lost on the way', async () => {
    const { form } = world.stranger();
    const line = await lineThatLosesAnswers();
    const kept = await keeping.addedBy(async () => {
      await expect(new Citizen(new World(line.url), form).sends({ photos, key: 'lost' })).rejects.toThrow('socket hang up');
    });
    line.hangUp();
    expect(kept).toMatchObject({ declarations: 1, numbers: 1 });
    const citizen = new Citizen(world, form);
    const again = await citizen.sends({ photos, key: 'lost' });
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    citizen.receipt = again.body;
    expect((await citizen.own('get')).body).toMatchObject({ dossierNumber: again.body.dossierNumber, status: 'SUBMITTED' });
  });

  it('is forgotten after a day', async () => {
    const citizen = world.stranger();
    await citizen.submits({ photos, key: 'yesterday' });
    await world.timePasses('PT24H');
    expect(await citizen.sends({ photos, key: 'yesterday' })).toMatchObject({ status: 409, body: { code: 'declaration-already-open' } });
    expect(await world.stranger().sends({ photos, key: 'yesterday' })).toMatchObject({ status: 201 });
  });
});

describe('an insurance number', () => {
  it('has one open declaration: the second is refused, and says who can help', async () => {
    const citizen = world.stranger();
    await citizen.submits({ photos });
    const kept = await keeping.addedBy(async () => {
      const second = await citizen.sends({ photos });
      expect(second).toMatchObject({ status: 409, body: { code: 'declaration-already-open' } });
      expect(second.body.detail).toContain('bất kỳ cơ quan BHXH nào');
    });
    expect(kept).toEqual({});
  });

  it('is registered once: after the approval everything else is refused', async () => {
    const minh = world.citizen();
    await minh.submits({ photos });
    expect((await (await world.staff()).approves(minh)).status).toBe(200);
    await minh.readsPassword();
    const kept = await keeping.addedBy(async () => {
      expect(await minh.sends({ photos })).toMatchObject({ status: 409, body: { code: 'already-registered' } });
    });
    expect(kept).toEqual({});
  });

  it('may be declared again once the first declaration was taken back', async () => {
    const citizen = world.stranger();
    const first = await citizen.submits({ photos });
    expect((await citizen.own('post', '/withdrawal')).status).toBe(200);
    const second = await citizen.submits({ photos });
    expect(second.dossierNumber).not.toBe(first.dossierNumber);
  });

  it('declared twice at the same instant under two keys gets exactly one number', async () => {
    const people = Array.from({ length: 20 }, () => world.stranger());
    const kept = await keeping.addedBy(async () => {
      const pairs = await Promise.all(people.map((citizen) => Promise.all([citizen.sends({ photos }), citizen.sends({ photos })])));
      for (const pair of pairs) {
        expect(pair.map(({ status, body }) => `${status} ${body.code ?? body.status}`).sort()).toEqual([
          '201 SUBMITTED',
          '409 declaration-already-open',
        ]);
      }
    });
    expect(kept).toMatchObject({ declarations: 20, numbers: 20, photos: 60, storedPhotos: 60, idempotency_keys: 20 });
  });
});

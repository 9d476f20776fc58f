import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenFiles, declaredPng, foreignFiles } from '../support/bad-files.ts';
import { apiOf, type Api } from '../support/api.ts';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { QR_SAMPLES, qrPhoto, qrPicture, qrSample } from '../support/qr-photos.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const DECODE = '/v1/qr/decode';
const CITIZEN_CARD = qrSample('CCCD_CHIP_7');
const HEALTH_CARD = qrSample('BHYT_OLD_15');

let server: TestServer;
let api: Api;
let keeping: Keeping;
let records: Records;

beforeAll(async () => {
  server = await startServer();
  api = apiOf(server.url);
  keeping = new Keeping(server);
  records = Records.of(server.database);
});
afterAll(async () => {
  await keeping.close();
  await records.close();
  await server.dispose();
});

const decode = (payload: unknown) => api.post(DECODE).send({ payload });
const decodePhoto = (image: Buffer) => api.post(DECODE).attach('image', image, 'card.jpg');
const picture = async (payload: string) => (await qrPicture(payload, 4)).png().toBuffer();

describe('the payload of a card', () => {
  it.each(QR_SAMPLES.filter(({ derivedOffice }) => derivedOffice))('of a health card suggests the office: $kind', async (sample) => {
    const { body } = await decode(sample.payload).expect(200);
    expect(body).toMatchObject({ kind: 'health-insurance-card', suggestedOfficeCode: sample.derivedOffice });
    expect(body.fields.insuranceNumber).toMatch(/^\d{10}$/);
  });

  it('of a citizen card fills the address with codes', async () => {
    const { body } = await decode(CITIZEN_CARD).expect(200);
    expect(body).toEqual({
      kind: 'citizen-identity-card',
      fields: {
        idNumber: '031303999123',
        oldIdNumber: '031999123',
        fullName: 'Nguyễn Thị Minh Ánh',
        dateOfBirth: '2003-09-15',
        sex: 'female',
        residence: 'Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng',
        issuedOn: '2021-06-21',
      },
      suggestedOfficeCode: '03102',
      address: { provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 484 Lạch Tray' },
    });
  });

  it('of a card with two places of one name lets the citizen choose', async () => {
    const { body } = await decode(CITIZEN_CARD.replace('Đằng Giang, Ngô Quyền, Hải Phòng', 'Yên Viên, Gia Lâm, Hà Nội')).expect(200);
    expect(body.address).toMatchObject({ provinceCode: '01', districtCode: '018', street: 'Số 484 Lạch Tray' });
    expect(body.address.candidates.map(({ wardCode }: { wardCode: string }) => wardCode)).toEqual(['00526', '00532']);
  });

  it('of a card with a two-tier address fills in no code of other units', async () => {
    const since2025 = CITIZEN_CARD.replace('Đằng Giang, Ngô Quyền, Hải Phòng', 'Ngô Quyền, Hải Phòng').replace('21062021', '01082025');
    const { body } = await decode(since2025).expect(200);
    expect(body.address).toEqual({ street: 'Số 484 Lạch Tray, Ngô Quyền, Hải Phòng' });
    expect(body).not.toHaveProperty('suggestedOfficeCode');
  });

  it.each<[string, string]>([
    ['a link', 'https://example.com/card?id=031303999123'],
    ['a link between bars', 'https://example.com|031303999123|a|b|c|d|e'],
    ['a bank’s code', '00020101021238570010A000000727012700069704220113'],
    ['a cut health card', HEALTH_CARD.slice(0, 80)],
    ['a cut citizen card', CITIZEN_CARD.slice(0, 30)],
    ['a word', 'CANARY-7f3a'],
  ])('that is %s is no card’s, and is not repeated', async (_what, payload) => {
    const { body, text } = await decode(payload).expect(422);
    expect(body.code).toBe('qr-unknown-kind');
    expect(text).not.toContain(payload.slice(0, 12));
  });

  it.each<[string, unknown, string]>([
    ['missing', undefined, 'required'],
    ['empty', '', 'required'],
    ['a number', 31303999123, 'wrong-type'],
    ['longer than any QR code', '1'.repeat(3001), 'too-long'],
  ])('that is %s is a fault of the field', async (_what, payload, code) => {
    const { body } = await decode(payload).expect(422);
    expect([body.code, ...faultsIn(body)]).toEqual(['validation-failed', `/payload: ${code}`]);
  });

  it('may not be missing with the whole body, nor come with another field', async () => {
    expect(faultsIn((await api.post(DECODE).expect(422)).body)).toEqual(['/payload: required']);
    const { body } = await api.post(DECODE).send({ payload: CITIZEN_CARD, store: true }).expect(422);
    expect(faultsIn(body)).toEqual(['/store: unknown-field']);
  });
});

describe('a photo of a card', () => {
  it('says the same as the payload of its code', async () => {
    const photo = await (await qrPhoto(CITIZEN_CARD, { turn: 20, width: 2000, height: 1500 })).jpeg().toBuffer();
    expect((await decodePhoto(photo).expect(200)).body).toEqual((await decode(CITIZEN_CARD).expect(200)).body);
  });

  it('may show another code beside the card’s', async () => {
    const photo = await qrPhoto('https://example.com', { beside: HEALTH_CARD, width: 2000, height: 1200, module: 5 });
    const { body } = await decodePhoto(await photo.png().toBuffer()).expect(200);
    expect(body.kind).toBe('health-insurance-card');
  });

  it('that shows only a foreign code is no card’s', async () => {
    const { body } = await decodePhoto(await picture('https://example.com')).expect(422);
    expect(body.code).toBe('qr-unknown-kind');
  });

  it('without a code cannot be read', async () => {
    const blurred = await (await qrPhoto(CITIZEN_CARD, { width: 640, height: 480, module: 2, blur: 12 })).jpeg().toBuffer();
    const { body } = await decodePhoto(blurred).expect(422);
    expect([body.code, body.errors]).toEqual(['qr-unreadable', undefined]);
  });

  it('that is damaged or too large cannot be read, and says why', async () => {
    const half = (await brokenFiles()).find(({ name }) => name === 'half a JPEG')!.bytes;
    for (const [bytes, fault] of [
      [half, 'undecodable'],
      [declaredPng(30_000, 30_000), 'too-many-pixels'],
    ] as const) {
      const { body } = await decodePhoto(bytes).expect(422);
      expect([body.code, ...faultsIn(body)]).toEqual(['qr-unreadable', `/image: ${fault}`]);
    }
  });

  it.each(['text', 'SVG', 'PDF', 'HEIC', 'WebP', 'nothing'])('that is %s is no photo, whatever it is called', async (name) => {
    const file = (await foreignFiles()).find((known) => known.name === name)!;
    const { body } = await decodePhoto(file.bytes).expect(415);
    expect(faultsIn(body)).toEqual([name === 'HEIC' ? '/image: heic' : '/image: unsupported-media-type']);
  });

  it('may not be missing, nor come with other fields, nor twice', async () => {
    const image = await picture(CITIZEN_CARD);
    const missing = await api.post(DECODE).field('payload', CITIZEN_CARD).expect(422);
    expect(faultsIn(missing.body)).toEqual(['/payload: unknown-field', '/image: photo-missing']);
    const twice = await api.post(DECODE).attach('image', image, 'one.png').attach('image', image, 'two.png').expect(400);
    expect(twice.body.code).toBe('malformed-request');
  });
});

describe('reading a card', () => {
  it('takes no other body and no query', async () => {
    expect((await api.post(DECODE).type('text/plain').send(CITIZEN_CARD).expect(415)).body.code).toBe('unsupported-media-type');
    expect((await api.post(`${DECODE}?payload=x`).send({ payload: CITIZEN_CARD }).expect(400)).body.code).toBe('malformed-request');
  });

  it('leaves nothing of the card behind: no row, no file, no line of the log', async () => {
    const card = '031203777001|031777001|Lưu Canh Biển|02012003|Nam|Số 777 Ngõ Canh Ba, Đằng Giang, Ngô Quyền, Hải Phòng|10072021';
    const image = await picture(card);
    const kept = await keeping.addedBy(async () => {
      await decode(card).expect(200);
      await decodePhoto(image).expect(200);
    });
    expect(kept).toEqual({});
    for (const secret of ['Canh Biển', 'Canh Ba', '031203777001', '031777001']) {
      expect(server.output()).not.toContain(secret);
      expect(await records.dump({ except: ['simulator_inbox'] })).not.toContain(secret);
    }
  });

  it('has an end for one address, whether by payload or by photo', async () => {
    await decode(CITIZEN_CARD).expect(200);
    const counters = `bucket LIKE 'qr-by-address:%'`;
    await records.rows(`UPDATE attempt_counters SET attempts = 600000 WHERE ${counters}`);
    for (const attempt of [decode(CITIZEN_CARD), decodePhoto(await picture(CITIZEN_CARD))]) {
      const { body, headers } = await attempt.expect(429);
      expect(body.code).toBe('too-many-attempts');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await records.rows(`DELETE FROM attempt_counters WHERE ${counters}`);
  });
});

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paddedTo } from '../support/bad-files.ts';
import { faultsIn, FormDesk, UNSEEN_PHOTOS } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World } from '../support/people.ts';
import { BOUNDARY, field, file, formOf, headOf, opens, sendsRaw, type Part, type RawAnswer } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';

const MIB = 1024 * 1024;

let server: TestServer;
let world: World;
let form: FormDesk;
let keeping: Keeping;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  form = new FormDesk(server, world);
  keeping = new Keeping(server);
});
afterAll(async () => {
  await Promise.all([form.close(), keeping.close()]);
  await server.dispose();
});

const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

async function posts(body: Buffer | string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  return sendsRaw(
    server.url,
    headOf('POST /v1/declarations', { 'Idempotency-Key': 'parts', 'Content-Type': TYPE, ...length, ...headers }),
    body,
  );
}

/** The parts of a good form; the photos are enough to be taken in. */
function goodParts(changes: Record<string, string | undefined> = {}): Part[] {
  const fields = Object.entries(form.formWith(changes)).map(([name, text]) => field(name, text));
  return [...fields, ...Object.entries(UNSEEN_PHOTOS).map(([slot, bytes]) => file(slot, bytes))];
}

async function refusal(send: () => Promise<RawAnswer>): Promise<string[]> {
  let answer: RawAnswer | undefined;
  expect(await keeping.addedBy(async () => (answer = await send()))).toEqual({});
  expect(answer!.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  return [String(answer!.status), String(answer!.body['code']), ...faultsIn(answer!.body)];
}

describe('a form that is no form', () => {
  const MALFORMED = ['400', 'malformed-request'];
  const twoOf = (part: Part) => [...goodParts(), part];

  it.each<[string, () => Promise<RawAnswer>]>([
    ['has no boundary', () => posts(formOf(goodParts()), { 'Content-Type': 'multipart/form-data' })],
    ['has an empty boundary', () => posts(formOf(goodParts()), { 'Content-Type': 'multipart/form-data; boundary=' })],
    ['has another boundary than it says', () => posts(formOf(goodParts()), { 'Content-Type': 'multipart/form-data; boundary=other' })],
    ['breaks off within a photo', () => posts(formOf(goodParts()).subarray(0, -100))],
    ['breaks off before its last line', () => posts(formOf(goodParts(), ''))],
    ['has no body', () => posts('')],
    ['is empty', () => posts(formOf([]).subarray(0, -4))],
    ['holds a photo twice', () => posts(formOf(twoOf(file('portrait', UNSEEN_PHOTOS.portrait))))],
    ['holds a fourth photo', () => posts(formOf(twoOf(file('selfie', UNSEEN_PHOTOS.portrait))))],
    ['holds a photo under another name', () => posts(formOf([...goodParts().slice(0, -1), file('idback', UNSEEN_PHOTOS.idBack)]))],
    ['holds a field as a file', () => posts(formOf(twoOf(file('fullName', 'Lê Văn An', 'name.txt'))))],
    ['holds a hundred and one fields', () => posts(formOf(Array.from({ length: 101 }, (_, index) => field(`f${index}`, 'x'))))],
    ['holds a part without a name', () => posts(formOf(twoOf({ head: 'Content-Disposition: form-data', content: 'x' })))],
    ['holds a part header of 20 kB', () => posts(formOf([{ ...field('street', 'x'), head: `X: ${'a'.repeat(20_000)}` }]))],
    ['holds a field whose name is 5000 characters', () => posts(formOf([field('n'.repeat(5000), 'x')]))],
    ['has bare line feeds', () => posts(formOf(goodParts()).toString('latin1').replaceAll('\r\n', '\n'))],
  ])('is refused when it %s', async (_, send) => expect(await refusal(send)).toEqual(MALFORMED));

  it.each([
    ['multipart/mixed', `multipart/mixed; boundary=${BOUNDARY}`],
    ['JSON', 'application/json'],
    ['a form without files', 'application/x-www-form-urlencoded'],
    ['plain text', 'text/plain'],
  ])('is not read at all as %s', async (_, type) => {
    expect(await refusal(() => posts('{}', { 'Content-Type': type }))).toEqual(['415', 'unsupported-media-type']);
  });

  it('is not unpacked', async () => {
    expect(await refusal(() => posts(formOf(goodParts()), { 'Content-Encoding': 'gzip' }))).toEqual(['415', 'unsupported-media-type']);
  });
});

describe('a field of a form', () => {
  it.each<[string, Part, string]>([
    ['twice', field('phone', '0352153000'), '/phone: wrong-type'],
    ['twice, once empty', field('street', ''), '/street: wrong-type'],
    ['as an unnamed file', { head: 'Content-Disposition: form-data; name="street"; filename=""', content: 'x' }, '/street: wrong-type'],
  ])('that comes %s is of the wrong type', async (_, part, fault) => {
    expect(await refusal(() => posts(formOf([...goodParts(), part])))).toEqual(['422', 'validation-failed', fault]);
  });

  it('that is text in the place of a photo is of the wrong type', async () => {
    const parts = goodParts().filter(({ head }) => !head.includes('name="idFront"'));
    for (const part of [field('idFront', UNSEEN_PHOTOS.idFront), { ...file('idFront', UNSEEN_PHOTOS.idFront, '') }]) {
      expect(await refusal(() => posts(formOf([...parts, part])))).toEqual(['422', 'validation-failed', '/idFront: wrong-type']);
    }
  });

  it('is told of together with every other one', async () => {
    const parts = [...goodParts({ phone: '113' }), field('hobby', 'chess'), field('street', 'Ngõ 5')];
    const faults = await refusal(() => posts(formOf(parts)));
    expect(faults.sort()).toEqual(['/hobby: unknown-field', '/phone: phone-not-mobile', '/street: wrong-type', '422', 'validation-failed']);
  });

  it('may hold NUL or letters in no encoding without harm', async () => {
    const street = (content: Buffer) => [...goodParts({ street: undefined }), field('street', content)];
    for (const content of [Buffer.from('Ngõ\u00005'), Buffer.from([0x4e, 0xf5, 0x35]), Buffer.from([0xff, 0xfe, 0xfd])]) {
      expect(await refusal(() => posts(formOf(street(content))))).toEqual(['422', 'validation-failed', '/street: bad-format']);
    }
  });
});

describe('the size of a photo', () => {
  it('may be ten mebibytes to the byte, and not one more', async () => {
    const citizen = world.stranger();
    const photos = await smallPhotos();
    const biggest = { ...photos, idFront: paddedTo(photos.idFront, 10 * MIB) };
    const tooBig = { ...photos, idFront: paddedTo(photos.idFront, 10 * MIB + 1) };
    expect(await keeping.addedBy(async () => expect(await citizen.sends({ photos: tooBig })).toMatchObject({ status: 413 }))).toEqual({});
    expect(await citizen.sends({ photos: biggest })).toMatchObject({ status: 201 });
  });

  it('is refused by the length that a request declares, before a byte of it is read', async () => {
    const head = (path: string, headers = {}) => headOf(path, { 'Content-Type': TYPE, 'Content-Length': String(50 * MIB), ...headers });
    const { body } = await world.api.post('/v1/drafts').send({}).expect(201);
    const token = { Authorization: `Bearer ${body.draftToken}` };
    for (const request of [
      head('POST /v1/declarations', { 'Idempotency-Key': 'too-long' }),
      head(`PUT /v1/drafts/${body.id}/photos/portrait`, token),
    ]) {
      expect(await refusal(() => sendsRaw(server.url, request, `--${BOUNDARY}\r\n`))).toEqual(['413', 'payload-too-large']);
    }
  });

  it('is refused as soon as a request of no declared length grows beyond it', async () => {
    const head = headOf('POST /v1/declarations', { 'Idempotency-Key': 'endless', 'Content-Type': TYPE, 'Transfer-Encoding': 'chunked' });
    const chunk = (bytes: Buffer) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
    const begin = Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${file('portrait', '').head}\r\n\r\n`), UNSEEN_PHOTOS.portrait]);
    const chunks = [chunk(begin), ...Array.from({ length: 11 }, () => chunk(Buffer.alloc(MIB)))];
    expect(await refusal(() => sendsRaw(server.url, head, ...chunks))).toEqual(['413', 'payload-too-large']);
  });

  it('is told to whoever sends everything before listening, whatever the refusal', async () => {
    const photos = { portrait: Buffer.alloc(9 * MIB, 1), idFront: Buffer.alloc(9 * MIB, 1), idBack: Buffer.alloc(9 * MIB, 1) };
    const attached = (path: string, headers: Record<string, string>) => {
      const call = world.api.post(path).set({ Connection: 'close', ...headers });
      for (const [slot, bytes] of Object.entries(photos)) void call.attach(slot, bytes, `${slot}.jpg`);
      return call;
    };
    for (let time = 0; time < 3; time++) {
      expect((await attached('/v1/declarations', {})).body.code).toBe('idempotency-key-missing');
      expect((await attached('/v1/declarations', { 'X-Workspace': 'nowhere' })).body.code).toBe('workspace-unknown');
      expect((await attached('/v1/drafts', {})).body.code).toBe('unsupported-media-type');
      expect((await attached('/v1/nothing', {})).body.code).toBe('not-found');
    }
  });
});

describe('the name of a photo', () => {
  it.each([
    '../../../etc/passwd',
    '..\\..\\x.jpg',
    '/etc/cron.d/x',
    'a%00.jpg',
    'a\\".jpg',
    'a%0d%0aSet-Cookie: x=1.jpg',
    'n'.repeat(255),
    'n'.repeat(5000),
    'ảnh thẻ.jpg',
    'ảnh thẻ.jpg'.normalize('NFD'),
    'x.php.jpg',
    '.htaccess',
    'CON.jpg',
    'x.jpg.',
    '🙂.jpg',
    `=cmd|' /C calc'!A0.jpg`,
  ])('is never looked at: %#', async (filename) => {
    const parts = goodParts().map((part) => (part.head.includes('"portrait"') ? file('portrait', 'no photo', filename) : part));
    const answer = await posts(formOf(parts));
    expect([answer.status, faultsIn(answer.body)]).toEqual([415, ['/portrait: unsupported-media-type']]);
    expect(JSON.stringify(answer)).not.toContain(filename.slice(0, 20));
  });
});

describe('an upload that is cut off', () => {
  it('leaves nothing behind, wherever it is cut', async () => {
    const whole = formOf(goodParts());
    const head = headOf('POST /v1/declarations', {
      'Idempotency-Key': 'cut',
      'Content-Type': TYPE,
      'Content-Length': String(whole.length),
    });
    const before = await keeping.now();
    for (const share of [0.2, 0.5, 0.8, 0.99]) {
      const socket = await opens(server.url);
      socket.write(head);
      socket.write(whole.subarray(0, Math.floor(whole.length * share)), () => socket.destroy());
      await once(socket, 'close');
    }
    // Taken after the ones that were cut, so that the server has heard of their end when it answers this one.
    await world.api.get('/v1/consents').expect(200);
    await keeping.comesBackTo(before);
  });
});

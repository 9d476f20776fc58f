import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Keeping } from '../support/kept.ts';
import { World, type Photos } from '../support/people.ts';
import { headOf, inShort, opens, requestsRaw, sendsRaw } from '../support/raw-http.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { PIECE, slotMetadata, TUS, TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

const APP = 'https://app.example';
const NOBODYS = '0199c2d4-0000-7000-8000-000000000000';

let server: TestServer;
let world: World;
let keeping: Keeping;
let photos: Required<Photos>;
let portrait: Buffer;

beforeAll(async () => {
  server = await startServer({ environment: { CORS_ORIGINS: APP } });
  world = new World(server.url);
  keeping = new Keeping(server);
  photos = await smallPhotos();
  portrait = photos.portrait;
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

const begins = async (length = portrait.length, wizard?: Wizard) =>
  TusUpload.begins(world, wizard ?? (await Wizard.begins(world)), 'portrait', length);
const partsFolder = () => join(server.dataDir, 'photos', 'default', 'uploads');
const hashOf = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('base64');

/** Bytes as they go over a line that may break. */
function pieceHead(upload: TusUpload, offset: number, headers: Record<string, string>): string {
  const about = { ...TUS, Authorization: `Bearer ${upload.token}`, 'Content-Type': PIECE, 'Upload-Offset': String(offset) };
  return headOf(`PATCH ${upload.path}`, { ...about, ...headers });
}

describe('the service', () => {
  it.each(['/v1/drafts/any/uploads', '/v1/uploads/any'])('tells anybody which tus it speaks: OPTIONS %s', async (path) => {
    const { headers } = await world.api.call('options', path).expect(204);
    expect(headers).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,expiration,checksum,termination',
      'tus-max-size': '10485760',
      'tus-checksum-algorithm': 'sha1,sha256',
    });
  });

  it('lets a browser’s app of a known origin send and read the headers of tus, and answers a preflight as one', async () => {
    const asked = 'authorization,content-type,tus-resumable,upload-length,upload-metadata';
    const preflight = await requestsRaw(server.url, 'OPTIONS /v1/drafts/any/uploads', {
      Origin: APP,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': asked,
    });
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([204, asked]);
    const { headers } = await world.api.call('options', '/v1/uploads/any').set('Origin', APP).expect(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': APP, 'tus-version': '1.0.0' });
    const exposed = headers['access-control-expose-headers']!.split(',');
    expect(exposed).toEqual(expect.arrayContaining(['Location', 'Upload-Offset', 'Upload-Length', 'Upload-Expires', 'Tus-Resumable']));
    expect(inShort(await requestsRaw(server.url, 'OPTIONS /v1/drafts', { Origin: APP }))).toBe('405 method-not-allowed');
  });

  it.each(['https://other.example', `${APP}.other.example`, 'https://sub.app.example', 'http://app.example', `${APP}:8443`, 'null', '*'])(
    'lets a browser’s app of no other origin read anything: %s',
    async (Origin) => {
      const asked = { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' };
      const preflight = await requestsRaw(server.url, 'OPTIONS /v1/drafts/any/uploads', asked);
      const answers = [preflight, await requestsRaw(server.url, 'GET /v1/consents', { Origin })];
      for (const { headers } of answers) expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(answers.map(({ headers }) => headers['access-control-allow-credentials'])).toEqual([undefined, undefined]);
    },
  );

  it('lets the app of the known origin work a desk that has no key', async () => {
    expect((await requestsRaw(server.url, 'GET /_sim/clock', { Origin: APP })).status).toBe(200);
    expect((await requestsRaw(server.url, 'GET /_sim/clock', { Origin: `${APP}:8443` })).status).toBe(403);
  });

  it('refuses who speaks no version of tus that it knows, and says which it knows', async () => {
    const upload = await begins();
    for (const version of [undefined, '0.2.2', '1.0', '1.0.0, 1.0.0']) {
      const call = world.api.call('patch', upload.path).auth(upload.token, { type: 'bearer' }).set('Content-Type', PIECE);
      const { body, headers } = await (version === undefined ? call : call.set('Tus-Resumable', version)).send(portrait).expect(412);
      expect([body.code, headers['tus-version'], headers['tus-resumable']]).toEqual(['tus-version-unsupported', '1.0.0', '1.0.0']);
    }
    expect(await upload.offset()).toBe(0);
  });
});

describe('an upload', () => {
  it('begins at 0, for a day, at an address below the one that was called', async () => {
    const wizard = await Wizard.begins(world);
    for (const base of ['', '/w/default']) {
      const { status, headers } = await requestsRaw(server.url, `POST ${base}/v1/drafts/${wizard.id}/uploads`, {
        ...TUS,
        Authorization: `Bearer ${wizard.token}`,
        'Content-Length': '0',
        'Upload-Length': '1000',
        'Upload-Metadata': `${slotMetadata('portrait')},filename ${Buffer.from('chị Minh.jpg').toString('base64')},empty`,
      });
      expect(status).toBe(201);
      expect(headers).toMatchObject({ 'tus-resumable': '1.0.0', 'cache-control': 'no-store' });
      expect(headers['location']).toMatch(new RegExp(`^${base}/v1/uploads/[0-9a-f-]{36}$`));
      const hours = (Date.parse(headers['upload-expires']!) - Date.parse(headers['date']!)) / 3_600_000;
      expect(hours).toBeCloseTo(24, 1);
    }
  });

  it('begins once for one key', async () => {
    const wizard = await Wizard.begins(world);
    const begin = (length: string) =>
      wizard
        .calls('post', '/uploads')
        .set({ ...TUS, 'Idempotency-Key': 'begin', 'Upload-Length': length, 'Upload-Metadata': slotMetadata('portrait') });
    const first = await begin('1000').expect(201);
    const again = await begin('1000').expect(201);
    expect(again.headers).toMatchObject({ location: first.headers['location'], 'idempotent-replayed': 'true' });
    expect((await begin('1001').expect(422)).body.code).toBe('idempotency-key-reused');
  });

  it('tells how far it is, and of its metadata the slot and no more', async () => {
    const { headers } = await (await begins(1000)).calls('head').expect(200);
    expect(headers).toMatchObject({
      'upload-offset': '0',
      'upload-length': '1000',
      'upload-metadata': slotMetadata('portrait'),
      'upload-expires': expect.stringMatching(/^\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT$/),
      'tus-resumable': '1.0.0',
      'cache-control': 'no-store',
    });
  });

  it.each([
    ['no length', { 'Upload-Length': undefined }, 400, { code: 'upload-header-invalid', header: 'Upload-Length' }],
    ['a length that comes later', { 'Upload-Length': undefined, 'Upload-Defer-Length': '1' }, 400, { header: 'Upload-Length' }],
    ['nothing to come', { 'Upload-Length': '0' }, 400, { header: 'Upload-Length' }],
    ['a length below nothing', { 'Upload-Length': '-1' }, 400, { header: 'Upload-Length' }],
    ['a length in words', { 'Upload-Length': '1e3' }, 400, { header: 'Upload-Length' }],
    ['more than ten megabytes', { 'Upload-Length': '10485761' }, 413, { code: 'payload-too-large' }],
    ['no metadata', { 'Upload-Metadata': undefined }, 400, { code: 'upload-header-invalid', header: 'Upload-Metadata' }],
    ['metadata in clear', { 'Upload-Metadata': 'slot portrait!' }, 400, { header: 'Upload-Metadata' }],
    ['two slots', { 'Upload-Metadata': `${slotMetadata('idFront')},${slotMetadata('idBack')}` }, 400, { header: 'Upload-Metadata' }],
    ['metadata without a slot', { 'Upload-Metadata': 'filename eA==' }, 422, { errors: [{ pointer: '/slot', code: 'required' }] }],
    ['an empty slot', { 'Upload-Metadata': 'slot' }, 422, { errors: [{ pointer: '/slot', code: 'required' }] }],
    [
      'a slot that nobody knows',
      { 'Upload-Metadata': slotMetadata('selfie') },
      422,
      { errors: [{ pointer: '/slot', code: 'bad-format' }] },
    ],
  ])('does not begin with %s', async (_what, changes, status, problem) => {
    const wizard = await Wizard.begins(world);
    const kept = await keeping.addedBy(async () => {
      const call = wizard.calls('post', '/uploads').set(TUS);
      const headers = { 'Upload-Length': '1000', 'Upload-Metadata': slotMetadata('portrait'), ...changes };
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) void call.set(name, value);
      const { body, headers: answered } = await call.expect(status);
      const expected = 'errors' in problem ? { errors: [expect.objectContaining(problem.errors[0]!)] } : problem;
      expect(body).toMatchObject(expected);
      expect(answered['tus-resumable']).toBe('1.0.0');
    });
    expect(kept).toEqual({});
  });

  it('does not begin with bytes in its first request: that extension is not offered', async () => {
    const call = (await Wizard.begins(world)).calls('post', '/uploads').set(TUS);
    await call
      .set({ 'Upload-Length': '4', 'Upload-Metadata': slotMetadata('portrait'), 'Content-Type': PIECE })
      .send('four')
      .expect(415);
  });

  it('becomes the photo of its slot with the last byte, as if it had come in one piece', async () => {
    const wizard = await Wizard.begins(world);
    const kept = await keeping.addedBy(async () => {
      const upload = await begins(portrait.length, wizard);
      const middle = portrait.length >> 1;
      const first = await upload.sends(0, portrait.subarray(0, middle)).expect(204);
      expect(first.headers).toMatchObject({ 'upload-offset': String(middle), 'upload-expires': expect.any(String) });
      await wizard.calls('get', '/photos/portrait').expect(404);
      const last = await upload.sends(middle, portrait.subarray(middle)).expect(204);
      expect(last.headers).toMatchObject({ 'upload-offset': String(portrait.length), 'tus-resumable': '1.0.0' });
      expect(last.headers).not.toHaveProperty('upload-expires');
      expect(await upload.offset()).toBe(portrait.length);
      await upload.sends(portrait.length, Buffer.alloc(0)).expect(204);
    });
    const { body } = await wizard.calls('get', '/photos/portrait').expect(200);
    expect(body).toMatchObject({ slot: 'portrait', sha256: createHash('sha256').update(portrait).digest('hex') });
    const other = await Wizard.begins(world);
    expect(body).toEqual((await other.puts('portrait', portrait).expect(200)).body);
    expect((await wizard.reads())['version']).toBe(2);
    expect(kept).toEqual({ uploads: 1, photos: 1, storedPhotos: 1 });
  });

  it('has the last byte open until its photo is taken in', async () => {
    const upload = await begins();
    await upload.sends(0, portrait.subarray(0, -1)).expect(204);
    expect(await upload.offset()).toBe(portrait.length - 1);
    await upload.sends(portrait.length - 1, portrait.subarray(-1)).expect(204);
    expect(await upload.offset()).toBe(portrait.length);
  });

  it('takes pieces of any framing, and of a piece that breaks off what had come', async () => {
    const upload = await begins();
    const chunked = (bytes: Buffer) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
    const whole = await sendsRaw(
      server.url,
      pieceHead(upload, 0, { 'Transfer-Encoding': 'chunked' }),
      chunked(portrait.subarray(0, 1000)),
      '0\r\n\r\n',
    );
    expect([whole.status, whole.headers['upload-offset']]).toEqual([204, '1000']);
    for (const { offset, head, body } of [
      { offset: 1000, head: { 'Content-Length': '5000' }, body: portrait.subarray(1000, 3000) },
      { offset: 3000, head: { 'Transfer-Encoding': 'chunked' }, body: chunked(portrait.subarray(3000, 4000)) },
      { offset: 4000, head: { 'Transfer-Encoding': 'chunked' }, body: chunked(portrait.subarray(4000)) },
    ]) {
      const socket = await opens(server.url);
      socket.end(Buffer.concat([Buffer.from(pieceHead(upload, offset, head)), body]));
      await until(async () => (await upload.offset()) > offset);
    }
    expect(await upload.offset()).toBe(portrait.length - 1);
    await upload.sends(portrait.length - 1, portrait.subarray(-1)).expect(204);
  });
});

describe('a sender who does not wait for the answer', () => {
  it('has sent the photo all the same, and is told so when asking', async () => {
    for (let round = 0; round < 5; round++) {
      const upload = await begins();
      const socket = await opens(server.url);
      const head = pieceHead(upload, 0, { 'Content-Length': String(portrait.length) });
      socket.write(Buffer.concat([Buffer.from(head), portrait]), () => socket.destroy());
      await until(async () => (await upload.offset()) === portrait.length);
    }
    expect(server.output()).not.toContain('unexpected error');
  });
});

describe('a piece', () => {
  let upload: TusUpload;
  beforeAll(async () => {
    upload = await begins();
    await upload.sends(0, portrait.subarray(0, 100)).expect(204);
  });
  const next = () => portrait.subarray(100, 200);
  const longer = () => Buffer.alloc(portrait.length);

  it.each([
    ['an earlier offset', 0, {}, next, 409, 'upload-offset-conflict'],
    ['a later offset', 101, {}, next, 409, 'upload-offset-conflict'],
    ['an offset in words', 100, { 'Upload-Offset': '1e2' }, next, 400, 'upload-header-invalid'],
    ['a negative offset', 100, { 'Upload-Offset': '-100' }, next, 400, 'upload-header-invalid'],
    ['another media type', 100, { 'Content-Type': 'application/octet-stream' }, next, 415, 'unsupported-media-type'],
    ['packed bytes', 100, { 'Content-Encoding': 'gzip' }, next, 415, 'unsupported-media-type'],
    ['more bytes than the photo has', 100, {}, longer, 413, 'payload-too-large'],
    ['a checksum of other bytes', 100, { 'Upload-Checksum': `sha1 ${hashOf('sha1', Buffer.from('x'))}` }, next, 460, 'checksum-mismatch'],
    ['a checksum that is too short', 100, { 'Upload-Checksum': 'sha256 AAAA' }, next, 460, 'checksum-mismatch'],
    ['a checksum of an unknown kind', 100, { 'Upload-Checksum': 'crc32 AAAAAA==' }, next, 400, 'upload-header-invalid'],
    ['a checksum that is none', 100, { 'Upload-Checksum': 'sha1' }, next, 400, 'upload-header-invalid'],
  ])('with %s is refused, and nothing of it counts or is kept', async (_what, offset, headers, bytes, status, code) => {
    const kept = await keeping.addedBy(async () => {
      const { body, headers: answered } = await upload.sends(offset, bytes(), headers as Record<string, string>).expect(status);
      expect([body.code, answered['tus-resumable']]).toEqual([code, '1.0.0']);
      expect(await upload.offset()).toBe(100);
    });
    expect(kept).toEqual({});
  });

  it('with more bytes than the photo has, which does not say so before, is refused at the first byte too many', async () => {
    const bytes = longer();
    const head = pieceHead(upload, 100, { 'Transfer-Encoding': 'chunked' });
    const kept = await keeping.addedBy(async () => {
      expect(inShort(await sendsRaw(server.url, head, `${bytes.length.toString(16)}\r\n`, bytes, '\r\n'))).toBe('413 payload-too-large');
    });
    expect([kept, await upload.offset()]).toEqual([{}, 100]);
  });

  it('of no bytes changes nothing, and needs its media type all the same', async () => {
    expect((await upload.sends(100, Buffer.alloc(0)).expect(204)).headers['upload-offset']).toBe('100');
    const typeless = upload.calls('patch').set('Upload-Offset', '100');
    expect((await typeless).status).toBe(415);
  });

  it.each(['sha1', 'sha256'])('with the right checksum by %s counts', async (algorithm) => {
    const offset = await upload.offset();
    const bytes = portrait.subarray(offset, offset + 100);
    await upload.sends(offset, bytes, { 'Upload-Checksum': `${algorithm} ${hashOf(algorithm, bytes)}` }).expect(204);
    expect(await upload.offset()).toBe(offset + 100);
  });

  it('that breaks off before its checksum can be checked does not count', async () => {
    const offset = await upload.offset();
    const kept = await keeping.now();
    const socket = await opens(server.url);
    const checksum = { 'Content-Length': '5000', 'Upload-Checksum': `sha1 ${hashOf('sha1', portrait)}` };
    socket.write(Buffer.concat([Buffer.from(pieceHead(upload, offset, checksum)), portrait.subarray(offset, offset + 2000)]));
    // What is being received has a file already.
    await until(async () => (await keeping.now())['storedPhotos']! > kept['storedPhotos']!);
    socket.destroy();
    await keeping.comesBackTo(kept);
    expect(await upload.offset()).toBe(offset);
  });

  it('counts once when it is sent twice at the same time', async () => {
    const twice = await begins();
    const answers = await Promise.all([1, 2].map(() => twice.sends(0, portrait.subarray(0, 1000))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await twice.offset()).toBe(1000);
    await twice.sends(1000, portrait.subarray(1000)).expect(204);
  });

  it('of which nobody knows yet that its line is dead does not hinder the next one', async () => {
    const stalled = await begins();
    const kept = await keeping.now();
    const socket = await opens(server.url);
    const head = pieceHead(stalled, 0, { 'Content-Length': String(portrait.length) });
    socket.write(Buffer.concat([Buffer.from(head), portrait.subarray(0, 2000)]));
    await until(async () => (await keeping.now())['storedPhotos']! > kept['storedPhotos']!);
    await stalled.sends(0, portrait.subarray(0, 1000)).expect(204);
    socket.destroy();
    await keeping.comesBackTo({ ...kept, storedPhotos: kept['storedPhotos']! + 1 });
    expect(await stalled.offset()).toBe(1000);
    await stalled.sends(1000, portrait.subarray(1000)).expect(204);
  });
});

describe('an upload that cannot come to an end', () => {
  let records: Records;
  beforeAll(() => {
    records = Records.of(server.database);
  });
  afterAll(() => records.close());

  it('because it has a thousand pieces is refused more of them', async () => {
    const upload = await begins();
    await records.rows(
      `UPDATE uploads SET received = 1000, parts = ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 1000)) WHERE id = $1`,
      [upload.id],
    );
    const { body } = await upload.sends(1000, portrait.subarray(1000)).expect(422);
    expect(body.code).toBe('upload-in-too-many-parts');
    await upload.calls('delete').expect(204);
  });

  it('because a piece was lost has ended: whoever comes back begins anew', async () => {
    const upload = await begins();
    await upload.sends(0, portrait.subarray(0, 1000)).expect(204);
    const [row] = await records.rows<{ parts: string[] }>(`SELECT parts FROM uploads WHERE id = $1`, [upload.id]);
    await rm(join(partsFolder(), `${row!.parts[0]}.part`));
    const answer = await fetch(`${server.url}${upload.path}`, {
      method: 'PATCH',
      headers: { ...TUS, Authorization: `Bearer ${upload.token}`, 'Content-Type': PIECE, 'Upload-Offset': '1000' },
      body: new Uint8Array(portrait.subarray(1000)),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([500, 'internal-error']);
    await upload.calls('head').expect(404);
  });
});

describe('an uploaded photo', () => {
  it.each([
    ['no photo', () => randomBytes(5000), 'unsupported-media-type'],
    ['a damaged one', () => portrait.subarray(0, portrait.length >> 1), 'undecodable'],
    ['the one of another slot', () => photos.idFront, 'same-as-other-slot'],
  ])('that is %s is refused with its last byte, and the upload has ended', async (_what, bytes, code) => {
    const wizard = await Wizard.begins(world);
    await wizard.puts('idFront', photos.idFront).expect(200);
    const sent = bytes();
    const kept = await keeping.addedBy(async () => {
      const upload = await begins(sent.length, wizard);
      await upload.sends(0, sent.subarray(0, 50)).expect(204);
      const { body } = await upload.sends(50, sent.subarray(50)).expect(422);
      expect(body).toMatchObject({ code: 'photo-rejected', errors: [{ pointer: '/portrait', code }] });
      await upload.calls('head').expect(404);
      expect((await upload.sends(50, sent.subarray(50))).status).toBe(404);
    });
    expect(kept).toEqual({});
    await wizard.calls('get', '/photos/portrait').expect(404);
  });
});

describe('who holds the token of a draft', () => {
  it('reaches the uploads of that draft; another’s are not there, and without a token nothing is', async () => {
    const upload = await begins();
    const stranger = await Wizard.begins(world);
    for (const method of ['head', 'patch', 'delete'] as const) {
      const call = (token?: string, path = upload.path) => {
        const made = world.api.call(method, path).set(TUS).set({ 'Content-Type': PIECE, 'Upload-Offset': '0' });
        return token === undefined ? made : made.auth(token, { type: 'bearer' });
      };
      const answers = [
        await call(),
        await call('x'.repeat(43)),
        await call(stranger.token),
        await call(upload.token, `/v1/uploads/${NOBODYS}`),
        await call(upload.token, '/v1/uploads/..%2f'),
      ];
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 404, 404, 404]);
      expect(answers.map(({ headers }) => headers['tus-resumable'])).toEqual(Array(5).fill('1.0.0'));
    }
    expect(await upload.offset()).toBe(0);
  });

  it('ends an upload, and its pieces are gone; a photo that was taken in stays', async () => {
    const wizard = await Wizard.begins(world);
    const kept = await keeping.now();
    const broken = await begins(portrait.length, wizard);
    await broken.sends(0, portrait.subarray(0, 1000)).expect(204);
    await broken.calls('delete').expect(204);
    await broken.calls('delete').expect(404);
    await keeping.comesBackTo(kept);
    const whole = await begins(portrait.length, wizard);
    await whole.sends(0, portrait).expect(204);
    await whole.calls('delete').expect(204);
    await wizard.calls('get', '/photos/portrait').expect(200);
  });

  it('has six uploads: a seventh takes the place of one that is done, else of the oldest', async () => {
    const wizard = await Wizard.begins(world);
    const uploads: TusUpload[] = [];
    for (let count = 0; count < 6; count++) uploads.push(await begins(portrait.length, wizard));
    await uploads[3]!.sends(0, portrait).expect(204);
    uploads.push(await begins(1000, wizard));
    await uploads[3]!.calls('head').expect(404);
    uploads.push(await begins(1000, wizard));
    await uploads[0]!.calls('head').expect(404);
    for (const index of [1, 2, 4, 5, 6, 7]) expect(await uploads[index]!.offset()).toBe(0);
  });
});

describe('what has arrived', () => {
  it('cannot be read on the disk, and only by who the service runs as', async () => {
    const canary = Buffer.from(`the-canary-${randomBytes(8).toString('hex')}`);
    const bytes = Buffer.concat([portrait, ...Array<Buffer>(200).fill(canary)]);
    const upload = await begins(bytes.length + 1);
    await upload.sends(0, bytes).expect(204);
    const folder = partsFolder();
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const file = await readFile(join(folder, name));
      expect(file.includes(canary) || file.includes(portrait.subarray(20, 60))).toBe(false);
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    }
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('goes with its draft: when it is given up, and when it is sent', async () => {
    const given = await Wizard.begins(world);
    const sent = await Wizard.isReady(world, photos);
    const kept = await keeping.now();
    for (const wizard of [given, sent]) await (await begins(9000, wizard)).sends(0, portrait.subarray(0, 5000)).expect(204);
    await given.calls('delete').set('If-Match', '*').expect(204);
    await sent.submits().expect(201);
    await until(async () => (await keeping.now())['uploads'] === kept['uploads']);
    await until(async () => (await keeping.now())['storedPhotos'] === kept['storedPhotos']);
  });

  it('is kept for a day after the last bytes; then whoever comes back is told that it is gone', async () => {
    const upload = await begins();
    const kept = await keeping.now();
    const { headers: before } = await upload.sends(0, portrait.subarray(0, 1000)).expect(204);
    await world.timePasses('PT23H');
    const { headers: after } = await upload.sends(1000, portrait.subarray(1000, 2000)).expect(204);
    expect(Date.parse(after['upload-expires']!) - Date.parse(before['upload-expires']!)).toBeGreaterThanOrEqual(23 * 3_600_000);
    await world.timePasses('PT23H');
    expect(await upload.offset()).toBe(2000);
    await world.timePasses('PT1H');
    expect((await keeping.now())['storedPhotos']).toBeLessThanOrEqual(kept['storedPhotos']!);
    for (const answer of [await upload.sends(2000, portrait.subarray(2000)), await upload.calls('delete')]) {
      expect(answer).toMatchObject({ status: 410, body: { code: 'upload-expired' }, headers: { 'tus-resumable': '1.0.0' } });
    }
    await upload.calls('head').expect(410);
  });

  it('leaves not even a row when its draft has expired', async () => {
    await begins();
    expect((await keeping.now())['uploads']).toBeGreaterThan(0);
    await world.timePasses('P31D');
    expect((await keeping.now())['uploads']).toBe(0);
  });

  it('is gone after a reset of the desk', async () => {
    const upload = await begins();
    await upload.sends(0, portrait.subarray(0, 1000)).expect(204);
    await world.reset();
    expect(await keeping.now()).toMatchObject({ uploads: 0, photos: 0, storedPhotos: 0 });
    await upload.calls('head').expect(401);
  });
});

/** Asks again until it holds; the test's own time limit is the limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

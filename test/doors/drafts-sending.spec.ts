import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { paddedTo } from '../support/bad-files.ts';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { readPdf, type ReadPdf } from '../support/pdf.ts';
import { World, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

let server: SharedServer;
let world: World;
let keeping: Keeping;
let small: Required<Photos>;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  keeping = new Keeping(server);
  small = await smallPhotos();
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

const isReady = (fields: object = world.stranger().fields) => Wizard.isReady(world, small, fields);

describe('a photo of a draft', () => {
  it('is checked at once: its sender hears its hash, size and measures, and hears them again', async () => {
    const wizard = await Wizard.begins(world);
    const photo = await world.photo('idFront');
    const { width, height } = await sharp(photo).metadata();
    const { body } = await wizard.puts('idFront', photo).expect(200);
    expect(body).toEqual({
      slot: 'idFront',
      sha256: createHash('sha256').update(photo).digest('hex'),
      width,
      height,
      quality: expect.objectContaining({ sourceWidth: width, sourceHeight: height, sharpness: expect.any(Number) }),
      advice: [],
    });
    expect((await wizard.calls('get', '/photos/idFront').expect(200)).body).toEqual(body);
    expect(await wizard.reads()).toMatchObject({ version: 2, photos: { idFront: body } });
  });

  it('that is small is taken with a kind word in both languages', async () => {
    const wizard = await Wizard.begins(world);
    const small = await sharp(await world.photo('idFront'))
      .resize({ width: 400 })
      .jpeg()
      .toBuffer();
    const { body } = await wizard.puts('idFront', small).expect(200);
    expect(body.advice).toEqual([
      { code: 'low-resolution', vi: expect.stringContaining('độ phân giải'), en: expect.stringContaining('resolution') },
    ]);
  });

  it('takes the place of the one before it, whose file is gone', async () => {
    const wizard = await Wizard.begins(world);
    const [first, second] = await Promise.all([world.photo('portrait'), world.photo('portrait', { seed: 'another' })]);
    expect(await keeping.addedBy(() => wizard.puts('portrait', first).expect(200))).toEqual({ photos: 1, storedPhotos: 1 });
    expect(await keeping.addedBy(() => wizard.puts('portrait', second).expect(200))).toEqual({});
    expect((await wizard.calls('get', '/photos/portrait')).body.sha256).toBe(createHash('sha256').update(second).digest('hex'));
  });

  it('can be taken out, once', async () => {
    const wizard = await Wizard.begins(world);
    await wizard.puts('portrait', await world.photo('portrait')).expect(200);
    expect(await keeping.addedBy(() => wizard.calls('delete', '/photos/portrait').expect(204))).toEqual({ photos: -1, storedPhotos: -1 });
    for (const method of ['get', 'delete'] as const) expect((await wizard.calls(method, '/photos/portrait')).status).toBe(404);
    expect(await wizard.reads()).toMatchObject({ photos: {}, version: 3 });
  });

  it.each(['selfie', 'PORTRAIT', '__proto__', '..%2fportrait', 'portrait%00'])('has one of three places, and not %s', async (slot) => {
    const wizard = await Wizard.begins(world);
    for (const call of [
      wizard.calls('get', `/photos/${slot}`),
      wizard.calls('delete', `/photos/${slot}`),
      wizard.puts(slot as 'portrait', await world.photo('portrait')),
    ]) {
      expect(await call).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
  });

  it.each<[string, () => Promise<Buffer>, number, string]>([
    ['is text', async () => Buffer.from('no photo'), 415, '/portrait: unsupported-media-type'],
    ['is HEIC', async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 415, '/portrait: heic'],
    ['is blurred', () => world.photo('portrait', { defect: 'blurred' }), 422, '/portrait: blurred'],
    ['is half', async () => (await world.photo('portrait')).subarray(0, 20_000), 422, '/portrait: undecodable'],
    ['is in another slot already', () => world.photo('idFront'), 422, '/portrait: same-as-other-slot'],
  ])('that %s is refused, and the one before it stays', async (_, bytes, status, fault) => {
    const wizard = await Wizard.begins(world);
    await wizard.puts('idFront', await world.photo('idFront')).expect(200);
    const { body: before } = await wizard.puts('portrait', await world.photo('portrait')).expect(200);
    const bad = await bytes();
    const kept = await keeping.addedBy(async () => {
      const answer = await wizard.puts('portrait', bad);
      expect([answer.status, ...faultsIn(answer.body)]).toEqual([status, fault]);
    });
    expect(kept).toEqual({});
    expect((await wizard.calls('get', '/photos/portrait')).body).toEqual(before);
  });

  it('may be ten mebibytes to the byte, and comes alone', async () => {
    const wizard = await Wizard.begins(world);
    const photo = await world.photo('portrait');
    const tenMebibytes = 10 * 1024 * 1024;
    expect((await wizard.puts('portrait', paddedTo(photo, tenMebibytes + 1))).status).toBe(413);
    expect((await wizard.puts('portrait', paddedTo(photo, tenMebibytes))).status).toBe(200);
    const put = () => wizard.calls('put', '/photos/portrait');
    expect((await put().attach('file', photo, 'a.jpg').attach('file', photo, 'b.jpg')).status).toBe(400);
    expect((await put().attach('photo', photo, 'a.jpg')).status).toBe(400);
    expect(faultsIn((await put().field('slot', 'portrait').attach('file', photo, 'a.jpg')).body)).toEqual(['/slot: unknown-field']);
    expect(faultsIn((await put().field('file', 'text')).body)).toEqual(['/file: wrong-type']);
    expect((await put().send({})).status).toBe(415);
  });
});

describe('the form of a draft', () => {
  it('can be looked at before it is sent, as empty as it is', async () => {
    for (const fields of [{}, world.citizen().fields, { idType: 'passport' }, { street: '<b>\u0110\u1eb1ng</b>' }]) {
      const wizard = await Wizard.begins(world, fields);
      const { body, headers } = await wizard.calls('get', '/form.pdf').buffer().expect(200);
      expect(headers).toMatchObject({
        'content-type': 'application/pdf',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect((body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  it('shows what is declared, and no dossier number', async () => {
    const wizard = await Wizard.begins(world, world.citizen().fields);
    const { body } = await wizard.calls('get', '/form.pdf').buffer().expect(200);
    const { pages, qrCodes } = await readPdf(body as Buffer);
    for (const part of ['Huỳnh Thị Minh', '0397097379', 'Quận Ngô Quyền']) expect(pages[0]).toContain(part);
    expect(pages[0]).not.toMatch(/\.GD\//);
    expect(qrCodes).toEqual([]);
  });
});

describe('the form of a draft beside the one that is mailed when it was sent', () => {
  /** Where number and time of receipt stand: on the form's head and foot, and in the office's part. */
  const STAMP = /^(Số hồ sơ: \d{5}\.GD|BẢN NHÁP|Tiếp nhận lúc|Cập nhật lúc|Hồ sơ tiếp nhận lúc|Tài liệu mô phỏng)/;

  /** Each line with its place; of a line with number or stamp, only that it is there. */
  function linesOf({ runs }: ReadPdf): string[] {
    const lines = new Map<string, ReadPdf['runs']>();
    for (const run of runs) {
      const place = `page ${run.page}, ${run.y} points up`;
      lines.set(place, [...(lines.get(place) ?? []), run]);
    }
    return [...lines].map(([place, words]) => {
      const isStamp = STAMP.test(words.map(({ text }) => text).join(' '));
      return `${place}: ${isStamp ? 'stamp' : words.map(({ text, x }) => `${text}@${x}`).join(' ')}`;
    });
  }

  it.each([
    ['a citizen card', {}],
    ['a passport of digits', { idNumber: '123456789', idType: 'passport' }],
    [
      'a long street',
      { street: 'Căn hộ 1203, tòa nhà C, khu đô thị mới phía Đông đường vành đai, tổ dân phố số 15'.repeat(2).slice(0, 150) },
    ],
  ])('is the same but for number and stamp, with %s', async (_what, changes) => {
    const ticks = { emailCopy: 'true', emailForNotices: 'false', email: 'xem-truoc@example.com' };
    const wizard = await Wizard.isReady(world, small, world.stranger({ ...ticks, ...changes }).fields);
    const preview = (await wizard.calls('get', '/form.pdf').buffer().expect(200)).body as Buffer;
    const { dossierNumber } = (await wizard.submits().expect(201)).body;
    const { id } = await world.message({ template: 'declaration-copy', dossierNumber });
    const raw = await world.api.get(`/_sim/messages/${id}/raw`).buffer().expect(200);
    const { attachments } = await PostalMime.parse(raw.text);
    const mailed = Buffer.from(attachments[0]!.content as ArrayBuffer);

    const [before, after] = await Promise.all([readPdf(preview), readPdf(mailed)]);
    expect(linesOf(after)).toEqual(linesOf(before));
    expect(linesOf(before).filter((line) => line.endsWith(': stamp'))).toHaveLength(3 + before.pages.length);
    expect([before.qrCodes, after.qrCodes]).toEqual([[], [dossierNumber]]);
  });
});

describe('a draft that is sent', () => {
  it('is refused with everything that is missing, fields and photos, at once', async () => {
    const wizard = await Wizard.begins(world);
    const kept = await keeping.addedBy(async () => {
      const { body } = await wizard.submits().expect(422);
      expect(faultsIn(body).sort()).toEqual([
        '/commitmentAccepted: commitment-required',
        '/dataProcessingAccepted: consent-required',
        '/districtCode: required',
        '/fullName: required',
        '/idBack: photo-missing',
        '/idFront: photo-missing',
        '/idNumber: required',
        '/insuranceNumber: required',
        '/officeCode: required',
        '/phone: required',
        '/portrait: photo-missing',
        '/provinceCode: required',
        '/street: required',
        '/wardCode: required',
      ]);
    });
    expect(kept).toEqual({});
  });

  it('gets the same receipt as a form in one request', async () => {
    const oneShot = await world.stranger().submits({ photos: small });
    const wizard = await isReady();
    const { body } = await wizard.submits().expect(201);
    expect(Object.keys(body).sort()).toEqual(Object.keys(oneShot).sort());
    expect(body).toMatchObject({ id: wizard.id, status: 'SUBMITTED', revision: 1, office: oneShot['office'], warnings: oneShot.warnings });
    expect(Number(body.dossierNumber.slice(0, 5))).toBe(Number(oneShot.dossierNumber.slice(0, 5)) + 1);
    const own = await world.api.get(`/v1/declarations/${body.id}`).auth(body.trackingCode, { type: 'bearer' }).expect(200);
    expect(own.body).toMatchObject({ dossierNumber: body.dossierNumber, status: 'SUBMITTED' });
  });

  it('with a passport needs no back, whether the kind was named or follows from the number', async () => {
    const { portrait, idFront } = small;
    for (const paper of [{ idNumber: 'C1234567' }, { idType: 'passport', idNumber: '123456789' }]) {
      const wizard = await Wizard.isReady(world, { portrait, idFront }, { ...world.stranger().fields, ...paper });
      expect((await wizard.submits()).status).toBe(201);
    }
  });

  it('again under the same key gets the same answer, and under another one hears that it was sent', async () => {
    const wizard = await isReady();
    const first = await wizard.submits('sent').expect(201);
    const kept = await keeping.addedBy(async () => {
      const again = await wizard.submits('sent').expect(201);
      expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
      expect((await wizard.submits('another')).body).toMatchObject({
        code: 'invalid-state',
        state: 'SUBMITTED',
        allowedActions: ['withdraw'],
      });
    });
    expect(kept).toEqual({});
    for (const call of [
      wizard.calls('get'),
      wizard.changes({ street: 'Ngõ 5' }),
      wizard.calls('delete').set('If-Match', '*'),
      wizard.calls('delete', '/photos/portrait'),
    ]) {
      expect(await call).toMatchObject({ status: 409, body: { code: 'invalid-state' } });
    }
    expect((await wizard.puts('portrait', await world.photo('portrait'))).status).toBe(409);
  });

  it('that was decided meanwhile says by which office', async () => {
    const citizen = world.stranger();
    const wizard = await isReady(citizen.fields);
    citizen.receipt = (await wizard.submits('decided').expect(201)).body;
    expect((await (await world.staff()).approves(citizen, { registryUnknownConfirmed: true })).status).toBe(200);
    const decided = { state: 'APPROVED', allowedActions: [], decidedBy: { officeCode: '03102', at: expect.any(String) } };
    for (const call of [wizard.calls('get'), wizard.changes({ street: 'Ngõ 5' }), wizard.submits('another')])
      expect(await call).toMatchObject({ status: 409, body: { code: 'invalid-state', ...decided } });
  });

  it('needs a key', async () => {
    const wizard = await Wizard.begins(world);
    expect((await wizard.calls('post', '/submission')).body.code).toBe('idempotency-key-missing');
    expect((await wizard.submits('a key')).body.code).toBe('idempotency-key-invalid');
  });

  it('eight times at once becomes one dossier', async () => {
    const wizard = await isReady();
    const kept = await keeping.addedBy(async () => {
      const sameKey = await Promise.all(Array.from({ length: 8 }, () => wizard.submits('at-once')));
      expect(new Set(sameKey.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(sameKey[0]!.status).toBe(201);
    });
    expect(kept).toMatchObject({ numbers: 1, idempotency_keys: 1, declaration_revisions: 1 });

    const other = await isReady();
    const otherKeys = await Promise.all(Array.from({ length: 8 }, () => other.submits()));
    expect(otherKeys.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });

  it('beside another one of the same person is one too many', async () => {
    const { fields } = world.stranger();
    const wizards = await Promise.all([isReady(fields), isReady(fields)]);
    const answers = await Promise.all(wizards.map((wizard) => wizard.submits()));
    expect(answers.map(({ status, body }) => `${status} ${body.code ?? body.status}`).sort()).toEqual([
      '201 SUBMITTED',
      '409 declaration-already-open',
    ]);
  });

  it('while it is being changed is sent as it was before or after the change, never in between', async () => {
    for (let time = 0; time < 10; time++) {
      const wizard = await isReady({ ...world.stranger().fields, street: 'Ngõ 5' });
      const change = () => wizard.changes({ street: 'Ngõ 6', fullName: 'Lê Văn An' });
      const early = time % 2 === 0 ? change().then((answer) => answer) : undefined;
      const [sent, changed] = await Promise.all([wizard.submits(), early ?? change()]);
      expect(sent.status).toBe(201);
      expect([200, 409]).toContain(changed.status);
      const { body } = await world.api.get(`/v1/declarations/${wizard.id}`).auth(sent.body.trackingCode, { type: 'bearer' });
      const told =
        changed.status === 200 ? { street: 'Ngõ 6', fullName: 'Lê Văn An' } : { street: 'Ngõ 5', fullName: 'Nguyễn Văn Người Lạ' };
      expect(body).toMatchObject(told);
    }
  });
});

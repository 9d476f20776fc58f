import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { brokenFiles, declaredPng, foreignFiles, type SampleFile } from '../support/bad-files.ts';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World, type Photos } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: SharedServer;
let world: World;
let keeping: Keeping;
let foreign: SampleFile[];
let broken: SampleFile[];
let good: Required<Photos>;

beforeAll(async () => {
  [server, foreign, broken, good] = await Promise.all([sharedServer(), foreignFiles(), brokenFiles(), smallPhotos()]);
  world = new World(server.url);
  keeping = new Keeping(server);
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

/** Sends a good form with these photos, which must be refused and leave nothing behind. */
async function refusal(photos: Photos): Promise<unknown[]> {
  let told: unknown[] = [];
  const kept = await keeping.addedBy(async () => {
    const { status, body } = await world.stranger().sends({ photos: { ...good, ...photos } });
    told = [status, body.code, ...faultsIn(body)];
  });
  expect(kept).toEqual({});
  return told;
}

describe('a file in the place of a photo', () => {
  it.each(['text', 'a page', 'SVG', 'PDF', 'GIF', 'WebP', 'TIFF', 'nothing', 'one byte', 'a JPEG behind a space'])(
    'that is %s is no photo, whatever it is called',
    async (name) => {
      const file = foreign.find((known) => known.name === name)!;
      expect(await refusal({ idFront: file.bytes })).toEqual([415, 'unsupported-media-type', '/idFront: unsupported-media-type']);
    },
  );

  it('that is HEIC is refused with what to do about it, in the reader’s language', async () => {
    const heic = foreign.find(({ name }) => name === 'HEIC')!.bytes;
    expect(await refusal({ idFront: heic, portrait: Buffer.from('not a photo') })).toEqual([
      415,
      'unsupported-media-type',
      '/portrait: unsupported-media-type',
      '/idFront: heic',
    ]);
    const told = async (language: string) => {
      const call = world.api.post('/v1/declarations').set({ 'Idempotency-Key': `heic-${language}`, 'Accept-Language': language });
      void call.field(world.stranger().form).attach('idFront', heic, 'IMG_0001.HEIC');
      void call.attach('portrait', good.portrait, 'p.jpg').attach('idBack', good.idBack, 'b.jpg');
      return (await call.expect(415)).body.errors[0].message as string;
    };
    expect(await told('vi')).toMatch(/HEIC.*“Tương thích nhất”.*JPEG/);
    expect(await told('en')).toMatch(/HEIC.*“Most Compatible”.*JPEG/);
  });

  it.each([
    'half a JPEG',
    'a cut PNG',
    'a PNG without its end',
    'a PNG with a flipped bit',
    'a JPEG signature before noise',
    'a PNG signature before a page',
    'a JPEG of its first eight bytes',
    'a JPEG that declares other dimensions than it has',
  ])('that is %s cannot be read', async (name) => {
    const file = broken.find((known) => known.name === name)!;
    expect(await refusal({ portrait: file.bytes })).toEqual([422, 'photo-rejected', '/portrait: undecodable']);
  });

  it('that declares nine hundred megapixels is refused in less than a fifth of a second', async () => {
    const bomb = declaredPng(30_000, 30_000);
    const { body } = await world.api.post('/v1/drafts').send({}).expect(201);
    const put = () =>
      world.api.put(`/v1/drafts/${body.id}/photos/portrait`).auth(body.draftToken, { type: 'bearer' }).attach('file', bomb, 'x.png');
    const times: number[] = [];
    for (let time = 0; time < 5; time++) {
      const begun = performance.now();
      const response = await put();
      times.push(performance.now() - begun);
      expect([response.status, ...faultsIn(response.body)]).toEqual([422, '/portrait: too-many-pixels']);
    }
    // The machine may be busy with other things, but not every time.
    expect(Math.min(...times)).toBeLessThan(200);
  });
});

describe('a photo', () => {
  it.each(['blurred', 'blank', 'dark', 'glare'])('that is %s is sent back at once', async (defect) => {
    expect(await refusal({ idFront: await world.photo('idFront', { defect }) })).toEqual([422, 'photo-rejected', `/idFront: ${defect}`]);
  });

  it('in two slots is refused in the later one', async () => {
    const { idFront } = good;
    expect(await refusal({ idBack: idFront })).toEqual([422, 'photo-rejected', '/idBack: same-as-other-slot']);
  });

  it('is faulty together with every other one', async () => {
    const [portrait, idBack] = await Promise.all([
      world.photo('portrait', { defect: 'blurred' }),
      world.photo('idBack', { defect: 'blank' }),
    ]);
    const [status, code, ...faults] = await refusal({ portrait, idBack });
    expect([status, code, faults.sort()]).toEqual([422, 'photo-rejected', ['/idBack: blank', '/portrait: blurred']]);
  });

  it('is told what is wrong with it in the reader’s language, and how to do better', async () => {
    const photos = { ...good, portrait: await world.photo('portrait', { defect: 'blurred' }) };
    const { body } = await world.stranger().sends({ photos });
    expect(body.errors[0].message).toBe('Ảnh bị mờ. Vui lòng giữ chắc tay, lau ống kính và chụp lại.');
  });

  it('that was refused may be replaced under the same key', async () => {
    const citizen = world.stranger();
    const blank = { ...good, portrait: await world.photo('portrait', { defect: 'blank' }) };
    expect((await citizen.sends({ photos: blank, key: 'once-more' })).status).toBe(422);
    expect((await citizen.sends({ photos: good, key: 'once-more' })).status).toBe(201);
  });

  it('under a name that lies about its kind is what its bytes are', async () => {
    const citizen = world.stranger();
    const call = world.api.post('/v1/declarations').set('Idempotency-Key', 'a-lie').field(citizen.form);
    void call.attach('portrait', good.portrait, { filename: 'portrait.svg', contentType: 'image/svg+xml' });
    void call.attach('idFront', await sharp(good.idFront).png().toBuffer(), { filename: 'front.exe', contentType: 'text/html' });
    void call.attach('idBack', good.idBack, { filename: 'mặt sau.jpg', contentType: 'image/jpeg; charset=utf-7' });
    expect((await call).status).toBe(201);
  });
});

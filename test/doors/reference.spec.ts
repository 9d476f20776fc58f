import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REASON_CATALOGUE_VERSION } from '../../src/reasons/reason-catalogue.ts';
import { World } from '../support/people.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

let server: SharedServer;
let world: World;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
});
afterAll(() => server.dispose());

async function read(path: string): Promise<unknown> {
  return (await world.api.get(path).expect(200)).body;
}

async function codes(path: string): Promise<string[]> {
  const { items } = (await world.api.get(path).expect(200)).body as { items: { code: string }[] };
  return items.map(({ code }) => code);
}

describe('reference data', () => {
  const PATHS = [
    ['/v1/places/provinces', 'public, max-age=3600'],
    ['/v1/places/provinces/31/districts', 'public, max-age=3600'],
    ['/v1/places/districts/304/wards', 'public, max-age=3600'],
    ['/v1/offices', 'public, no-cache'],
    ['/v1/offices/03102', 'public, no-cache'],
    ['/v1/offices/suggestions?districtCode=304', 'public, no-cache'],
    ['/v1/reasons', 'public, max-age=3600'],
    ['/v1/consents', 'public, max-age=3600'],
    ['/openapi.json', 'public, max-age=60'],
    ['/health/live', 'no-cache'],
    ['/health/ready', 'no-cache'],
  ] as const;

  it.each(PATHS)('may be kept: %s says so, and is not sent again to those who have it', async (path, cacheControl) => {
    const first = await world.api.get(path).expect(200);
    expect(first.headers).toMatchObject({ 'cache-control': cacheControl, etag: expect.stringMatching(/^"[\w-]{43}"$/) });
    const etag = first.headers['etag']!;
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await world.api.get(path).set('If-None-Match', held).set('Cache-Control', 'no-cache').expect(304);
      expect([again.text, again.headers['etag'], again.headers['cache-control']]).toEqual(['', etag, cacheControl]);
    }
    await world.api.get(path).set('If-None-Match', '"other"').expect(200);
  });

  it.each([
    '/v1/places/provinces/99/districts',
    '/v1/places/provinces/3/districts',
    '/v1/places/districts/999/wards',
    '/v1/offices/99999',
    '/v1/offices/3102',
    '/v1/offices/%EF%BC%90%EF%BC%93%EF%BC%91%EF%BC%90%EF%BC%92',
  ])('that does not exist is 404: %s', async (path) => {
    expect((await world.api.get(path)).body).toMatchObject({ status: 404, code: 'not-found' });
  });
});

describe('places', () => {
  it('are 63 provinces, their districts and their wards, each with code and both names', async () => {
    expect(await read('/v1/places/provinces')).toHaveLength(63);
    expect(await read('/v1/places/provinces/31/districts')).toContainEqual({ code: '304', name: 'Ngô Quyền', fullName: 'Quận Ngô Quyền' });
    expect(await read('/v1/places/districts/304/wards')).toContainEqual({
      code: '11359',
      name: 'Đằng Giang',
      fullName: 'Phường Đằng Giang',
    });
  });

  it.each(['318', '471', '498', '536', '755'])('have no ward on the island %s, which is no error', async (district) => {
    expect(await read(`/v1/places/districts/${district}/wards`)).toEqual([]);
  });
});

describe('offices', () => {
  it('tell how sure their code is, and whether they receive declarations', async () => {
    expect(await read('/v1/offices/03102')).toMatchObject({
      code: '03102',
      name: 'BHXH Quận Ngô Quyền',
      level: 'district',
      phone: '02253826582',
      provinceCode: '31',
      districtCode: '304',
      codeStatus: 'verified',
      open: true,
      successorCode: null,
    });
    expect(await read('/v1/offices/07904')).toMatchObject({ open: false, successorCode: '07903' });
  });

  it.each(['ngo quyen', 'NGÔ QUYỀN', 'Ngô Quyền'.normalize('NFD'), 'quan ngo quyen', '03102', '  ngo   quyen '])(
    'are found without diacritics, in any case and spelling: %j',
    async (q) => expect((await codes(`/v1/offices?q=${encodeURIComponent(q)}`))[0]).toBe('03102'),
  );

  it.each(['%', '_', '%25%25', "' OR 1=1--", 'xyzxyz', '🙂'])('are not found by what no name holds: %s', async (q) => {
    expect(await codes(`/v1/offices?q=${encodeURIComponent(q)}`)).toEqual([]);
  });

  it('of a province or a district can be asked for', async () => {
    const { items } = (await read('/v1/offices?provinceCode=31&limit=200')) as { items: { provinceCode: string }[] };
    expect(new Set(items.map(({ provinceCode }) => provinceCode))).toEqual(new Set(['31']));
    expect(await codes('/v1/offices?districtCode=304')).toEqual(['03102']);
    expect(await codes('/v1/offices?provinceCode=01&districtCode=304')).toEqual([]);
  });

  it.each(['', '&q=huyen', '&provinceCode=01'])('come page by page, each once and none left out: ?limit=50%s', async (filter) => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { code: string }[]; nextCursor: string | null } = (
        await world.api.get(`/v1/offices?limit=50${filter}${cursor && `&cursor=${cursor}`}`).expect(200)
      ).body;
      seen.push(...page.items.map(({ code }) => code));
      cursor = page.nextCursor;
    }
    const oneGo = filter === '' ? 776 : (await codes(`/v1/offices?limit=200${filter}`)).length;
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(Math.min(oneGo, 200));
    if (filter === '') expect(seen).toHaveLength(776);
  });

  it('are suggested by where somebody lives, or by the number on their card; open ones only', async () => {
    expect((await codes('/v1/offices/suggestions?districtCode=304'))[0]).toBe('03102');
    expect((await codes('/v1/offices/suggestions?managementNumber=3102'))[0]).toBe('03102');
    expect(await codes('/v1/offices/suggestions?districtCode=763')).not.toContain('07904');
  });
});

describe('texts', () => {
  it('of reasons are there in both languages, for parts of the form or the whole dossier', async () => {
    const reasons = (await world.api.get('/v1/reasons').expect(200)).body as {
      code: string;
      texts: { vi: string; en: string };
      final: boolean;
      appliesTo: string[];
      catalogueVersion: string;
    }[];
    expect(reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['photo-blurred', 'not-filed-by-this-person']));
    for (const { texts, appliesTo } of reasons) {
      expect(texts.vi).toBe(texts.vi.normalize('NFC'));
      expect([texts.vi.length, texts.en.length, appliesTo.length].every((length) => length > 0)).toBe(true);
    }
    expect(reasons.find(({ code }) => code === 'not-filed-by-this-person')).toMatchObject({ final: true });
    expect(new Set(reasons.map(({ catalogueVersion }) => catalogueVersion))).toEqual(new Set([REASON_CATALOGUE_VERSION]));
  });

  it('of consents have a version and tell which are required: none is ticked beforehand', async () => {
    const consents = (await world.api.get('/v1/consents').expect(200)).body as { purpose: string; required: boolean; version: string }[];
    expect(consents.map(({ purpose, required, version }) => [purpose, required, version])).toEqual([
      ['commitment', true, '2021-04'],
      ['data-processing', true, '2021-04'],
      ['email-copy', false, '2021-04'],
      ['email-for-notices', false, '2021-04'],
    ]);
  });
});

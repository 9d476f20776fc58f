import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Keeping } from '../support/kept.ts';
import { World } from '../support/people.ts';
import { inShort, requestsRaw } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { Wizard } from '../support/wizard.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let server: TestServer;
let world: World;
let keeping: Keeping;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  keeping = new Keeping(server);
});
afterAll(async () => {
  await keeping.close();
  await server.dispose();
});

const raw = (requestLine: string, headers?: Record<string, string>, body?: string) => requestsRaw(server.url, requestLine, headers, body);

describe('a refusal', () => {
  it('is a problem document: type, title, status, detail, the request’s id and a code', async () => {
    const { body, headers } = await world.api.get('/v1/nothing').set('X-Request-Id', 'my-request.1').expect(404);
    expect(body).toEqual({
      type: '/problems/not-found',
      title: 'Không tìm thấy',
      status: 404,
      detail: 'Không có nội dung nào ở địa chỉ này, hoặc quý vị không được xem.',
      instance: 'my-request.1',
      code: 'not-found',
    });
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'content-language': 'vi',
    });
  });

  it('has a type that leads to what it means, in both languages', async () => {
    const { body } = await world.api.get('/v1/nothing').expect(404);
    expect((await world.api.get(body.type).expect(200)).body).toMatchObject({
      code: 'not-found',
      status: 404,
      vi: { title: 'Không tìm thấy' },
      en: { title: 'Not found' },
    });
    expect((await world.api.get('/problems/internal-error').expect(200)).body).toEqual({
      code: 'internal-error',
      status: 500,
      vi: { title: 'Lỗi hệ thống', detail: expect.stringContaining('19009068') },
      en: { title: 'Internal error', detail: expect.stringContaining('19009068') },
    });
    for (const unknown of ['nothing', '__proto__', 'constructor', 'toString']) await world.api.get(`/problems/${unknown}`).expect(404);
  });

  it.each([
    ['en', 'en', 'Not found'],
    ['en-US,en;q=0.9,vi;q=0.8', 'en', 'Not found'],
    ['vi', 'vi', 'Không tìm thấy'],
    ['vi-VN, en;q=0.5', 'vi', 'Không tìm thấy'],
    ['fr', 'vi', 'Không tìm thấy'],
    ['*', 'vi', 'Không tìm thấy'],
    ['%%%;q=x', 'vi', 'Không tìm thấy'],
  ])('to somebody who reads %s is written in %s', async (wish, language, title) => {
    const { body, headers } = await world.api.get('/v1/nothing').set('Accept-Language', wish).expect(404);
    expect([headers['content-language'], body.title]).toEqual([language, title]);
  });
});

describe('a path', () => {
  it.each([
    'GET /',
    'GET /v1',
    'GET //v1/offices/03102',
    'GET /v1/offices/%2F..;',
    'GET /v1/declarations/%2F..;/x',
    'GET /v1/offices/..%2f..%2fetc%2fpasswd',
    'GET /v1/offices/%00',
    'GET /v1/offices/49631.GD%2F2021%2F03102',
    'GET /v1/offices/__proto__',
    'GET /v1/places/provinces/constructor/districts',
    'GET /_sim/messages/%00',
    'GET /.env',
    'GET /.git/config',
    'GET /data/',
    'GET /docs/../package.json',
    'GET /docs-json',
    'GET /_sim',
    'GET /w/default',
    'GET /w/default/w/default/v1/consents',
    'OPTIONS *',
  ])('that leads nowhere is 404: %s', async (requestLine) => {
    expect(inShort(await raw(requestLine))).toBe('404 not-found');
  });

  it.each(['GET /v1/offices/%ZZ', 'GET /v1/offices/%', 'GET /v1/drafts/%E0%A4%A'])(
    'that cannot be decoded is 400: %s',
    async (requestLine) => {
      expect(inShort(await raw(requestLine))).toBe('400 malformed-request');
    },
  );

  it.each([
    ['DELETE /v1/drafts', 'POST'],
    ['GET /v1/declarations', 'POST'],
    ['TRACE /v1/declarations', 'POST'],
    ['PROPFIND /v1/declarations', 'POST'],
    ['OPTIONS /v1/drafts', 'POST'],
    ['PUT /v1/offices', 'GET, HEAD'],
    ['PATCH /v1/places/provinces/31/districts', 'GET, HEAD'],
    ['POST /v1/drafts/0199c2d4-0000-7000-8000-000000000000', 'DELETE, GET, HEAD, PATCH'],
    ['POST /openapi.json', 'GET, HEAD'],
  ])('that does not know the method is 405, and says which it knows: %s', async (requestLine, allow) => {
    const answer = await raw(requestLine);
    expect([inShort(answer), answer.headers['allow']]).toEqual(['405 method-not-allowed', allow]);
  });

  it('answers HEAD as GET, without the body', async () => {
    const [get, head] = await Promise.all([world.api.get('/v1/consents').expect(200), world.api.call('head', '/v1/consents').expect(200)]);
    expect(head.headers['etag']).toBe(get.headers['etag']);
    expect(head.text).toBeUndefined();
  });
});

describe('what is written with escapes', () => {
  it('is read once: what was escaped twice is another text, in path, query and body', async () => {
    expect((await raw('GET /v1/offices/%30%33%31%30%32')).body).toMatchObject({ code: '03102' });
    expect(inShort(await raw('GET /v1/offices/%2530%2533%2531%2530%2532'))).toBe('404 not-found');
    expect((await world.api.get('/v1/offices?q=%30%33%31%30%32').expect(200)).body.items).toMatchObject([{ code: '03102' }]);
    expect((await world.api.get('/v1/offices?q=%2530%2533%2531%2530%2532').expect(200)).body.items).toEqual([]);
    const street = '%3Cb%3E &lt;b&gt; \\u003cb\\u003e';
    const { body } = await world.api.post('/v1/drafts').send({ street }).expect(201);
    const kept = await world.api.get(`/v1/drafts/${body.id}`).auth(body.draftToken, { type: 'bearer' }).expect(200);
    expect(kept.body.street).toBe(street);
  });
});

describe('a query', () => {
  it.each([
    '/v1/offices?colour=red',
    '/v1/offices?limit=0',
    '/v1/offices?limit=201',
    '/v1/offices?limit=ten',
    '/v1/offices?limit=-1',
    '/v1/offices?limit=1e1',
    '/v1/offices?limit=4294967297',
    '/v1/offices?limit=18446744073709551617',
    '/v1/offices?limit=1&limit=2',
    '/v1/offices?q[]=x',
    '/v1/offices?__proto__=x',
    '/v1/offices?q=%00',
    `/v1/offices?q=${'a'.repeat(101)}`,
    '/v1/offices?provinceCode=1',
    "/v1/offices?provinceCode=31'--",
    '/v1/offices?cursor=x',
    '/v1/offices?cursor=',
    '/v1/offices?cursor=MDowMzEwMg==',
    `/v1/offices?cursor=${Buffer.from('9:03102').toString('base64url')}`,
    '/v1/offices/suggestions',
    '/v1/offices/suggestions?districtCode=304&managementNumber=3102',
    '/v1/offices/03102?fields=name',
    '/v1/consents?version=1',
    '/v1/reasons?x',
    '/v1/places/provinces?_=1',
  ])('that the route does not know is 400: %s', async (path) => {
    expect((await world.api.get(path)).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  it('is refused where the route reads none, and does nothing', async () => {
    const wizard = await Wizard.begins(world);
    const kept = await keeping.addedBy(async () => {
      for (const call of [
        world.api.post('/v1/drafts?fullName=x'),
        world.api.post('/v1/declarations?x'),
        world.api.post('/v1/sessions?insuranceNumber=0397097379'),
        world.api.get('/problems/not-found?language=en'),
        wizard.calls('get', '?fields=phone'),
        wizard.calls('patch', '?phone=0352153000').set('If-Match', '*').send({}),
        wizard.calls('delete', '?force=true').set('If-Match', '*'),
      ]) {
        expect(await call).toMatchObject({ status: 400, body: { code: 'malformed-request' } });
      }
    });
    expect(kept).toEqual({});
  });
});

/** Seconds. */
const A_YEAR = 365 * 86_400;
const SHOWS_NOTHING = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('an answer', () => {
  it.each([
    ['application/json', '200'],
    ['*/*', '200'],
    ['application/problem+json', '200'],
    ['text/html, application/json;q=0.1', '200'],
    ['text/html', '406 not-acceptable'],
    ['image/png', '406 not-acceptable'],
    ['application/json;q=0', '406 not-acceptable'],
  ])('is JSON, and for Accept: %s it is %s', async (accept, answer) => {
    expect(inShort(await raw('GET /v1/consents', { Accept: accept }))).toBe(answer);
  });

  it('is kept by nobody, framed by nobody, guessed at by nobody, and does not say what made it', async () => {
    const { body } = await world.api.post('/v1/drafts').send({}).expect(201);
    const answers = await Promise.all([
      world.api.get(`/v1/drafts/${body.id}`).auth(body.draftToken, { type: 'bearer' }),
      world.api.get(`/v1/drafts/${body.id}`),
      world.api.get('/v1/nothing'),
      world.api.get('/v1/consents').set('X-Workspace', 'nowhere'),
      world.api.post('/v1/drafts').type('json').send('{'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 404, 400]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': SHOWS_NOTHING,
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringMatching(/^max-age=\d+; includeSubDomains$/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        vary: expect.stringContaining('Accept-Language'),
      });
      expect(Number(/\d+/.exec(headers['strict-transport-security']!)![0])).toBeGreaterThanOrEqual(A_YEAR);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    }
  });

  it('carries the id of its request: the client’s own where a log line can hold it, else a new one', async () => {
    for (const id of ['a', 'A.b_c-1', 'x'.repeat(100)]) {
      expect((await world.api.get('/v1/consents').set('X-Request-Id', id)).headers['x-request-id']).toBe(id);
    }
    for (const id of ['', 'x'.repeat(101), 'a b', 'a"b', '<script>', 'ngh\u00ea']) {
      expect((await world.api.get('/v1/consents').set('X-Request-Id', id)).headers['x-request-id']).toMatch(UUID);
    }
    const [one, other] = await Promise.all([world.api.get('/v1/consents'), world.api.get('/v1/consents')]);
    expect(one.headers['x-request-id']).not.toBe(other.headers['x-request-id']);
  });

  it('is for the scripts of no other origin, unless it is named', async () => {
    for (const Origin of ['https://app.example', 'null', server.url]) {
      for (const path of ['/v1/consents', '/v1/nothing', '/openapi.json']) {
        const { headers } = await world.api.get(path).set({ Origin });
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
      const preflight = await raw('OPTIONS /v1/drafts', { Origin, 'Access-Control-Request-Method': 'POST' });
      expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('leads nowhere else, over whatever line and under whatever name it was asked for', async () => {
    const elsewhere = { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'elsewhere.example', Host: 'elsewhere.example' };
    for (const [name, value] of Object.entries(elsewhere)) {
      const headers = { [name]: value };
      expect((await raw('GET /v1/consents', headers)).status).toBe(200);
      expect((await raw('GET /docs', headers)).status).toBe(200);
      const upload = await Wizard.begins(world);
      const about = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '9000', 'Upload-Metadata': `slot ${btoa('portrait')}` };
      const { headers: told } = await raw(`POST /v1/drafts/${upload.id}/uploads`, {
        ...about,
        ...headers,
        Authorization: `Bearer ${upload.token}`,
      });
      expect(told['location']).toMatch(/^\/v1\/uploads\/[\w-]+$/);
    }
  });
});

describe('whoever asks', () => {
  it('is known by the line and not by X-Forwarded-For, which anybody may write', async () => {
    const left = async (address: string) => {
      const { headers } = await world.api
        .post('/v1/declarations/tracking')
        .set({ 'X-Forwarded-For': address, 'X-Real-IP': address, Forwarded: `for=${address}` })
        .send({ dossierNumber: '00001.GD/2021/03102', trackingCode: '0000-0000-0000-0000' });
      return Number(/^"tracking-by-address";r=(\d+)/.exec(headers['ratelimit']!)![1]);
    };
    const first = await left('192.0.2.1');
    expect([await left('192.0.2.2'), await left('2001:db8::1'), await left('127.0.0.1')]).toEqual([first - 1, first - 2, first - 3]);
  });
});

describe('a page in a developer’s browser', () => {
  it('works a desk that has no key only if it is of this machine', async () => {
    const { body } = await world.api.post('/v1/drafts').send({}).expect(201);
    for (const Origin of [
      'https://elsewhere.example',
      'http://localhost.elsewhere.example',
      'http://elsewhere.example:3000',
      'null',
      'x',
    ]) {
      // What a page may send without asking first: no body, and no header of its own.
      expect(inShort(await raw('POST /_sim/reset', { Origin, 'Content-Length': '0' }))).toBe('403 simulator-key-required');
      expect((await raw('GET /_sim/clock', { Origin })).status).toBe(403);
    }
    await world.api.get(`/v1/drafts/${body.id}`).auth(body.draftToken, { type: 'bearer' }).expect(200);
    for (const Origin of [server.url, 'http://localhost:5173', 'http://[::1]:8080']) {
      expect((await raw('GET /_sim/clock', { Origin })).status).toBe(200);
    }
  });
});

describe('a desk that has no key', () => {
  it('is asked by a name of this machine, or not at all', async () => {
    // A page that has led its own name to 127.0.0.1 meanwhile is of the same origin, and says none.
    for (const Host of [
      'elsewhere.example',
      'elsewhere.example:3000',
      'localhost.elsewhere.example',
      '127.0.0.1.elsewhere.example',
      '10.0.0.1',
    ]) {
      expect(inShort(await raw('GET /_sim/messages', { Host }))).toBe('403 simulator-key-required');
      expect(inShort(await raw('GET /v1/consents', { Host, 'Sim-Fault': 'http-5xx-before-commit=1' }))).toBe('403 simulator-key-required');
      expect((await raw('GET /v1/consents', { Host })).status).toBe(200);
    }
    for (const Host of ['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.8.8.8:80', '[::1]', '[::1]:3000', '10.0.2.2:3000'])
      expect((await raw('GET /_sim/messages', { Host })).status).toBe(200);
  });

  it.each([
    ['', {}],
    [', whom it believes', { TRUST_PROXY: 'loopback' }],
  ])('is for nobody whom a proxy of this machine brings from elsewhere%s', async (_whether, environment) => {
    const proxied = await startServer({ beside: server, environment });
    try {
      const status = async (headers: Record<string, string>) => (await requestsRaw(proxied.url, 'GET /_sim/messages', headers)).status;
      for (const address of ['203.0.113.9', '127.0.0.1, 203.0.113.9', '203.0.113.9, 127.0.0.1', 'unknown'])
        expect(await status({ 'X-Forwarded-For': address })).toBe(403);
      expect(await status({ 'X-Real-IP': '2001:db8::1' })).toBe(403);
      expect(await status({ Forwarded: 'for=203.0.113.9' })).toBe(403);
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1, 127.0.0.1'])
        expect(await status({ 'X-Forwarded-For': address })).toBe(200);
    } finally {
      await proxied.stop();
    }
  });
});

describe('the documentation', () => {
  it('runs scripts from here alone, sends nothing elsewhere, and is framed by nobody', async () => {
    const page = await world.api.get('/docs').expect(200);
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const scripts = [...page.text.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(2);
    for (const [, attributes, inline] of scripts) {
      expect([attributes, inline!.trim()]).toEqual([expect.stringMatching(/^ src="\.?\/[^"/][^"]*"$/), '']);
      const path = /src="([^"]+)"/.exec(attributes!)![1]!;
      const script = await world.api.get(new URL(path, `${server.url}/docs`).pathname).buffer();
      expect([path, script.status, script.headers['content-type']]).toEqual([path, 200, expect.stringContaining('javascript')]);
    }
    expect(page.text).not.toMatch(/ on\w+=|javascript:/i);
  });
});

describe('a workspace', () => {
  it('is named by a header or by the base of the path', async () => {
    const office = (await world.api.get('/v1/offices/03102').expect(200)).text;
    expect((await world.api.get('/v1/offices/03102').set('X-Workspace', 'default').expect(200)).text).toBe(office);
    expect((await raw('GET /w/default/v1/offices/03102')).body).toEqual(JSON.parse(office));
    expect((await raw('GET /w/default/v1/offices?limit=1')).status).toBe(200);
  });

  it.each([
    ['GET /v1/offices/03102', { 'X-Workspace': 'nowhere' }],
    ['GET /v1/offices/03102', { 'X-Workspace': '' }],
    ['GET /v1/offices/03102', { 'X-Workspace': 'DEFAULT' }],
    ['GET /v1/offices/03102', { 'X-Workspace': 'public; DROP SCHEMA public' }],
    ['GET /w/nowhere/v1/offices/03102', {}],
    ['GET /w/__proto__/v1/offices/03102', {}],
    ['GET /w/default%2f/v1/offices/03102', {}],
    ['POST /w/nowhere/v1/drafts', {}],
  ])('that nobody knows is 404: %s %j', async (requestLine, headers) => {
    expect(inShort(await raw(requestLine, headers as Record<string, string>))).toBe('404 workspace-unknown');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World } from '../support/people.ts';
import { headOf, sendsRaw, type RawAnswer } from '../support/raw-http.ts';
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

/** A request byte by byte; with a body it is JSON unless the headers say otherwise. */
function raw(requestLine: string, headers: Record<string, string> = {}, body?: string | Buffer): Promise<RawAnswer> {
  const about: Record<string, string> =
    body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  return sendsRaw(server.url, headOf(requestLine, { ...about, ...headers }), body ?? '');
}

const told = ({ status, body }: Pick<RawAnswer, 'status' | 'body'>) => `${status} ${String(body['code'] ?? '')}`.trim();

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
    'GET /.env',
    'GET /_sim',
    'GET /w/default',
    'GET /w/default/w/default/v1/consents',
    'OPTIONS *',
  ])('that leads nowhere is 404: %s', async (requestLine) => {
    expect(told(await raw(requestLine))).toBe('404 not-found');
  });

  it.each(['GET /v1/offices/%ZZ', 'GET /v1/offices/%', 'GET /v1/drafts/%E0%A4%A'])(
    'that cannot be decoded is 400: %s',
    async (requestLine) => {
      expect(told(await raw(requestLine))).toBe('400 malformed-request');
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
    expect([told(answer), answer.headers['allow']]).toEqual(['405 method-not-allowed', allow]);
  });

  it('answers HEAD as GET, without the body', async () => {
    const [get, head] = await Promise.all([world.api.get('/v1/consents').expect(200), world.api.call('head', '/v1/consents').expect(200)]);
    expect(head.headers['etag']).toBe(get.headers['etag']);
    expect(head.text).toBeUndefined();
  });
});

describe('a query', () => {
  it.each([
    '/v1/offices?colour=red',
    '/v1/offices?limit=0',
    '/v1/offices?limit=201',
    '/v1/offices?limit=ten',
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

describe('a body', () => {
  it.each([
    ['cut short', '{"phone":', '400 malformed-request'],
    ['with a comma too many', '{"phone":"0352153000",}', '400 malformed-request'],
    ['of single quotes', `{'phone':'x'}`, '400 malformed-request'],
    ['of a bare word', 'undefined', '400 malformed-request'],
    ['of two documents', '{}{}', '400 malformed-request'],
    ['that is a list', '[]', '422 validation-failed'],
    ['that is a list of forms', '[{}]', '422 validation-failed'],
    ['that is text', '"x"', '422 validation-failed'],
    ['that is a number', '1', '422 validation-failed'],
    ['that is null', 'null', '422 validation-failed'],
    ['that is true', 'true', '422 validation-failed'],
    ['that holds NUL', '{"street":"a\\u0000b"}', '422 validation-failed'],
    ['that holds half a character', '{"street":"\\ud800"}', '422 validation-failed'],
    ['that holds half a character in a name', '{"\\ud800":"x"}', '422 validation-failed'],
    ['that is nested a thousand deep', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000), '422 validation-failed'],
  ])('%s is refused, and nothing begun', async (_, body, answer) => {
    const kept = await keeping.addedBy(async () => expect(told(await raw('POST /v1/drafts', {}, body))).toBe(answer));
    expect(kept).toEqual({});
  });

  it('that is wrong as a whole has its fault at the root', async () => {
    expect(faultsIn((await raw('POST /v1/drafts', {}, '[]')).body)).toEqual([': wrong-type']);
  });

  it('may be as long as 128 KiB, and is refused beyond, before it is read where its length is declared', async () => {
    const most = 128 * 1024;
    const filled = (bytes: number) => `{"street":"${'a'.repeat(bytes - 13)}"}`;
    expect(told(await raw('POST /v1/drafts', {}, filled(most)))).toBe('422 validation-failed');
    expect(told(await raw('POST /v1/drafts', {}, filled(most + 1)))).toBe('413 payload-too-large');
    expect(told(await raw('POST /v1/drafts', { 'Content-Length': '50000000' }, '{'))).toBe('413 payload-too-large');
    const chunk = `${(64 * 1024).toString(16)}\r\n${'a'.repeat(64 * 1024)}\r\n`;
    const head = headOf('POST /v1/drafts', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    expect(told(await sendsRaw(server.url, head, chunk, chunk, chunk, '0\r\n\r\n'))).toBe('413 payload-too-large');
  });

  it.each([
    ['text/plain', '415 unsupported-media-type'],
    ['application/x-www-form-urlencoded', '415 unsupported-media-type'],
    ['multipart/form-data; boundary=x', '415 unsupported-media-type'],
    ['application/xml', '415 unsupported-media-type'],
    ['application/json; charset=latin1', '415 unsupported-media-type'],
    ['x', '415 unsupported-media-type'],
    ['application/json; charset=utf-8', '201'],
  ])('of the type %s is answered with %s', async (type, answer) => {
    expect(told(await raw('POST /v1/drafts', { 'Content-Type': type }, '{}'))).toBe(answer);
  });

  it.each([
    ['gzip', '400 malformed-request'],
    ['rot13', '415 unsupported-media-type'],
  ])('packed as %s, and not so in truth, is %s', async (encoding, answer) => {
    expect(told(await raw('POST /v1/drafts', { 'Content-Encoding': encoding }, '{}'))).toBe(answer);
  });

  it('is not needed by a route that can do without', async () => {
    expect(told(await raw('POST /v1/drafts', { 'Content-Length': '0' }))).toBe('201');
  });
});

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
    expect(told(await raw('GET /v1/consents', { Accept: accept }))).toBe(answer);
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
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        vary: expect.stringContaining('Accept-Language'),
      });
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
    expect(told(await raw(requestLine, headers as Record<string, string>))).toBe('404 workspace-unknown');
  });
});

describe('what is no request at all', () => {
  it.each([
    ['a greeting', 'hello\r\n\r\n', '400 malformed-request'],
    ['a method that nobody knows', headOf('FOO /v1/consents'), '400 malformed-request'],
    ['a header of 20 kB', headOf('GET /v1/consents', { X: 'a'.repeat(20_000) }), '413 payload-too-large'],
    ['a header without a name', headOf('GET /v1/consents', { '': 'x' }), '400 malformed-request'],
    ['two lengths', headOf('POST /v1/drafts', { 'Content-Length': '1', 'content-length': '2' }), '400 malformed-request'],
    ['a length and chunks', headOf('POST /v1/drafts', { 'Content-Length': '2', 'Transfer-Encoding': 'chunked' }), '400 malformed-request'],
    ['a length below zero', headOf('POST /v1/drafts', { 'Content-Length': '-1' }), '400 malformed-request'],
  ])('is told so too, as a problem document: %s', async (_, bytes, answer) => {
    const refused = await sendsRaw(server.url, bytes);
    expect(told(refused)).toBe(answer);
    expect(refused.headers).toMatchObject({ 'x-request-id': expect.stringMatching(UUID), connection: 'close', 'content-language': 'vi' });
    expect(refused.body['instance']).toBe(refused.headers['x-request-id']);
  });

  it('is a request to no host too, but for the oldest clients', async () => {
    expect(told(await sendsRaw(server.url, 'GET /v1/consents HTTP/1.1\r\n\r\n'))).toBe('400 malformed-request');
    expect((await sendsRaw(server.url, 'GET /v1/consents HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  it('does not hurt what comes after', async () => {
    await world.api.get('/health/live').expect(200);
    expect(server.process.exitCode).toBeNull();
    expect(server.output()).not.toContain('"level":"error"');
  });

  it('is not an expectation that cannot be met: it is ignored', async () => {
    expect(told(await raw('POST /v1/drafts', { Expect: 'a-miracle' }, '{}'))).toBe('201');
  });
});

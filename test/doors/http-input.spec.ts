import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsIn } from '../support/form-desk.ts';
import { Keeping } from '../support/kept.ts';
import { World } from '../support/people.ts';
import { headOf, inShort, requestsRaw, sendsRaw } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';

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
    const kept = await keeping.addedBy(async () => expect(inShort(await raw('POST /v1/drafts', {}, body))).toBe(answer));
    expect(kept).toEqual({});
  });

  it('that is wrong as a whole has its fault at the root', async () => {
    expect(faultsIn((await raw('POST /v1/drafts', {}, '[]')).body)).toEqual([': wrong-type']);
  });

  it('may be as long as 128 KiB, and is refused beyond, before it is read where its length is declared', async () => {
    const most = 128 * 1024;
    const filled = (bytes: number) => `{"street":"${'a'.repeat(bytes - 13)}"}`;
    expect(inShort(await raw('POST /v1/drafts', {}, filled(most)))).toBe('422 validation-failed');
    expect(inShort(await raw('POST /v1/drafts', {}, filled(most + 1)))).toBe('413 payload-too-large');
    expect(inShort(await raw('POST /v1/drafts', { 'Content-Length': '50000000' }, '{'))).toBe('413 payload-too-large');
    const chunk = `${(64 * 1024).toString(16)}\r\n${'a'.repeat(64 * 1024)}\r\n`;
    const head = headOf('POST /v1/drafts', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    expect(inShort(await sendsRaw(server.url, head, chunk, chunk, chunk, '0\r\n\r\n'))).toBe('413 payload-too-large');
  });

  it('that is a table may be as long as 1 MiB, and is refused beyond, also where only its end would tell its length', async () => {
    const admin = await world.admin();
    const about = { Authorization: `Bearer ${admin}`, 'Content-Type': 'text/csv', 'Transfer-Encoding': 'chunked' };
    const head = headOf('POST /v1/admin/offices/import?dryRun=true', about);
    const chunk = `${(512 * 1024).toString(16)}\r\n${'a'.repeat(512 * 1024)}\r\n`;
    expect(inShort(await sendsRaw(server.url, head, chunk, chunk, '0\r\n\r\n'))).toBe('422 validation-failed');
    expect(inShort(await sendsRaw(server.url, head, chunk, chunk, chunk, '0\r\n\r\n'))).toBe('413 payload-too-large');
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
    expect(inShort(await raw('POST /v1/drafts', { 'Content-Type': type }, '{}'))).toBe(answer);
  });

  it.each([
    ['gzip', '400 malformed-request'],
    ['rot13', '415 unsupported-media-type'],
  ])('packed as %s, and not so in truth, is %s', async (encoding, answer) => {
    expect(inShort(await raw('POST /v1/drafts', { 'Content-Encoding': encoding }, '{}'))).toBe(answer);
  });

  it('is not needed by a route that can do without', async () => {
    expect(inShort(await raw('POST /v1/drafts', { 'Content-Length': '0' }))).toBe('201');
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
    expect(inShort(refused)).toBe(answer);
    expect(refused.headers).toMatchObject({ 'x-request-id': expect.stringMatching(UUID), connection: 'close', 'content-language': 'vi' });
    expect(refused.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    });
    expect(refused.body['instance']).toBe(refused.headers['x-request-id']);
  });

  it('is answered, however much follows it: the answer is not lost on the way', async () => {
    const head = 'POST ? HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n';
    const answers = Array.from({ length: 20 }, () => sendsRaw(server.url, head, Buffer.alloc(4_000_000, 'x')));
    expect(new Set((await Promise.all(answers)).map(inShort))).toEqual(new Set(['400 malformed-request']));
  });

  it('is a request to no host too, but for the oldest clients', async () => {
    expect(inShort(await sendsRaw(server.url, 'GET /v1/consents HTTP/1.1\r\n\r\n'))).toBe('400 malformed-request');
    expect((await sendsRaw(server.url, 'GET /v1/consents HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  it('does not hurt what comes after', async () => {
    await world.api.get('/health/live').expect(200);
    expect(server.process.exitCode).toBeNull();
    expect(server.output()).not.toContain('"level":"error"');
  });

  it('is not an expectation that cannot be met: it is ignored', async () => {
    expect(inShort(await raw('POST /v1/drafts', { Expect: 'a-miracle' }, '{}'))).toBe('201');
  });
});

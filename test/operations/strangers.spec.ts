import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected } from '../database/bench.ts';
import { World } from '../support/people.ts';
import { inShort, requestsRaw } from '../support/raw-http.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const APP = 'https://app.example';

let server: TestServer;
let world: World;
let records: Records;

beforeAll(async () => {
  server = await startServer({ environment: { CORS_ORIGINS: APP } });
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

const asks = (name: string, url = server.url) => requestsRaw(url, 'GET /v1/me', { 'X-Workspace': name });

describe('who names a workspace that there is not', () => {
  it('makes nothing by asking', async () => {
    expect(inShort(await asks('nowhere'))).toBe('404 workspace-unknown');
    expect((await world.api.get('/_sim/workspaces').expect(200)).body).toEqual({ items: [] });
    expect(inShort(await requestsRaw(server.url, 'DELETE /_sim/workspaces/nowhere'))).toBe('404 workspace-unknown');
    expect(await records.rows(`SELECT to_regnamespace('simulator_desk') AS made`)).toEqual([{ made: null }]);
  });

  it('asks the database nothing by a name that none can have, nor a second time within a second', async () => {
    await world.api.post('/_sim/workspaces').send({ name: 'somewhere' }).expect(201);
    const owner = await connected(server.database.ownerUrl);
    try {
      await owner.query('BEGIN');
      expect(inShort(await asks('elsewhere'))).toBe('404 workspace-unknown');
      await owner.query('LOCK TABLE simulator_desk.workspaces');
      const names = ['elsewhere', 'ELSEWHERE', '__proto__', 'public; DROP SCHEMA public', '-', 'a'.repeat(41)];
      const answers = await Promise.all(names.map((name) => asks(name)));
      expect(answers.map(inShort)).toEqual(names.map(() => '404 workspace-unknown'));
    } finally {
      await owner.end();
    }
  });

  it('finds it as soon as somebody has made it', async () => {
    expect(inShort(await asks('soon'))).toBe('404 workspace-unknown');
    await world.api.post('/_sim/workspaces').send({ name: 'soon' }).expect(201);
    expect(inShort(await asks('soon'))).toBe('401 unauthenticated');
  });

  it('comes under the ceiling of the address, whatever the path, and nobody in a workspace does so twice', async () => {
    const low = await startServer({ beside: server, environment: { RATE_LIMIT_FACTOR: '0.001' } });
    try {
      const answers: string[] = [];
      for (let time = 0; time < 8; time++) answers.push(inShort(await asks(`nowhere-${time}`, low.url)));
      const reference = await requestsRaw(low.url, 'GET /w/nowhere/v1/consents');
      expect([...answers, inShort(reference)]).toEqual([
        ...Array.from({ length: 6 }, () => '404 workspace-unknown'),
        ...Array.from({ length: 3 }, () => '429 too-many-attempts'),
      ]);
    } finally {
      await low.stop();
    }
  });
});

describe('a browser’s app of a known origin', () => {
  it('can read every refusal, one that no route has seen included', async () => {
    const low = await startServer({ beside: server, environment: { CORS_ORIGINS: APP, RATE_LIMIT_FACTOR: '0.001' } });
    try {
      const headers = { Origin: APP };
      const unknown = await requestsRaw(low.url, 'GET /v1/me', { ...headers, 'X-Workspace': 'nowhere' });
      let limited = await requestsRaw(low.url, 'GET /v1/me', headers);
      while (limited.status !== 429) limited = await requestsRaw(low.url, 'GET /v1/me', headers);
      const preflight = await requestsRaw(low.url, 'OPTIONS /v1/me', { ...headers, 'Access-Control-Request-Method': 'GET' });
      expect([inShort(unknown), inShort(limited), inShort(preflight)]).toEqual(['404 workspace-unknown', '429 too-many-attempts', '204']);
      for (const refused of [unknown, limited]) {
        expect(refused.headers).toMatchObject({
          'access-control-allow-origin': APP,
          'access-control-expose-headers': expect.stringContaining('Retry-After'),
          vary: expect.stringMatching(/Accept-Language.*Origin/),
        });
      }
      expect(limited.headers['retry-after']).toMatch(/^\d+$/);
      expect(preflight.headers['x-request-id']).toBeDefined();
    } finally {
      await low.stop();
    }
  });
});

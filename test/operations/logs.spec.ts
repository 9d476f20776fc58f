import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World, type Citizen } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

const CHOSEN = 'Biển xanh mây trắng';
const EMAIL = 'lan.rieng@example.com';
const NOTE = 'Ghi chú nội bộ đừng ghi nhật ký';

let server: TestServer;
let world: World;
let citizen: Citizen;
/** All that may stand in no line: what people are, and what opens doors. */
let secrets: string[];

/** A whole story, with everything that can go wrong in it. */
beforeAll(async () => {
  server = await startServer({ environment: { LOG_LEVEL: 'trace' } });
  world = new World(server.url);
  citizen = world.citizen('dinh-ngoc-lan', { email: EMAIL, emailCopy: 'true', emailForNotices: 'true', street: 'Ngõ 7 Phố Riêng Tư' });
  const { id, dossierNumber, trackingCode } = await citizen.submits();
  await citizen.submits().catch(() => undefined);
  await citizen.sends({ form: { ...citizen.form, fullName: 'Đinh\r\n{"level":"fatal"}\u001b[31m', phone: '0352' } });
  await world.api.get(`/v1/declarations/${id}?phone=0352153013`).auth(trackingCode, { type: 'bearer' });
  await world.api.get(`/v1/${CHOSEN}/${encodeURIComponent(EMAIL)}`);
  await world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode });
  const clerk = await world.staff('03102');
  await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong', text: 'Gọi không được.' }], NOTE);
  await citizen.own('patch', '', { phone: '0352153777' });
  await citizen.own('post', '/resubmission');
  await clerk.calls('get', `/declarations/${id}/photos/portrait`);
  await clerk.approves(citizen);
  const password = await citizen.readsPassword();
  await citizen.logsIn('sai mật khẩu');
  const { body: session } = await citizen.logsIn(password);
  await world.api
    .put('/v1/me/password')
    .auth(session.accessToken, { type: 'bearer' })
    .send({ currentPassword: password, newPassword: CHOSEN });
  const last = await world.api.get('/v1/me').auth(session.accessToken, { type: 'bearer' });
  await lineOf(last.headers['x-request-id']!);
  const { fullName, insuranceNumber, idNumber, phone } = citizen.form;
  secrets = [
    ...[fullName!, insuranceNumber!, idNumber!, phone!, phone!.slice(3), '0352153777', '52153777', EMAIL, 'lan.rieng', 'Riêng Tư'],
    ...[password, CHOSEN, 'sai mật khẩu', trackingCode, session.accessToken, session.refreshToken, clerk.token, NOTE, 'Gọi không được'],
  ];
});
afterAll(() => server.dispose());

/** Whole lines only: the last one may still be on its way. */
function lines(): string[] {
  return server.output().split('\n').slice(0, -1);
}

/** Everything printed but the few lines for the person who started it. */
function logged(): Record<string, unknown>[] {
  return lines()
    .filter((line) => !/^(bhxh-intake | {2})/.test(line))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The line of a request, as soon as it is printed; it may come after the answer. */
async function lineOf(requestId: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = logged().find((candidate) => candidate['requestId'] === requestId && candidate['method'] !== undefined);
    if (line) return line;
    await once(server.process.stdout!, 'data');
  }
}

describe('the log', () => {
  it('is one JSON object a line, with level and time, whatever people send', () => {
    expect(logged().length).toBeGreaterThan(20);
    for (const line of logged()) {
      expect(line).toMatchObject({ level: expect.stringMatching(/^(trace|debug|info|warn|error)$/), time: expect.stringMatching(/Z$/) });
    }
    expect(lines().some((line) => line.includes('\u001b'))).toBe(false);
  });

  it('has one line for each request: its id, method, route, status and time, and nothing of its path or query', async () => {
    const requestId = `given-${randomUUID()}`;
    const { id } = citizen.receipt!;
    await world.api.get(`/v1/declarations/${id}`).set('X-Request-Id', requestId).expect(401);
    expect(await lineOf(requestId)).toMatchObject({ method: 'GET', route: '/v1/declarations/:id', status: 401, ms: expect.any(Number) });
    expect(logged().filter((line) => line['requestId'] === requestId)).toHaveLength(1);
    expect(
      logged()
        .filter((line) => line['method'] !== undefined)
        .every((line) => typeof line['requestId'] === 'string'),
    ).toBe(true);
    expect(server.output()).not.toContain(id);
  });

  it('gives the id of its line to the caller, in header and problem, also where the caller gave none or a bad one', async () => {
    for (const given of [undefined, 'two words', 'x'.repeat(101), '"}{"']) {
      const asked = world.api.get('/v1/nowhere');
      const { headers, body } = await (given === undefined ? asked : asked.set('X-Request-Id', given));
      const requestId = headers['x-request-id'];
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.instance).toBe(requestId);
      expect(await lineOf(requestId!)).toMatchObject({ status: 404 });
    }
  });

  it('holds nothing of a citizen, of what opens a door, or of what officers wrote', () => {
    const printed = server.output();
    expect(secrets.filter((secret) => secret.length < 5)).toEqual([]);
    expect(secrets.filter((secret) => printed.includes(secret) || printed.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
  });
});

describe('the metrics', () => {
  it('count requests by method, route and status, and name no id, no number and no person', async () => {
    const { text, headers } = await world.api.get('/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /^http_request_duration_seconds_count\{method="POST",route="\/v1\/staff\/declarations\/:id\/approval",status="200"\} 1$/m,
    );
    const routes = [...text.matchAll(/route="([^"]*)"/g)].map(([, route]) => route!);
    expect(routes.filter((route) => /[0-9a-f]{8}-|\d{5}|%/.test(route))).toEqual([]);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toContain(citizen.receipt!.id);
  });
});

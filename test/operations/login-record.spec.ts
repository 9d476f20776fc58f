import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NAMED_STAFF, SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const OFFICER = NAMED_STAFF[0]!.username;
const OTHER = NAMED_STAFF[1]!.username;
const NUMBER = '0397000001';

let server: TestServer;
let world: World;
let records: Records;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

const logsIn = (username: string, password: string, requestId = randomUUID()) =>
  world.api.post('/v1/staff/sessions').set('X-Request-Id', requestId).send({ username, password });

/** Everything printed but the few lines for the person who started it, and but the last, which may still be on its way. */
function logged(): string[] {
  const lines = server.output().split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{'));
}

/** What is told of a refused log-in, once the line of its request is there, which comes after it. */
async function told(requestId: string): Promise<Record<string, unknown>[]> {
  for (;;) {
    const lines = logged()
      .filter((line) => line.includes(requestId))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    if (lines.some((line) => line['method'] !== undefined)) return lines.filter((line) => line['method'] === undefined);
    await once(server.process.stdout!, 'data');
  }
}

async function figureOf(door: string, outcome: string): Promise<number> {
  const { text } = await world.api.get('/metrics').expect(200);
  return Number(new RegExp(`^login_attempts_total\\{door="${door}",outcome="${outcome}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

const entriesOf = (username: string) =>
  records.rows(
    `SELECT entry.action, entry.actor_kind, entry.details FROM audit_entries entry JOIN staff ON staff.id = entry.subject_id
     WHERE staff.username = $1 AND entry.action LIKE 'log-in%' ORDER BY sequence`,
    [username],
  );

describe('a log-in that is refused', () => {
  it.each([
    ['staff', '/v1/staff/sessions', { username: OFFICER, password: 'not the one' }],
    ['staff', '/v1/staff/sessions', { username: 'nobody.03103', password: 'not the one' }],
    ['citizen', '/v1/sessions', { insuranceNumber: NUMBER, password: 'not the one' }],
  ])('at the door of %s is a line of the log with the request’s id and nobody’s name, and in the figures', async (door, path, body) => {
    const before = { refused: await figureOf(door, 'refused'), limited: await figureOf(door, 'limited') };
    for (let time = 0; time < 6; time++) {
      const requestId = randomUUID();
      const outcome = time < 5 ? 'refused' : 'limited';
      const { status } = await world.api.post(path).set('X-Request-Id', requestId).send(body);
      expect(status).toBe(outcome === 'refused' ? 401 : 429);
      expect(await told(requestId)).toEqual([
        { level: 'info', time: expect.stringMatching(/Z$/), requestId, door, outcome, msg: 'log-in refused' },
      ]);
    }
    expect(await figureOf(door, 'refused')).toBe(before.refused + 5);
    expect(await figureOf(door, 'limited')).toBe(before.limited + 1);
    expect(logged().join('\n')).not.toMatch(new RegExp([OFFICER, 'nobody.03103', NUMBER, 'not the one'].join('|')));
  });

  it('is in the officer’s own history, like the one that was right', async () => {
    await records.rows('DELETE FROM attempt_counters');
    const letIn = await figureOf('staff', 'let-in');
    await logsIn(OTHER, 'not the one').expect(401);
    for (let entries = 0; entries < 1;) entries = (await entriesOf(OTHER)).length;
    await logsIn(OTHER, SIMULATED_PASSWORD).expect(201);
    expect(await entriesOf(OTHER)).toEqual([
      { action: 'log-in-refused', actor_kind: 'system', details: {} },
      { action: 'log-in', actor_kind: 'staff', details: {} },
    ]);
    expect(await figureOf('staff', 'let-in')).toBe(letIn + 1);
  });

  it('is there twenty times a day at most, and for a name that is nobody’s nowhere', async () => {
    const before = await records.count('audit_entries');
    const [{ attempts }] = (await records.rows<{ attempts: number }>(
      `UPDATE attempt_counters SET attempts = 19 WHERE bucket LIKE 'refused-logins-on-record:%' RETURNING attempts`,
    )) as [{ attempts: number }];
    expect(attempts).toBe(19);
    for (const username of [OTHER, OTHER, 'nobody.03104']) await logsIn(username, 'not the one').expect(401);
    // Whoever stops the service waits for what is under way.
    await server.stop();
    expect(await records.count('audit_entries')).toBe(before + 1);
    expect(await records.rows(`SELECT attempts FROM attempt_counters WHERE bucket LIKE 'refused-logins-on-record:%'`)).toEqual([
      { attempts: 21 },
    ]);
  });
});

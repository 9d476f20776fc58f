import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { sharedServer, type SharedServer } from '../support/shared-server.ts';

const PASSWORD = 'Biển xanh mây trắng';
const KNOWN = '0399900457';
const UNKNOWN = '0399900458';
const MORNING = '2021-04-20T02:00:00Z';
const PAIRS = 30;

let server: SharedServer;
let world: World;
let records: Records;

beforeAll(async () => {
  server = await sharedServer();
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt(MORNING, true);
  const citizen = world.citizen('pham-duc-long');
  await citizen.submits();
  await (await world.staff('03102')).approves(citizen);
  const password = await citizen.readsPassword();
  const { body: session } = await citizen.logsIn(password);
  await world.api
    .put('/v1/me/password')
    .auth(session.accessToken, { type: 'bearer' })
    .send({ currentPassword: password, newPassword: PASSWORD })
    .expect(204);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.clockIsAt(MORNING);
  await records.rows('DELETE FROM attempt_counters');
});

function logsIn(insuranceNumber = KNOWN, password = PASSWORD) {
  return world.api.post('/v1/sessions').send({ insuranceNumber, password });
}

describe.each([
  ['with an account', KNOWN],
  ['without one', UNKNOWN],
])('a number %s', (_what, insuranceNumber) => {
  it('is closed after five wrong passwords, for the right one too, and free again after fifteen minutes', async () => {
    for (let failure = 1; failure <= 5; failure++) {
      await world.timePasses('PT1M');
      expect((await logsIn(insuranceNumber, `wrong-${failure}`)).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
    }
    const closed = await logsIn(insuranceNumber);
    expect(closed.body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    // Counted from the first failure, four minutes ago.
    expect(closed.headers['retry-after']).toBe(String(11 * 60));
    await world.timePasses('PT10M59.999S');
    expect((await logsIn(insuranceNumber)).status).toBe(429);
    await world.timePasses('PT0.001S');
    expect((await logsIn(insuranceNumber)).status).toBe(insuranceNumber === KNOWN ? 201 : 401);
  });

  it('lets five of a burst of guesses through to be refused, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, guess) => logsIn(insuranceNumber, `guess-${guess}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe('logging in', () => {
  it('forgets the failures before it', async () => {
    for (let round = 0; round < 3; round++) {
      for (let failure = 1; failure <= 4; failure++) await logsIn(KNOWN, 'wrong').expect(401);
      await logsIn().expect(201);
    }
  });

  it('closes nobody else out: one number’s failures are its own', async () => {
    for (let failure = 1; failure <= 6; failure++) await logsIn(UNKNOWN, 'wrong');
    await logsIn().expect(201);
  });

  it('looks the same for a number that nobody has and for a wrong password', async () => {
    const [unknown, wrong] = [await logsIn(UNKNOWN, 'x'), await logsIn(KNOWN, 'x')];
    expect({ ...unknown.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
    expect(unknown.status).toBe(wrong.status);
    const shape = ({ headers }: typeof wrong) =>
      Object.entries(headers as Record<string, string>).filter(
        ([name]) => !['date', 'x-request-id', 'x-event-cursor', 'ratelimit'].includes(name),
      );
    expect(shape(unknown)).toEqual(shape(wrong));
  });

  it('takes as long for a number that nobody has as for a wrong password', async () => {
    const times: Record<string, number[]> = { [KNOWN]: [], [UNKNOWN]: [] };
    for (let pair = 0; pair < PAIRS; pair++) {
      if (pair % 5 === 0) await records.rows('DELETE FROM attempt_counters');
      for (const number of pair % 2 === 0 ? [KNOWN, UNKNOWN] : [UNKNOWN, KNOWN]) {
        const began = performance.now();
        await logsIn(number, `wrong-${pair}`).expect(401);
        times[number]!.push(performance.now() - began);
      }
    }
    // Whatever else the machine does only adds: the quickest is nearly the work alone.
    const ratio = Math.min(...times[KNOWN]!) / Math.min(...times[UNKNOWN]!);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });

  it.each([
    ['no password', { insuranceNumber: KNOWN }, ['/password']],
    ['nothing', {}, ['/insuranceNumber', '/password']],
    ['a number instead of text', { insuranceNumber: 399900457, password: PASSWORD }, ['/insuranceNumber']],
    ['lists', { insuranceNumber: [KNOWN], password: [PASSWORD] }, ['/insuranceNumber', '/password']],
    ['more than was asked for', { insuranceNumber: KNOWN, password: PASSWORD, remember: true }, ['/remember']],
    ['a password of 10,000 letters', { insuranceNumber: KNOWN, password: 'x'.repeat(10_000) }, ['/password']],
  ])('with %s is refused field by field, and counts as no attempt', async (_what, body, pointers) => {
    const { body: problem } = await world.api.post('/v1/sessions').send(body);
    expect(problem).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(pointers);
    expect(await records.count('attempt_counters')).toBe(0);
  });
});

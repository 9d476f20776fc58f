import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { LIMITS, type LimitName } from '../../src/platform/limits/limits.ts';
import { Citizen, World, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** As in production, behind a proxy on this machine: each test has as many addresses as it names. */
const environment = { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: 'loopback' };
const NUMBER = '0397000001';
/** How many come at once, of whom so many are within the limit. */
const [AT_ONCE, WITHIN] = [9, 3];

let server: TestServer;
let world: World;
let records: Records;
let citizen: Citizen;
let clerk: Officer;

beforeAll(async () => {
  server = await startServer({ environment });
  world = new World(server.url);
  records = Records.of(server.database);
  citizen = world.stranger();
  await citizen.submits();
  clerk = await world.staff('03102');
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await records.rows('DELETE FROM attempt_counters');
});

const counted = (name: LimitName) =>
  records.rows<{ attempts: number }>(`SELECT attempts FROM attempt_counters WHERE bucket LIKE $1 ORDER BY 1`, [`${name}:%`]);

describe('a burst', () => {
  type Door = () => PromiseLike<Response>;
  const applicant = () => new World(server.url).stranger({ phone: '0901288888' });
  const decodesQr = async (): Promise<Response> =>
    world.api.post('/v1/qr/decode').attach('image', (await world.plainPhotos()).idFront, 'card.jpg');
  const DOORS: [LimitName, Door][] = [
    ['submit-by-phone', () => applicant().sends()],
    ['draft-by-address', () => world.api.post('/v1/drafts').send({})],
    ['tracking-by-number', () => tracks('0000-0000-0000-0000')],
    ['staff-login', () => world.api.post('/v1/staff/sessions').send({ username: 'canbo.03102', password: 'not the one' })],
    ['recovery-confirmation', () => confirmsRecovery()],
    ['qr-by-address', decodesQr],
    [
      'visit-by-number',
      () => clerk.calls('post', '/visits').send({ dossierNumber: citizen.receipt!.dossierNumber, idNumber: '079090999999' }),
    ],
  ];
  const confirmsRecovery: Door = () =>
    world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber: NUMBER, otp: '000000', newPassword: 'Mưa rơi trên mái' });
  const tracks = (trackingCode: string) =>
    world.api.post('/v1/declarations/tracking').send({ dossierNumber: citizen.receipt!.dossierNumber, trackingCode });
  const statusesOf = async (door: Door) =>
    (await Promise.all(Array.from({ length: AT_ONCE }, async () => (await door()).status))).sort((one, other) => one - other);

  it.each(DOORS)('at the door of %s lets in exactly as many as are within, before any of them is worked on', async (name, door) => {
    await door();
    await records.rows(`DELETE FROM attempt_counters WHERE bucket NOT LIKE $1`, [`${name}:%`]);
    await records.rows(`UPDATE attempt_counters SET attempts = $1`, [LIMITS[name].most - WITHIN]);

    const statuses = await statusesOf(door);
    expect(statuses.filter((status) => status !== 429)).toHaveLength(WITHIN);
    expect(await counted(name)).toEqual([{ attempts: LIMITS[name].most - WITHIN + AT_ONCE }]);
  });

  it.each(DOORS)('at the door of %s that is shut leaves nothing behind', async (name, door) => {
    await door();
    await records.rows(`UPDATE attempt_counters SET attempts = $2 WHERE bucket LIKE $1`, [`${name}:%`, LIMITS[name].most]);
    const before = await everything();
    expect(await statusesOf(door)).toEqual(Array.from({ length: AT_ONCE }, () => 429));
    expect(await everything()).toEqual(before);
  });

  /** How many rows each table has, and every file. Counters are what a refusal is made of; providers and their log run on by themselves. */
  async function everything(): Promise<object> {
    // What the log-in of an officer leaves comes when nobody looks any more; a move of the clock waits for it.
    await world.timePasses('PT1S');
    const tables = await records.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN ('attempt_counters', 'simulator_inbox')`,
    );
    const rows = await Promise.all(tables.map(async ({ name }) => [name, await records.count(name)] as const));
    const files = await readdir(server.dataDir, { recursive: true });
    return { rows: Object.fromEntries(rows), files: files.sort() };
  }
});

describe('a dossier that strangers try', () => {
  const tracks = (address: string, code = '0000-0000-0000-0000') =>
    world.api
      .post('/v1/declarations/tracking')
      .set('X-Forwarded-For', address)
      .send({ dossierNumber: citizen.receipt!.dossierNumber, trackingCode: code });
  const tries = async (address: string, times: number) => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time++) statuses.push((await tracks(address)).status);
    return statuses;
  };

  it('is open to its owner elsewhere, one typing error included, and shut to each of them', async () => {
    const owner = '198.51.100.77';
    await tracks(owner, citizen.receipt!.trackingCode).expect(200);
    expect(await tries('203.0.113.1', 6)).toEqual([404, 404, 404, 404, 404, 429]);
    for (const last of [2, 3, 4, 5]) expect(await tries(`203.0.113.${last}`, 6)).toEqual([404, 404, 429, 429, 429, 429]);
    // The right code is one more guess to whoever has used theirs up.
    await tracks('203.0.113.1', citizen.receipt!.trackingCode).expect(429);

    expect(await tries(owner, 1)).toEqual([404]);
    await tracks(owner, citizen.receipt!.trackingCode).expect(200);
    await tracks('198.51.100.78', citizen.receipt!.trackingCode).expect(200);
    await tracks(owner, citizen.receipt!.trackingCode).expect(200);
    expect(await tries('203.0.113.6', 3)).toEqual([404, 404, 429]);
  });

  it('looks no different from one that does not exist', async () => {
    const asks = async (dossierNumber: string) => {
      const answers: object[] = [];
      for (const last of [1, 1, 1, 1, 1, 1, 2, 2, 2]) {
        const { status, body, headers } = await world.api
          .post('/v1/declarations/tracking')
          .set('X-Forwarded-For', `203.0.113.${last}`)
          .send({ dossierNumber, trackingCode: '0000-0000-0000-0000' });
        answers.push({ status, code: body.code, policy: headers['ratelimit-policy'] });
      }
      await records.rows('DELETE FROM attempt_counters');
      return answers;
    };
    const known = await asks(citizen.receipt!.dossierNumber);
    expect(known.map((answer) => (answer as { status: number }).status)).toEqual([404, 404, 404, 404, 404, 429, 404, 404, 429]);
    expect(await asks('99999.GD/2021/03102')).toEqual(known);
  });
});

describe('somebody’s own address', () => {
  it.each([
    [
      'without a proxy that is trusted',
      { RATE_LIMIT_FACTOR: '1' },
      ['203.0.113.1', '203.0.113.2, 203.0.113.3', '2001:db8::1', 'unknown', '127.0.0.1', '::ffff:203.0.113.9, 10.0.0.1'],
    ],
    [
      'behind one, of which only the last entry is that proxy’s',
      environment,
      ['203.0.113.1, 198.51.100.9', '10.9.8.7, x, 198.51.100.9', '198.51.100.9'],
    ],
  ])('is not what a client says in X-Forwarded-For %s', async (_where, settings, spoofed) => {
    const plain = await startServer({ beside: server, environment: settings });
    try {
      for (const list of spoofed) {
        await new World(plain.url).api.post('/v1/drafts').set('X-Forwarded-For', list).set('Forwarded', `for=${list}`).send({}).expect(201);
      }
      expect(await counted('draft-by-address')).toEqual([{ attempts: spoofed.length }]);
    } finally {
      await plain.stop();
    }
  });
});

describe('a new workspace of the desk', () => {
  const asksTwelveTimes = async (url: string) => {
    const ask = () =>
      new World(url).api.post('/v1/eligibility').send({ insuranceNumber: NUMBER, idNumber: '031165000124', phone: '0352153000' });
    return (await Promise.all(Array.from({ length: 12 }, async () => (await ask()).status))).sort((one, other) => one - other);
  };

  it('is as roomy as suites need, also on a server that counts as in production', async () => {
    const { body } = await world.api.post('/_sim/workspaces').send({ name: 'roomy' }).expect(201);
    expect(await asksTwelveTimes(body.baseUrl)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(await asksTwelveTimes(server.url)).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
  });
});

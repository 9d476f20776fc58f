import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { v7 } from 'uuid';
import { BadEnvironment, readEnvironment } from '../../src/platform/env.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { threePhotos } from '../support/bad-files.ts';
import { startDurableDatabase, type DurableDatabase } from '../support/durable-database.ts';
import { checklistFor, World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startRefused, startServer, type TestServer } from '../support/server.ts';

const KEY = 'a key of the simulator';
const PHOTO_KEY = 'ab'.repeat(32);
/** All that production insists on, beside a database. */
const LIVE = { NODE_ENV: 'production', PHOTO_KEY, SMTP_URL: 'smtp://127.0.0.1:1' };

describe('a start', () => {
  it('is refused with one line for every variable that is wrong, all at once, and without an echo of its value', async () => {
    const wrong = {
      NODE_ENV: 'staging',
      PORT: '70000',
      HOST: 'not a host',
      DATABASE_URL: 'mysql://localhost/db',
      DATABASE_OWNER_URL: 'nonsense-secret',
      SMTP_URL: 'http://mail',
      MAIL_FROM: 'a@b, c@d',
      PHOTO_KEY: 'too-short-secret',
      PROCESS_PROFILE: '1999',
      SIMULATOR_DESK: 'maybe',
      SIMULATOR_KEY: 'short-secret',
      SYNTHETIC_DATA_ONLY: 'perhaps',
      RATE_LIMIT_FACTOR: 'fast',
      TRUST_PROXY: 'everybody',
      CORS_ORIGINS: '*',
      DURABLE_DATABASE: 'perhaps',
      LEAVE_SECONDS: '61',
      EXPIRY_DAYS: '0',
      RETENTION_DAYS: '-1',
      LOG_LEVEL: 'loud',
    };
    const { output, code } = await startRefused(wrong);
    expect(code).toBe('1');
    for (const name of Object.keys(wrong)) expect(output).toMatch(new RegExp(`^ +${name}: expected .+$`, 'm'));
    expect(output).not.toContain('secret');
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['an owner without a database', { DATABASE_OWNER_URL: 'postgres://x@127.0.0.1/x' }, ['DATABASE_OWNER_URL']],
    ['an older photo key without a newer one', { PHOTO_KEY_PREVIOUS: PHOTO_KEY }, ['PHOTO_KEY_PREVIOUS']],
    ['a desk beyond loopback without a key', { HOST: '0.0.0.0', SIMULATOR_DESK: 'on' }, ['SIMULATOR_KEY']],
    ['a guard of synthetic data without the desk', { SIMULATOR_DESK: 'off', SYNTHETIC_DATA_ONLY: 'on' }, ['SYNTHETIC_DATA_ONLY']],
    ['production with nothing of its own', { NODE_ENV: 'production' }, ['PHOTO_KEY', 'SMTP_URL']],
    ['production with the desk of a laptop', { NODE_ENV: 'production', SIMULATOR_DESK: 'on', PHOTO_KEY }, ['SIMULATOR_DESK']],
    [
      'production with a desk that anybody may use',
      { NODE_ENV: 'production', SIMULATOR_DESK: 'on-in-production', PHOTO_KEY },
      ['SIMULATOR_KEY'],
    ],
    ['production with one role for requests and for all else', { ...LIVE, DATABASE_URL: 'postgres://x:1@db/x' }, ['DATABASE_OWNER_URL']],
    [
      'production with one role under two URLs',
      { ...LIVE, DATABASE_URL: 'postgres://x:1@db/x', DATABASE_OWNER_URL: 'postgresql://%78@db/x' },
      ['DATABASE_URL'],
    ],
    [
      'production that would do without the disk',
      { ...LIVE, DATABASE_URL: 'postgres://x@db/x', DATABASE_OWNER_URL: 'postgres://y@db/x', DURABLE_DATABASE: 'off' },
      ['DURABLE_DATABASE'],
    ],
  ])('is refused to %s', (_what, environment, names) => {
    expect(faultsOf(environment).map((fault) => fault.split(':')[0])).toEqual(names);
  });

  it.each([
    ['on on loopback', {}, true],
    ['on on any address of loopback', { HOST: '127.1.2.3' }, true],
    ['off beyond loopback', { HOST: '0.0.0.0' }, false],
    ['on beyond loopback where it was asked for, with a key', { HOST: '0.0.0.0', SIMULATOR_DESK: 'on', SIMULATOR_KEY: KEY }, true],
    ['off in production', { NODE_ENV: 'production', PHOTO_KEY, SMTP_URL: 'smtp://127.0.0.1:1' }, false],
    ['off where it was switched off', { SIMULATOR_DESK: 'off' }, false],
  ])('finds the desk %s', (_where, environment, on) => {
    expect(readEnvironment(environment).desk.on).toBe(on);
  });

  it.each([{}, { NODE_ENV: 'test' }])('takes one role for both anywhere else: %o', (environment) => {
    expect(faultsOf({ ...environment, DATABASE_URL: 'postgres://x@db/x' })).toEqual([]);
  });

  it('without its database says so in one sentence, and does not hang', async () => {
    const { output, code } = await startRefused({ DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/nothing', DATABASE_OWNER_URL: '' });
    expect(code).toBe('1');
    expect(output).toMatch(/^bhxh-intake could not start: .+$/m);
    expect(output).not.toContain('hidden');
  });
});

function faultsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readEnvironment(environment);
    return [];
  } catch (error) {
    if (error instanceof BadEnvironment) return error.faults;
    throw error;
  }
}

describe('the names of all variables', () => {
  it('stand in .env.example with a line each', async () => {
    const example = await readFile(join(packageRoot(), '.env.example'), 'utf8');
    const source = await readFile(join(packageRoot(), 'src', 'platform', 'env.ts'), 'utf8');
    const read = [...source.matchAll(/(?:text|read|choice|whole|url)(?:<[^(]*>)?\(\s*'([A-Z_]{4,})'/g)].map(([, name]) => name!);
    expect(new Set(read).size).toBeGreaterThan(15);
    for (const name of new Set(read)) expect(example).toMatch(new RegExp(`^#? ?${name}=`, 'm'));
  });
});

describe.each([
  ['switched off', { SIMULATOR_DESK: 'off' }],
  ['in production', LIVE],
])('the desk %s', (_how, environment) => {
  let database: DurableDatabase;
  let withDesk: TestServer;
  let server: TestServer;
  let world: World;
  beforeAll(async () => {
    database = await startDurableDatabase();
    withDesk = await startServer({ environment: { PHOTO_KEY, ...database.environment } });
    server = await startServer({ beside: withDesk, environment: { PHOTO_KEY, ...environment, ...database.environment } });
    world = new World(server.url);
  });
  afterAll(async () => {
    await server.dispose();
    await withDesk.dispose();
    await database.stop();
  });

  it('is not there: every path of it is 404 like any other unknown one, and the API document lists none', async () => {
    const { paths } = (await new World(withDesk.url).api.get('/openapi.json').expect(200)).body as { paths: Record<string, object> };
    const desk = Object.entries(paths).filter(([path]) => path.startsWith('/_sim'));
    expect(desk.length).toBeGreaterThan(5);
    for (const [path, operations] of [...desk, ['/_sim', { get: {} }] as const]) {
      for (const method of Object.keys(operations)) {
        const { body } = await world.api.call(method as 'get', path.replace(/\{\w+\}/g, 'portrait')).set('X-Simulator-Key', KEY);
        expect(body).toMatchObject({ status: 404, code: 'not-found' });
      }
    }
    const { body: document } = await world.api.get('/openapi.json');
    expect(Object.keys(document.paths ?? {}).filter((path) => path.startsWith('/_sim'))).toEqual([]);
    expect(server.output()).not.toMatch(/_sim|mo-phong/);
  });

  it('leaves its officers outside: they cannot log in, and their tokens open nothing', async () => {
    const { token } = await new World(withDesk.url).staff('03102');
    await new World(withDesk.url).api.get('/v1/staff/queues').auth(token, { type: 'bearer' }).expect(200);
    await world.api.get('/v1/staff/queues').auth(token, { type: 'bearer' }).expect(401);
    const { body } = await world.api.post('/v1/staff/sessions').send({ username: 'canbo.03102', password: 'mo-phong-2021' });
    expect(body).toMatchObject({ status: 401, code: 'invalid-credentials' });
  });
});

describe('production with a desk that was asked for', () => {
  it('opens it to the key and to nothing else, its officers too', async () => {
    const database = await startDurableDatabase();
    const environment = { NODE_ENV: 'production', PHOTO_KEY, SIMULATOR_DESK: 'on-in-production', SIMULATOR_KEY: KEY };
    const server = await startServer({ environment: { ...environment, ...database.environment } });
    try {
      const { api } = new World(server.url);
      expect((await api.get('/_sim/clock')).body).toMatchObject({ status: 403, code: 'simulator-key-required' });
      await api.get('/_sim/clock').set('X-Simulator-Key', KEY).expect(200);
      expect(server.output()).not.toContain(KEY);
      expect(server.output()).not.toContain('mo-phong');
      // The password that stands in the documents opens nothing; the key does.
      for (const username of ['canbo.03102', 'lanhdao.03102', 'quantri']) {
        await api.post('/v1/staff/sessions').send({ username, password: 'mo-phong-2021' }).expect(401);
      }
      const { body } = await api.post('/_sim/tokens').set('X-Simulator-Key', KEY).send({ role: 'clerk', officeCode: '03102' }).expect(201);
      await api.get('/v1/staff/queues').auth(body.accessToken, { type: 'bearer' }).expect(200);
    } finally {
      await server.dispose();
      await database.stop();
    }
  });
});

describe('a calendar of one’s own', () => {
  it('decides by when a decision is due; one that cannot be read lets nobody in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bhxh-intake-holidays-'));
    const file = join(folder, 'days.csv');
    await writeFile(file, 'date,name,kind,source,confidence\n2021-06-11,Bão số 2,exchanged,công văn,high\n');
    const server = await startServer({ environment: { HOLIDAYS_FILE: file } });
    try {
      const world = new World(server.url);
      await world.clockIsAt('2021-06-10T02:00:00Z');
      const { dossierNumber, trackingCode } = await world.stranger().submits();
      const { body } = await world.api.post('/v1/declarations/tracking').send({ dossierNumber, trackingCode }).expect(200);
      // Thursday; Friday is off; Monday, Tuesday, Wednesday.
      expect(body.expectedBy).toBe('2021-06-16');
      await writeFile(file, 'date,name,kind,source,confidence\n2021-02-30,Bão số 2,exchanged,công văn,high\n');
      expect((await startRefused({ HOLIDAYS_FILE: file })).output).toContain('2021-02-30');
    } finally {
      await server.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('without the desk', () => {
  it('an approval is told by the stub alone: no inbox keeps it, and no secret is left anywhere', async () => {
    const server = await startServer({ environment: { SIMULATOR_DESK: 'off' } });
    const records = Records.of(server.database);
    try {
      const password = 'mật khẩu của cán bộ thật';
      await records.rows(
        `INSERT INTO staff (id, username, full_name, role, office_code, may_approve, password_hash, created_at)
         VALUES ($1, 'that.03102', 'Phan Thị Thật', 'clerk', '03102', true, $2, now())`,
        [v7(), await hash(password)],
      );
      const { api } = new World(server.url);
      await api.get('/v1/reasons').set('Sim-Fault', 'http-5xx-before-commit, of no such name').expect(200);
      const citizen = new World(server.url).citizen('bui-thi-sen', { phone: '0352153901' });
      const { id } = await citizen.submits({ photos: await threePhotos() });
      const { body: session } = await api.post('/v1/staff/sessions').send({ username: 'that.03102', password }).expect(201);
      const as = (path: string) => api.post(`/v1/staff/declarations/${id}/${path}`).auth(session.accessToken, { type: 'bearer' });
      const { body: lease } = await as('lease').expect(201);
      const { body: approved } = await as('approval')
        .set({ 'Lease-Token': lease.leaseToken, 'If-Match': '*' })
        .send({ checklist: checklistFor(citizen.form['idNumber']!) })
        .expect(200);
      await until(async () => (await records.count('messages', `id = $1 AND state = 'delivered'`, [approved.message.id])) === 1);
      const [row] = await records.rows(`SELECT secret, recipient FROM messages WHERE id = $1`, [approved.message.id]);
      expect(row).toEqual({ secret: null, recipient: expect.stringContaining('*') });
      expect(await records.count('simulator_inbox')).toBe(0);
      expect(server.output()).not.toMatch(/Mat khau|352153901/);
    } finally {
      await records.close();
      await server.dispose();
    }
  });
});

/** Asks again until it holds; the test's own time limit is the limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

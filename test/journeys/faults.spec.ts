import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import { FAULT_NAMES, type FaultName } from '../../src/simulator/faults/fault-catalogue.ts';
import { MAGIC_VALUES } from '../../src/simulator/magic/magic-values.ts';
import { checklistFor, World, type Citizen, type FormFields, type Photos } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const MORNING = '2021-04-20T02:00:00Z';

let server: TestServer;
let world: World;
let records: Records;
let photos: Required<Photos>;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
  photos = await world.plainPhotos();
  await world.clockIsAt(MORNING, true);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(() => world.api.delete('/_sim/faults').expect(204));

const arms = (wishes: object) => world.api.put('/_sim/faults').send(wishes).expect(200);
const once = (name: FaultName, parameters: object = {}) => arms({ [name]: { count: 1, ...parameters } });

async function armed(): Promise<Record<string, unknown>[]> {
  return (await world.api.get('/_sim/faults').expect(200)).body.faults;
}

/** Whatever is due is sent, and has its result. */
const allIsSent = () => world.timePasses('PT1S');

/** The one message of the dossier on this channel. */
async function messageOf({ receipt }: Citizen, channel = 'sms'): Promise<{ state: string; attempts: number; last_error: string | null }> {
  const [message] = await records.rows<{ state: string; attempts: number; last_error: string | null }>(
    'SELECT state, attempts, last_error FROM messages WHERE declaration_id = $1 AND channel = $2',
    [receipt!.id, channel],
  );
  return message!;
}

const arrived = ({ receipt }: Citizen, channel = 'sms') => world.messages({ dossierNumber: receipt!.dossierNumber, channel });

async function submitted(form: FormFields = {}): Promise<Citizen> {
  const citizen = world.stranger(form);
  await citizen.submits({ photos });
  await allIsSent();
  return citizen;
}

const BY_MAIL = { emailForNotices: 'true', email: 'minh@example.com' };

/** The one-shot request, with a header of the desk. */
function sends(citizen: Citizen, key: string, fault?: string) {
  const call = world.api.post('/v1/declarations').set('Idempotency-Key', key);
  if (fault) void call.set('Sim-Fault', fault);
  for (const [name, text] of Object.entries(citizen.form)) void call.field(name, text);
  for (const [slot, bytes] of Object.entries(photos)) void call.attach(slot, bytes, `${slot}.jpg`);
  return call;
}

const LOST = 'the connection was lost';

/** What the client saw first, and what the same key gave it then. */
async function sendsTwice(fault: string): Promise<{ first: Response | string; then: Response; dossiers: number }> {
  const [citizen, key] = [world.stranger(), randomUUID()];
  const first = await sends(citizen, key, fault).then(
    (response) => response,
    ({ code }: { code?: string }) => (['ECONNRESET', 'EPIPE'].includes(code ?? '') ? LOST : 'something else'),
  );
  const dossiers = await records.count('declarations', 'insurance_number = $1', [citizen.form['insuranceNumber']]);
  return { first, then: await sends(citizen, key).expect(201), dossiers };
}

const isReplayed = (response: Response) => response.headers['idempotent-replayed'] === 'true';

/** The request fails as told; the same key then gives a receipt: the lost one where the work had been done, else a first one. */
async function comesRight(fault: string, seen: number | string, kept: boolean): Promise<void> {
  const { first, then, dossiers } = await sendsTwice(fault);
  expect(typeof first === 'string' ? first : first.status).toBe(seen);
  expect({ dossiers, replayed: isReplayed(then) }).toEqual({ dossiers: kept ? 1 : 0, replayed: kept });
}

async function lastsAtLeast(milliseconds: number, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  expect(performance.now() - start).toBeGreaterThanOrEqual(milliseconds);
}

/** A rehearsal of every fault of the catalogue: the compiler misses none. */
const REHEARSALS: Record<FaultName, () => Promise<void>> = {
  'sms-refused': async () => {
    await once('sms-refused');
    const citizen = await submitted();
    expect(await messageOf(citizen)).toEqual({ state: 'permanent-failure', attempts: 1, last_error: 'sms-refused' });
    expect(await arrived(citizen)).toEqual([]);
  },
  'sms-timeout': async () => {
    await once('sms-timeout', { milliseconds: 1 });
    expect(await messageOf(await submitted())).toMatchObject({ state: 'delivered', attempts: 2 });
  },
  'sms-4xx': async () => {
    await once('sms-4xx');
    expect(await messageOf(await submitted())).toMatchObject({ state: 'delivered', attempts: 2 });
    await once('sms-4xx', { status: 400 });
    expect(await messageOf(await submitted())).toEqual({ state: 'permanent-failure', attempts: 1, last_error: 'sms-400' });
  },
  'sms-5xx': async () => {
    await arms({ 'sms-5xx': { count: 2 } });
    const citizen = await submitted();
    expect(await messageOf(citizen)).toEqual({ state: 'temporary-failure', attempts: 2, last_error: 'sms-503' });
    await world.timePasses('PT5M');
    expect(await messageOf(citizen)).toEqual({ state: 'delivered', attempts: 3, last_error: null });
    expect(await arrived(citizen)).toHaveLength(1);
  },
  'sms-slow': async () => {
    await once('sms-slow', { milliseconds: 100 });
    await lastsAtLeast(100, async () => expect(await messageOf(await submitted())).toMatchObject({ state: 'delivered', attempts: 1 }));
  },
  'sms-no-receipt': async () => {
    await once('sms-no-receipt');
    const citizen = await submitted();
    await world.timePasses('P3D');
    expect(await messageOf(citizen)).toMatchObject({ state: 'sent' });
    expect(await arrived(citizen)).toMatchObject([{ state: 'sent' }]);
  },
  'sms-late': async () => {
    await once('sms-late');
    const citizen = await submitted();
    expect(await messageOf(citizen)).toMatchObject({ state: 'sent' });
    expect(await arrived(citizen)).toEqual([]);
    await world.timePasses('PT10M');
    expect(await messageOf(citizen)).toMatchObject({ state: 'delivered' });
    expect(await arrived(citizen)).toMatchObject([{ state: 'delivered', deliveries: [{}] }]);
  },
  'sms-doubled': async () => {
    await once('sms-doubled');
    const [first, second, ...more] = await arrived(await submitted());
    expect([first!['text'], more]).toEqual([second!['text'], []]);
  },
  'sms-bounced': async () => {
    const citizen = world.stranger();
    await citizen.submits({ photos });
    await allIsSent();
    await once('sms-bounced', { seconds: 60 });
    const clerk = await world.staff();
    await clerk.approves(citizen, { registryUnknownConfirmed: true });
    const sent = { channel: 'sms', template: 'credentials', dossierNumber: citizen.receipt!.dossierNumber };
    expect(await world.message(sent)).toMatchObject({ state: 'sent' });
    await world.timePasses('PT1M');
    expect(await world.message(sent)).toMatchObject({ state: 'permanent-failure' });
    const failed = await clerk.calls('get', '/declarations?queue=failed-messages&limit=100');
    expect(failed.body.items.map(({ id }: { id: string }) => id)).toContain(citizen.receipt!.id);
  },
  'smtp-refused': async () => {
    await once('smtp-refused');
    expect(await messageOf(await submitted(BY_MAIL), 'email')).toMatchObject({ state: 'sent', attempts: 2 });
  },
  'smtp-timeout': async () => {
    await once('smtp-timeout', { milliseconds: 50 });
    expect(await messageOf(await submitted(BY_MAIL), 'email')).toMatchObject({ state: 'sent', attempts: 2 });
  },
  'smtp-4xx': async () => {
    await arms({ 'smtp-4xx': { count: 2 } });
    const citizen = await submitted(BY_MAIL);
    expect(await messageOf(citizen, 'email')).toEqual({ state: 'temporary-failure', attempts: 2, last_error: 'smtp-451' });
    await world.timePasses('PT5M');
    expect(await arrived(citizen, 'email')).toMatchObject([{ state: 'sent', deliveries: [{}] }]);
  },
  'smtp-5xx': async () => {
    await once('smtp-5xx', { status: 552 });
    expect(await messageOf(await submitted(BY_MAIL), 'email')).toEqual({ state: 'permanent-failure', attempts: 1, last_error: 'smtp-552' });
  },
  'smtp-slow': async () => {
    await once('smtp-slow', { milliseconds: 100 });
    await lastsAtLeast(100, async () => expect(await messageOf(await submitted(BY_MAIL), 'email')).toMatchObject({ attempts: 1 }));
  },
  'smtp-no-receipt': async () => {
    await once('smtp-no-receipt');
    const citizen = await submitted(BY_MAIL);
    expect(await messageOf(citizen, 'email')).toMatchObject({ state: 'sent', attempts: 2 });
    expect(await arrived(citizen, 'email')).toMatchObject([{ deliveries: [{}, {}] }]);
  },
  'smtp-late': async () => {
    await once('smtp-late', { seconds: 3600 });
    const citizen = await submitted(BY_MAIL);
    expect(await messageOf(citizen, 'email')).toMatchObject({ state: 'sent' });
    expect(await arrived(citizen, 'email')).toEqual([]);
    await world.timePasses('PT1H');
    expect(await arrived(citizen, 'email')).toHaveLength(1);
  },
  'smtp-doubled': async () => {
    await once('smtp-doubled');
    expect(await arrived(await submitted(BY_MAIL), 'email')).toHaveLength(2);
  },
  'smtp-bounced': async () => {
    await once('smtp-bounced');
    const citizen = await submitted(BY_MAIL);
    expect(await arrived(citizen, 'email')).toMatchObject([{ state: 'permanent-failure' }]);
    expect(await messageOf(citizen, 'email')).toMatchObject({ last_error: 'smtp-bounced' });
  },
  'storage-full': () => comesRight('storage-full=1', 503, false),
  'storage-slow': () => lastsAtLeast(100, () => sends(world.stranger(), randomUUID(), 'storage-slow=1;milliseconds=100').expect(201)),
  'storage-corrupt-read': async () => {
    const { receipt } = await submitted();
    const { token } = await world.staff();
    const answers = ['storage-corrupt-read=1', 'storage-corrupt-read=1;skip=1'].map((fault) =>
      fetch(`${server.url}/v1/staff/declarations/${receipt!.id}/photos/portrait?size=full`, {
        headers: { Authorization: `Bearer ${token}`, 'Sim-Fault': fault },
      }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([500, 200]);
  },
  'registry-down': () => comesRight('registry-down=1', 503, false),
  'registry-slow': () => lastsAtLeast(100, () => sends(world.stranger(), randomUUID(), 'registry-slow=1;milliseconds=100').expect(201)),
  'registry-mismatch': async () => {
    const citizen = world.citizen('tran-van-hung');
    await citizen.submits({ photos });
    const clerk = await world.staff();
    const { id } = citizen.receipt!;
    const { etag } = await clerk.opens(id);
    const lease = await clerk.leases(id);
    const approval = () => clerk.decides(id, 'approval', { checklist: checklistFor(citizen.form['idNumber']!) }, { lease, etag });
    const struck = await approval().set('Sim-Fault', 'registry-mismatch=1');
    expect(struck).toMatchObject({ status: 422, body: { code: 'data-differs-from-registry' } });
    expect((await approval()).status).toBe(200);
  },
  'registry-unknown': async () => {
    await once('registry-unknown');
    const { warnings } = await world.citizen('pham-duc-long').submits({ photos });
    expect(warnings.map(({ code }) => code)).toEqual(['number-unknown-to-registry']);
  },
  'database-deadlock': async () => {
    const { first, then } = await sendsTwice('database-deadlock=1');
    expect([(first as Response).status, isReplayed(then)]).toEqual([201, true]);
    await comesRight('database-deadlock=3', 503, false);
  },
  'database-serialization-failure': async () => {
    const { first, then } = await sendsTwice('database-serialization-failure=1;skip=2');
    expect([(first as Response).status, isReplayed(then)]).toEqual([201, true]);
  },
  'database-connection-lost-before-commit': () => comesRight('database-connection-lost-before-commit=1', 503, false),
  'database-connection-lost-after-commit': async () => {
    await comesRight('database-connection-lost-after-commit=1;skip=2', 503, true);
  },
  'http-slow-before-commit': () => lastsAtLeast(100, () => comesRight('http-slow-before-commit=1;milliseconds=100', 201, true)),
  'http-slow-after-commit': () => lastsAtLeast(100, () => comesRight('http-slow-after-commit=1;milliseconds=100', 201, true)),
  'http-5xx-before-commit': () => comesRight('http-5xx-before-commit=1', 503, false),
  'http-5xx-after-commit': () => comesRight('http-5xx-after-commit=1', 503, true),
  'http-reset-before-commit': () => comesRight('http-reset-before-commit=1', LOST, false),
  'http-reset-after-commit': () => comesRight('http-reset-after-commit=1', LOST, true),
  'http-cut-answer-before-commit': () => comesRight('http-cut-answer-before-commit=1', LOST, false),
  'http-cut-answer-after-commit': () => comesRight('http-cut-answer-after-commit=1', LOST, true),
};

describe('every fault of the catalogue can be rehearsed', () => {
  it.each(FAULT_NAMES)('%s', async (name) => {
    await REHEARSALS[name]();
    for (const { hits, count } of await armed()) expect(hits).toBe(count);
  });
});

describe('number issued, answer lost', () => {
  it('the client sends the same key again, and has the same number', async () => {
    const [citizen, key] = [world.citizen(), randomUUID()];
    await expect(sends(citizen, key, 'http-reset-after-commit=1')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const [kept] = await records.rows<{ dossier_number: string }>('SELECT dossier_number FROM declarations WHERE insurance_number = $1', [
      citizen.form['insuranceNumber'],
    ]);
    const again = await sends(citizen, key).expect(201);
    expect([again.body.dossierNumber, again.headers['idempotent-replayed']]).toEqual([kept!.dossier_number, 'true']);
  });

  it('whichever of a request’s transactions it was whose answer the database lost', async () => {
    let failed = 0;
    for (let skip = 0; ; skip++) {
      const [citizen, key] = [world.stranger(), randomUUID()];
      const { status } = await sends(citizen, key, `database-connection-lost-after-commit=1;skip=${skip}`);
      if (status === 201) break;
      expect(status).toBe(503);
      failed++;
      // The claim of a request whose end is unknown lasts a minute.
      await world.timePasses('PT61S');
      await sends(citizen, key).expect(201);
      expect(await records.count('declarations', 'insurance_number = $1', [citizen.form['insuranceNumber']])).toBe(1);
    }
    expect(failed).toBeGreaterThanOrEqual(3);
    const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
    expect(body.counters).toMatchObject([{ continuous: true, gaps: [] }]);
  });
});

describe('faults by chance', () => {
  const strikesAt = (seed: number, n: number, probability: number) =>
    parseInt(createHash('sha256').update(`${seed}:${n}`).digest('hex').slice(0, 8), 16) < probability * 2 ** 32;
  const rounds = Array.from({ length: 24 }, (_none, index) => index + 1);

  async function pattern(): Promise<boolean[]> {
    const struck: boolean[] = [];
    for (const _round of rounds) struck.push((await world.api.get('/v1/reasons')).status === 503);
    return struck;
  }

  it('strike at the same occasions whenever they have the same seed', async () => {
    const wish = { probability: 0.3, seed: 7 };
    await arms({ 'http-5xx-before-commit': wish });
    const first = await pattern();
    expect(first).toEqual(rounds.map((n) => strikesAt(7, n, 0.3)));
    expect(await armed()).toMatchObject([{ ...wish, met: rounds.length, hits: first.filter(Boolean).length }]);
    await arms({ 'http-5xx-before-commit': { ...wish, seed: 8 } });
    expect(await pattern()).toEqual(rounds.map((n) => strikesAt(8, n, 0.3)));
  });
});

describe('armed faults', () => {
  it('strike exactly as often as they are to, however many requests come at once', async () => {
    await arms({ 'http-5xx-before-commit': { count: 7, skip: 5 } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => world.api.get('/v1/reasons')));
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(7);
    expect(await armed()).toMatchObject([{ count: 7, left: 0, skip: 5, hits: 7, met: 12 }]);
  });

  it('are those of the last PUT, until a DELETE or a reset', async () => {
    await arms({ 'sms-5xx': { count: 2, status: 502 }, 'storage-slow': { probability: 0.5 } });
    expect(await armed()).toEqual([
      { name: 'sms-5xx', area: 'sms', count: 2, left: 2, skip: 0, met: 0, hits: 0, parameters: { status: 502 } },
      { name: 'storage-slow', area: 'storage', probability: 0.5, seed: 0, skip: 0, met: 0, hits: 0, parameters: { milliseconds: 1000 } },
    ]);
    await arms({ 'http-5xx-before-commit': { count: 9 } });
    expect(await armed()).toHaveLength(1);
    await world.reset();
    await world.api.get('/v1/reasons').expect(200);
    await once('http-5xx-before-commit');
    await world.api.delete('/_sim/faults').expect(204);
    await world.api.get('/v1/reasons').expect(200);
    expect(await armed()).toEqual([]);
  });

  it('strike in the workspace they were armed in, and in no other', async () => {
    const { body: other } = await world.api.post('/_sim/workspaces').send({}).expect(201);
    await world.api
      .put('/_sim/faults')
      .set('X-Workspace', other.name)
      .send({ 'http-5xx-before-commit': { count: 1 } })
      .expect(200);
    expect(await armed()).toEqual([]);
    await world.api.get('/v1/reasons').expect(200);
    await world.api.get('/v1/reasons').set('X-Workspace', other.name).expect(503);
    await world.api.get('/v1/reasons').set('X-Workspace', other.name).expect(200);
    await world.api.delete(`/_sim/workspaces/${other.name}`).expect(204);
  });

  it('spare the desk’s own doors, and what watches the service', async () => {
    await arms({ 'http-5xx-before-commit': { count: 1 }, 'database-connection-lost-before-commit': { count: 1 } });
    await world.api.get('/_sim/clock').expect(200);
    await world.api.get('/health/ready').expect(200);
    await world.staff();
    expect(await armed()).toMatchObject([{ hits: 0 }, { hits: 0 }]);
  });

  it('are refused with every bad key named, and nothing is armed then', async () => {
    await once('sms-late');
    const wishes = {
      'sms-6xx': { count: 1 },
      'sms-5xx': { count: 0, status: 499 },
      'sms-slow': { probability: 2, seed: -1, count: 1 },
      'sms-late': { seconds: '5' },
      'storage-full': 3,
      'storage-slow': { count: 1, miliseconds: 5 },
    };
    const { body } = await world.api.put('/_sim/faults').send(wishes).expect(422);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/sms-6xx unknown-field',
      '/sms-5xx/status bad-format',
      '/sms-5xx/count bad-format',
      '/sms-slow/count unknown-field',
      '/sms-slow/probability bad-format',
      '/sms-slow/seed bad-format',
      '/sms-late/count required',
      '/sms-late/seconds wrong-type',
      '/storage-full wrong-type',
      '/storage-slow/miliseconds unknown-field',
    ]);
    expect(await armed()).toMatchObject([{ name: 'sms-late' }]);
  });
});

describe('a fault that a request asks for by Sim-Fault', () => {
  it('strikes that request and no other', async () => {
    const answers = [await world.api.get('/v1/reasons').set('Sim-Fault', 'http-5xx-before-commit'), await world.api.get('/v1/reasons')];
    expect(answers.map(({ status }) => status)).toEqual([503, 200]);
    expect(await armed()).toEqual([]);
  });

  it.each(['http-5xx-before-commit', 'http-5xx-after-commit'])(
    'may name another status, and the answer is nobody’s to keep: %s',
    async (fault) => {
      const { status, body, headers } = await world.api
        .get('/v1/reasons')
        .set('Sim-Fault', `${fault}=1;status=502`)
        .set('Accept-Language', 'en');
      expect([status, body.status, body.code]).toEqual([502, 502, 'service-unavailable']);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-language': 'en', 'retry-after': '1' });
      expect(headers).not.toHaveProperty('etag');
    },
  );

  it('is refused with every bad key named', async () => {
    const header = 'http-slow-before-commit=1;seconds=3, http-melt=1, storage-full=many, sms-5xx=1';
    const { body } = await world.api.get('/v1/reasons').set('Sim-Fault', header).expect(422);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/Sim-Fault/http-slow-before-commit/seconds unknown-field',
      '/Sim-Fault/http-melt unknown-field',
      '/Sim-Fault/storage-full/count wrong-type',
      '/Sim-Fault/sms-5xx unknown-field',
    ]);
  });
});

describe('a magic value does what the catalogue says of it', () => {
  const CITED = MAGIC_VALUES.map((value) => [`${value.field} ${value.value}: ${value.does.en}`, value] as const);

  it('which everybody can read', async () => {
    const { body } = await world.api.get('/_sim/catalogue').expect(200);
    expect(body.values).toEqual(MAGIC_VALUES);
    expect(body.people).toHaveLength(PERSONAS.length);
    expect(body.faults.map(({ name }: { name: string }) => name)).toEqual(FAULT_NAMES);
  });

  it.each(CITED)('%s', async (_what, { field, value, outcome }) => {
    const citizen = world.stranger({ [field]: value, emailForNotices: String(field === 'email') });
    const response = await citizen.sends({ photos });
    if (!('messageState' in outcome)) {
      const { status, body } = response;
      const told = {
        status,
        code: body.code,
        fault: body.errors?.[0]?.code,
        warnings: body.warnings?.map(({ code }: { code: string }) => code),
      };
      expect(told).toEqual({ code: undefined, fault: undefined, warnings: undefined, ...outcome });
      return;
    }
    citizen.receipt = response.body;
    await allIsSent();
    const channel = field === 'email' ? 'email' : 'sms';
    expect([(await messageOf(citizen, channel)).state, (await arrived(citizen, channel)).length]).toEqual([
      outcome.messageState,
      outcome.arrives,
    ]);
    const { token } = await world.staff();
    const { body: dossier } = await world.api.get(`/v1/staff/declarations/${citizen.receipt!.id}`).auth(token, { type: 'bearer' });
    expect(JSON.stringify(dossier)).toContain(field === 'email' ? value : value.slice(1));
  });
});

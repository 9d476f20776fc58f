import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { CEILING_SLOTS, isCeiling, LIMITS, type Limit, type LimitName } from '../../src/platform/limits/limits.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { Citizen, World, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { slotMetadata, TUS } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

let server: TestServer;
/** The same service once more, with the process of 2023: it asks for other things. */
let later: TestServer;
let world: World;
let laterWorld: World;
let records: Records;
let citizen: Citizen;
/** Somebody who has sent nothing yet. */
let applicant: Citizen;
let clerk: Officer;
let supervisor: Officer;
/** Of somebody with an account. */
let session: string;

beforeAll(async () => {
  const environment = { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: 'loopback' };
  server = await startServer({ environment });
  later = await startServer({ beside: server, environment: { ...environment, PROCESS_PROFILE: '2023' } });
  [world, laterWorld] = [new World(server.url), new World(later.url)];
  records = Records.of(server.database);
  citizen = world.stranger();
  await citizen.submits();
  clerk = await world.staff('03102');
  supervisor = await world.staff('03102', 'supervisor');
  session = await logsInForTheFirstTime();
});
afterAll(async () => {
  await records.close();
  await later.stop();
  await server.dispose();
});
beforeEach(async () => {
  await records.rows('DELETE FROM attempt_counters');
  applicant = world.stranger({ emailForNotices: 'true', email: 'minh@example.com' });
});

/** Is approved, has a password of their own, and is logged in. */
async function logsInForTheFirstTime(): Promise<string> {
  const holder = world.stranger();
  await holder.submits();
  expect((await clerk.approves(holder, { registryUnknownConfirmed: true })).status).toBe(200);
  const first = await holder.readsPassword();
  const { accessToken } = (await holder.logsIn(first)).body as { accessToken: string };
  const chosen = { currentPassword: first, newPassword: 'Biển xanh mây trắng' };
  await world.api.put('/v1/me/password').auth(accessToken, { type: 'bearer' }).send(chosen).expect(204);
  return accessToken;
}

type Door = () => PromiseLike<Response>;

const NUMBER = '0397000001';
const login: Door = () => world.api.post('/v1/sessions').send({ insuranceNumber: NUMBER, password: 'not the one' });
const staffLogin: Door = () => world.api.post('/v1/staff/sessions').send({ username: 'canbo.03102', password: 'not the one' });
const submit: Door = () => applicant.sends();
const sendWithoutPhotos: Door = () => new Citizen(laterWorld, { ...world.citizen().form }).sends({ photos: {} });
const track: Door = () =>
  world.api.post('/v1/declarations/tracking').send({ dossierNumber: citizen.receipt!.dossierNumber, trackingCode: '0000-0000-0000-0000' });
const code: Door = () =>
  world.api.post('/v1/declarations/tracking-code').send({ dossierNumber: citizen.receipt!.dossierNumber, phone: '0901299999' });
const reset: Door = () => world.api.post('/v1/password-resets').send({ insuranceNumber: NUMBER });
const confirmReset: Door = () =>
  world.api.post('/v1/password-resets/confirmation').send({ insuranceNumber: NUMBER, otp: '000000', newPassword: 'Mưa rơi trên mái' });
const eligible: Door = () =>
  world.api.post('/v1/eligibility').send({ insuranceNumber: NUMBER, idNumber: '031165000124', phone: '0352153000' });
const startDraft: Door = () => world.api.post('/v1/drafts').send({});
const decodeQr: Door = async () => world.api.post('/v1/qr/decode').attach('image', (await world.plainPhotos()).idFront, 'card.jpg');
const visit: Door = () => clerk.calls('post', '/visits').send({ dossierNumber: citizen.receipt!.dossierNumber, idNumber: '079090999999' });
const view: Door = () => clerk.calls('get', `/declarations/${citizen.receipt!.id}`);
const look: Door = () => clerk.calls('get', `/declarations/${citizen.receipt!.id}/photos/portrait`);
const readOwnData: Door = () => world.api.get('/v1/me/data').auth(session, { type: 'bearer' });
const exportTable: Door = () => supervisor.calls('get', '/exports/declarations.csv?personal=true');

let wizard: Wizard | undefined;
const theDraft = async () =>
  (wizard ??= await Wizard.begins(laterWorld, { ...world.stranger().fields, emailCopy: true, email: 'thuy@example.com' }));
const otp: Door = async () => (await theDraft()).calls('post', '/email-otp');
const upload: Door = async () =>
  (await theDraft()).calls('post', '/uploads').set({ ...TUS, 'Upload-Length': '1000', 'Upload-Metadata': slotMetadata('portrait') });
const walkIn: Door = async () => {
  const { officeCode: _, ...form } = world.stranger().form;
  const call = clerk.calls('post', '/declarations').set('Idempotency-Key', randomUUID());
  for (const [name, text] of Object.entries(form)) void call.field(name, text);
  for (const [slot, bytes] of Object.entries(await world.plainPhotos())) void call.attach(slot, bytes, `${slot}.jpg`);
  return call;
};

/** At which door each limit is counted; the two that nobody is told of have tests of their own. A new limit has no row here, and fails until it gets one. */
const DOOR_OF: Record<Exclude<LimitName, 'asked-sms-to-phone' | 'refused-logins-on-record'>, Door> = {
  'citizen-login': login,
  'citizen-login-by-address': login,
  'citizen-login-failures': login,
  'staff-login': staffLogin,
  'staff-login-by-address': staffLogin,
  'staff-login-failures': staffLogin,
  'submit-by-insurance-number': submit,
  'submit-by-phone': submit,
  'submit-by-address': submit,
  'submit-by-officer': walkIn,
  'mail-to-address': submit,
  'id-photos-by-number': sendWithoutPhotos,
  'id-photos-by-address': sendWithoutPhotos,
  'email-otp-burst': otp,
  'email-otp-by-draft': otp,
  'email-otp-by-email': otp,
  'email-otp-by-address': otp,
  'draft-by-address': startDraft,
  'upload-by-address': upload,
  'qr-by-address': decodeQr,
  'tracking-by-number': track,
  'tracking-by-address': track,
  'tracking-failures-by-number': track,
  'tracking-failures': track,
  'tracking-failures-by-office': track,
  'code-burst': code,
  'code-by-number': code,
  'code-by-address': code,
  'lookup-by-number': eligible,
  'lookup-by-address': eligible,
  'recovery-confirmation': confirmReset,
  'recovery-confirmation-by-address': confirmReset,
  'recovery-burst': reset,
  'recovery-by-number': reset,
  'recovery-by-address': reset,
  'own-data-by-person': readOwnData,
  'visit-by-number': visit,
  'visit-by-officer': visit,
  'full-view-by-officer': view,
  'photo-view-by-officer': look,
  'personal-export-by-officer': exportTable,
};
const NAMES = Object.keys(DOOR_OF) as (keyof typeof DOOR_OF)[];
const ruleOf = (name: LimitName): Limit => LIMITS[name];

/** What was asked for when this was begun, written down once more: a figure that changes with its page is noticed here. */
const OWED: [LimitName, Partial<Limit>][] = [
  ['submit-by-insurance-number', { most: 3, seconds: 86_400 }],
  ['submit-by-phone', { most: 5, seconds: 86_400 }],
  ['submit-by-address', { most: 600, seconds: 600 }],
  ['lookup-by-number', { most: 10, seconds: 86_400 }],
  ['lookup-by-address', { most: 60, seconds: 3600 }],
  ['tracking-by-number', { most: 5, seconds: 900 }],
  ['tracking-failures-by-number', { most: 5, seconds: 900 }],
  ['tracking-by-address', { most: 50, seconds: 3600, grows: true }],
  ['citizen-login', { most: 5, seconds: 900, rule: 'domain', per: 'person' }],
  ['citizen-login-by-address', { most: 300, seconds: 3600 }],
  ['staff-login', { most: 5, seconds: 60, lockSeconds: 600 }],
  ['staff-login-by-address', { most: 20, seconds: 60 }],
  ['code-burst', { most: 2, seconds: 10 }],
  ['recovery-burst', { most: 2, seconds: 10 }],
  ['email-otp-burst', { most: 2, seconds: 10 }],
  ['code-by-number', { most: 3, seconds: 86_400 }],
  ['recovery-by-number', { most: 3, seconds: 86_400 }],
  ['asked-sms-to-phone', { most: 3, seconds: 86_400 }],
  ['mail-to-address', { most: 3, seconds: 86_400 }],
  ['full-view-by-officer', { most: 200, seconds: 3600, alarmAt: 100 }],
];

describe('the figures', () => {
  it.each(OWED)('of %s are those that were asked for', (name, figures) => {
    expect(LIMITS[name]).toMatchObject(figures);
  });

  it('of the ceilings over everybody stand in 64 rows', () => {
    expect(CEILING_SLOTS).toBe(64);
  });
});

describe.each(NAMES.filter((name) => !isCeiling(ruleOf(name))))('the limit %s', (name) => {
  const { most, seconds, lockSeconds = seconds } = ruleOf(name);
  const bucket = `${name}:%`;

  /** Nothing else is counted, and of this one so many attempts were made. */
  const stand = async (attempts: number) => {
    await records.rows(`DELETE FROM attempt_counters WHERE bucket NOT LIKE $1`, [bucket]);
    const window = `attempts = $2, window_ends_at = domain_now() + $3 * interval '1 second'`;
    await records.rows(`UPDATE attempt_counters SET ${window} WHERE bucket LIKE $1`, [bucket, attempts, seconds]);
  };
  const made = async () =>
    (await records.rows<{ attempts: number }>(`SELECT attempts FROM attempt_counters WHERE bucket LIKE $1`, [bucket]))[0]?.attempts;

  it('lets the last one in, refuses the one too many, and says which limit it was and when to come again', async () => {
    const first = await DOOR_OF[name]();
    expect(first.status).not.toBe(429);
    expect(await made()).toBe(1);

    await stand(most - 1);
    const last = await DOOR_OF[name]();
    expect(last.status).not.toBe(429);
    expect(await made()).toBe(most);

    await stand(most);
    const refused = await DOOR_OF[name]();
    expect(refused.body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(await made()).toBe(most + 1);
    const after = Number(refused.headers['retry-after']);
    expect(after).toBeGreaterThan(lockSeconds - 60);
    expect(after).toBeLessThanOrEqual(lockSeconds);
    expect(refused.headers['ratelimit-policy']).toBe(`"${name}";q=${most};w=${seconds}`);
    expect(refused.headers['ratelimit']).toBe(`"${name}";r=0;t=${after}`);
  });
});

describe('somebody’s own address', () => {
  it('is told how much is left before anything is refused', async () => {
    const { headers } = await track();
    expect(headers['ratelimit-policy']).toBe('"tracking-by-address";q=50;w=3600');
    expect(headers['ratelimit']).toBe('"tracking-by-address";r=49;t=3600');
  });

  it('is not what X-Forwarded-For says, unless a trusted proxy says it; and one IPv6 network is one address', async () => {
    const from = (address: string) => track().then(() => world.api.post('/v1/drafts').set('X-Forwarded-For', address).send({}));
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::7', '2001:db8:1:3::1']) await from(address);
    expect(await records.rows(`SELECT attempts FROM attempt_counters WHERE bucket LIKE 'draft-by-address:%' ORDER BY 1`)).toEqual([
      { attempts: 1 },
      { attempts: 2 },
    ]);
  });

  it('keeps its mistakes when it gets one thing right, and is not charged for that', async () => {
    for (let mistake = 0; mistake < 4; mistake++) await track();
    const { dossierNumber, trackingCode } = citizen.receipt!;
    await world.api
      .post('/v1/declarations/tracking')
      .send({ dossierNumber: ` ${dossierNumber} `, trackingCode })
      .expect(200);
    const rows = await records.rows(`SELECT split_part(bucket, ':', 1) AS name, attempts FROM attempt_counters ORDER BY 1`);
    expect(rows).toEqual([
      { name: 'tracking-by-address', attempts: 4 },
      { name: 'tracking-failures', attempts: 4 },
      { name: 'tracking-failures-by-number', attempts: 4 },
      { name: 'tracking-failures-by-office', attempts: 4 },
    ]);
  });

  it('waits longer each time that it goes too far within a day', async () => {
    const waits: number[] = [];
    for (const hours of [1, 2, 4, 8, 8]) {
      await track();
      await records.rows(`UPDATE attempt_counters SET attempts = 50 WHERE bucket LIKE 'tracking-by-address:%'`);
      waits.push(Math.round(Number((await track()).headers['retry-after']) / 3600));
      await world.timePasses(`PT${hours}H1S`);
    }
    expect(waits).toEqual([1, 2, 4, 8, 8]);
    await world.timePasses('P1DT1S');
    await track();
    await records.rows(`UPDATE attempt_counters SET attempts = 50 WHERE bucket LIKE 'tracking-by-address:%'`);
    expect((await track()).headers['retry-after']).toBe('3600');
  });
});

describe.each(NAMES.filter((name) => isCeiling(ruleOf(name))))('the ceiling %s', (name) => {
  it('leaves each address a few tries while it is passed, and not as many as before', async () => {
    const door = DOOR_OF[name];
    const tightened = NAMES.filter((limit) => ruleOf(limit).strainedBy?.includes(name));
    const few = ruleOf(tightened[0]!).strained!;
    await door();
    // Whoever it was: they went at many subjects from many addresses.
    await records.rows(`UPDATE attempt_counters SET attempts = 100000 WHERE bucket LIKE $1`, [`${name}:%`]);
    await records.rows(`DELETE FROM attempt_counters WHERE bucket NOT LIKE $1`, [`${name}:%`]);
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= few; attempt++) {
      statuses.push((await door()).status);
      await records.rows(`DELETE FROM attempt_counters WHERE split_part(bucket, ':', 1) <> ALL($1)`, [[name, ...tightened]]);
    }
    expect(statuses.map((status) => status === 429)).toEqual([...Array.from({ length: few }, () => false), true]);
  });
});

describe('an SMS that somebody asks for', () => {
  it('reaches a phone three times a day, whoever asks; and who asks is not told', async () => {
    const asks = async () => {
      const { dossierNumber } = citizen.receipt!;
      await world.api.post('/v1/declarations/tracking-code').send({ dossierNumber, phone: citizen.form['phone'] }).expect(202);
      await records.rows(`DELETE FROM attempt_counters WHERE bucket LIKE 'code-%'`);
    };
    const sent = () => records.count('messages', `purpose = 'tracking-code'`);
    await asks();
    await world.message({ template: 'tracking-code' });
    await records.rows(`UPDATE attempt_counters SET attempts = 3 WHERE bucket LIKE 'asked-sms-to-phone:%'`);
    await asks();
    const counted = () =>
      records.rows<{ attempts: number }>(`SELECT attempts FROM attempt_counters WHERE bucket LIKE 'asked-sms-to-phone:%'`);
    for (let attempts = 0; attempts < 4;) attempts = (await counted())[0]!.attempts;
    expect(await sent()).toBe(1);
  });
});

describe('one mailbox', () => {
  const SPELLINGS = ['lan.anh@example.com', 'Lan.Anh@Example.com', 'LAN.ANH+bhxh@example.COM'];

  it.each<[LimitName, (email: string) => PromiseLike<Response>]>([
    ['mail-to-address', (email) => world.stranger({ emailForNotices: 'true', email }).sends()],
    [
      'email-otp-by-email',
      async (email) =>
        (await Wizard.begins(laterWorld, { ...world.stranger().fields, emailCopy: true, email })).calls('post', '/email-otp'),
    ],
  ])('is one for %s, however its address is written', async (name, door) => {
    for (const email of SPELLINGS) expect((await door(email)).status).toBeLessThan(300);
    const one = await records.rows(`SELECT attempts FROM attempt_counters WHERE bucket LIKE $1`, [`${name}:%`]);
    expect(one).toEqual([{ attempts: SPELLINGS.length }]);
  });

  it('is written to as it was typed', async () => {
    await world.stranger({ emailForNotices: 'true', email: 'Lan.Anh+bhxh@example.com' }).submits();
    await world.message({ channel: 'email', to: 'Lan.Anh+bhxh@example.com' });
  });
});

describe('an officer who reads very much', () => {
  it('is on record from half of what is allowed on, once in an hour, and in the figures', async () => {
    // The clock has been moved.
    clerk = await world.staff('03102');
    await view();
    await records.rows(`UPDATE attempt_counters SET attempts = 98 WHERE bucket LIKE 'full-view-by-officer:%'`);
    for (let time = 0; time < 3; time++) expect((await view()).status).toBe(200);
    const entries = await records.rows(
      `SELECT action, actor_kind, details FROM audit_entries WHERE subject_id = $1 AND action = 'many-reads'`,
      [clerk.staff.id],
    );
    expect(entries).toEqual([{ action: 'many-reads', actor_kind: 'system', details: { limit: 'full-view-by-officer' } }]);
    const { text } = await world.api.get('/metrics').expect(200);
    expect(text).toMatch(/^rate_limit_alarms_total\{limit="full-view-by-officer"\} 1$/m);
    expect(text).toMatch(/^rate_limit_refusals_total\{limit="citizen-login"\} [1-9]/m);
  });
});

describe('everything that has no limit of its own', () => {
  it('comes under a ceiling per address in each copy, but reference data does not', async () => {
    const low = await startServer({ beside: server, environment: { RATE_LIMIT_FACTOR: '0.001' } });
    try {
      const there = new World(low.url);
      const statuses: number[] = [];
      for (let time = 0; time < 8; time++) statuses.push((await there.api.get('/v1/me')).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
      await there.api.get('/v1/reasons').expect(200);
      await there.api.get('/health/live').expect(200);
    } finally {
      await low.stop();
    }
  });
});

describe('the page about limits', () => {
  it('shows every limit as it is', () => {
    const page = readFileSync(join(packageRoot(), 'docs', 'limits.md'), 'utf8');
    const rows = Object.entries<Limit>(LIMITS).map(([name, limit]) => rowOf(name, limit));
    expect(page).toContain(rows.join('\n'));
  });
});

function rowOf(name: string, limit: Limit): string {
  const { most, seconds, rule, per, lockSeconds, grows, proof, takenBack, alarmAt, strained, strainedBy } = limit;
  const then = [
    ...(lockSeconds ? [`then ${spoken(lockSeconds)} shut${grows ? ', twice as long each time, up to eight times' : ''}`] : []),
    ...(proof === 'forgets' ? ['a right one wipes the count'] : proof === 'gives-back' ? ['a right one is not counted'] : []),
    ...(takenBack ? [`taken back where the service could not do it${takenBack === 'photos' ? ', or a photo was unusable' : ''}`] : []),
    ...(alarmAt ? [`alarm at ${alarmAt}`] : []),
    ...(strainedBy ? [`${strained} while ${strainedBy.map((ceiling) => `\`${ceiling}\``).join(' or ')} is passed`] : []),
    ...(per === 'all' ? ['in 64 slots'] : []),
    ...(isCeiling(limit) ? ['tightens, never refuses'] : []),
  ];
  return `| \`${name}\` | ${most} in ${spoken(seconds)} | ${per} | ${rule === 'volume' ? 'yes' : 'no'} | ${then.join('; ') || '–'} |`;
}

function spoken(seconds: number): string {
  const [amount, unit] =
    seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds % 3600 === 0
        ? [seconds / 3600, 'hour']
        : seconds % 60 === 0
          ? [seconds / 60, 'minute']
          : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

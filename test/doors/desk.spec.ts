import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { packageRoot } from '../../src/platform/package-root.ts';
import type { Method } from '../support/api.ts';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestSmtp } from '../support/smtp.ts';

const KEY = 'a key of the simulator';
const MORNING = '2021-04-20T02:00:00Z';
const SLOTS = ['portrait', 'idFront', 'idBack'] as const;

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

function post(path: string, body: object) {
  return world.api.post(path).send(body);
}

describe('a token', () => {
  it.each([
    [{ role: 'clerk' }, { role: 'clerk', officeCode: '03102', mayApprove: true }],
    [
      { role: 'clerk', officeCode: '00100' },
      { role: 'clerk', officeCode: '00100', mayApprove: true },
    ],
    [
      { role: 'supervisor', officeCode: '03103' },
      { role: 'supervisor', officeCode: '03103', mayApprove: true },
    ],
    [{ role: 'admin' }, { role: 'admin', officeCode: null, mayApprove: false }],
  ])('for %j is that of a new officer who can work at once', async (wish, staff) => {
    const { body } = await post('/_sim/tokens', wish).expect(201);
    expect(body.staff).toMatchObject(staff);
    const { status } = await world.api.get('/v1/staff/queues').auth(body.accessToken, { type: 'bearer' });
    expect(status).toBe(wish.role === 'admin' ? 403 : 200);
    const { body: next } = await post('/_sim/tokens', wish);
    expect(next.staff.id).not.toBe(body.staff.id);
  });

  it('for an insurance number is that of its account, and not found where there is none', async () => {
    const citizen = world.citizen('tran-van-hung');
    expect((await post('/_sim/tokens', { insuranceNumber: citizen.form['insuranceNumber'] })).body).toMatchObject({ status: 404 });
    await citizen.submits();
    await (await world.staff('03102')).approves(citizen);
    const { body } = await post('/_sim/tokens', { insuranceNumber: citizen.form['insuranceNumber'] }).expect(201);
    const me = await world.api.get('/v1/me').auth(body.accessToken, { type: 'bearer' });
    expect(me.body).toMatchObject({ status: 403, code: 'password-change-required' });
  });

  it.each([
    ['nothing', {}, '/role'],
    ['both', { role: 'clerk', insuranceNumber: '0397097379' }, '/insuranceNumber'],
    ['a citizen of an office', { officeCode: '03102', insuranceNumber: '0397097379' }, '/officeCode'],
    ['a role that there is not', { role: 'citizen' }, '/role'],
    ['null for a role', { role: null }, '/role'],
    ['an office that there is not', { role: 'clerk', officeCode: '09999' }, '/officeCode'],
    ['an office of another shape', { role: 'clerk', officeCode: '3102' }, '/officeCode'],
    ['null for a number', { insuranceNumber: null }, '/insuranceNumber'],
    ['a number of another shape', { insuranceNumber: '12' }, '/insuranceNumber'],
    ['more than that', { role: 'clerk', mayApprove: true }, '/mayApprove'],
  ])('for %s is refused', async (_what, wish, pointer) => {
    expect((await post('/_sim/tokens', wish)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('the messages', () => {
  beforeAll(async () => {
    const citizen = world.citizen('cong-tang-ton-nu', { emailCopy: 'true', email: 'Thao@Example.com' });
    const { dossierNumber } = await citizen.submits();
    // The one has arrived before the other is written.
    await world.message({ template: 'received', dossierNumber });
    await (await world.staff('03102')).approves(citizen);
    await citizen.readsPassword();
    await world.message({ channel: 'email', dossierNumber: citizen.receipt!.dossierNumber });
  });

  it.each([
    [{ channel: 'email', to: 'thao@example.com' }, ['declaration-copy']],
    [{ to: 'THAO@example.COM' }, ['declaration-copy']],
    [{ to: '+84352153011' }, ['credentials', 'received']],
    [{ to: '0352 153 011' }, ['credentials', 'received']],
    [{ to: '84352.153.011', channel: 'sms', template: 'credentials' }, ['credentials']],
    [{ to: '0352153011', state: 'delivered' }, ['credentials', 'received']],
    [{ to: '0352153011', state: 'created' }, []],
    [{ to: '0352153011', channel: 'email' }, []],
    [{ to: 'thao@example.co' }, []],
    [{ dossierNumber: '99999.GD/2021/03102' }, []],
  ])('that match %j are %j', async (filter, templates) => {
    expect((await world.messages(filter as Record<string, string>)).map(({ template }) => template)).toEqual(templates);
  });

  it('are listed newest first', async () => {
    const arrivals = (await world.messages()).map(({ deliveries }) => (deliveries as { at: string }[])[0]!.at);
    expect(arrivals.length).toBeGreaterThan(2);
    expect(arrivals).toEqual([...arrivals].sort().reverse());
  });

  it('can be read one by one; a mail also as it went over SMTP, which an SMS never did', async () => {
    const [mail] = await world.messages({ to: 'thao@example.com' });
    const [sms] = await world.messages({ to: '0352153011' });
    expect((await world.api.get(`/_sim/messages/${String(sms!['id'])}`)).body).toEqual(sms);
    const raw = await world.api
      .get(`/_sim/messages/${String(mail!['id'])}/raw`)
      .buffer()
      .expect(200);
    expect(raw.headers['content-disposition']).toMatch(/^attachment; filename="[0-9a-f-]{36}\.eml"$/);
    expect(raw.text).toMatch(/^Message-ID: </im);
    await world.api.get(`/_sim/messages/${String(sms!['id'])}/raw`).expect(404);
    await world.api.get('/_sim/messages/nobodys').expect(404);
    await world.api.get('/_sim/messages/nobodys/raw').expect(404);
  });

  it('hold what a named mail server took, and nothing that it refused', async () => {
    const smtp = await TestSmtp.start();
    const posted = await startServer({ beside: server, environment: { SMTP_URL: smtp.url } });
    try {
      await world.api.post('/_sim/workspaces').send({ name: 'posted' }).expect(201);
      const there = new World(`${posted.url}/w/posted`);
      const email = 'thao@mail.example.com';
      const { dossierNumber } = await there.citizen('cong-tang-ton-nu', { emailCopy: 'true', email }).submits();
      const { id } = await there.message({ channel: 'email', dossierNumber });
      const copy = await there.api.get(`/_sim/messages/${id}/raw`).buffer().expect(200);
      const messageId = (text: string) => /^Message-ID: (<.+>)\r$/im.exec(text)![1];
      expect(smtp.mails.map(({ to, raw }) => [to, messageId(raw.toString())])).toEqual([[[email], messageId(copy.text)]]);

      smtp.mode = 'refuse';
      const refused = there.citizen('tran-van-hung', { emailCopy: 'true', email });
      await refused.submits();
      const refusals = `SELECT FROM "w_posted".messages WHERE channel = 'email' AND state = 'permanent-failure'`;
      while ((await records.rows(refusals)).length === 0);
      expect(await there.messages({ channel: 'email' })).toHaveLength(1);
    } finally {
      await posted.stop();
      await smtp.stop();
    }
  });

  it.each(['channel=fax', 'from=x', 'to=a&to=b', `template=${'x'.repeat(61)}`, 'to=%00'])('are not asked for by %s', async (query) => {
    for (const path of ['/_sim/messages', '/_sim/await']) {
      expect((await world.api.get(`${path}?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
    }
  });
});

describe('waiting for a message', () => {
  it('ends when the message arrives, however long after the question', async () => {
    const citizen = world.citizen('maria-lindberg');
    await citizen.submits();
    const clerk = await world.staff('03102');
    const answer = world.message({ channel: 'sms', template: 'credentials', dossierNumber: citizen.receipt!.dossierNumber });
    // Other questions are answered while that one waits.
    await clerk.approves(citizen);
    expect(await answer).toMatchObject({ template: 'credentials', fields: { account: '7916990098' } });
  });

  it('counts what was written before the question: after an approval it is the password, not the receipt', async () => {
    const citizen = world.citizen('bui-thi-sen');
    await citizen.submits();
    await (await world.staff('03102')).approves(citizen);
    expect(await world.message({ channel: 'sms', dossierNumber: citizen.receipt!.dossierNumber })).toMatchObject({
      template: 'credentials',
    });
  });

  it('ends in nothing-arrived, which tells what is there instead', async () => {
    const { body } = await world.api.get('/_sim/await?to=0352153999&timeout=0');
    expect(body).toMatchObject({ status: 404, code: 'nothing-arrived' });
    expect(body.instead.length).toBeGreaterThan(0);
    expect(Object.keys(body.instead[0]).sort()).toEqual(['channel', 'dossierNumber', 'id', 'state', 'template', 'to']);
  });

  it.each(['timeout=', 'timeout=1e1', 'timeout=-1', 'timeout=61', 'timeout=soon', 'timeout=NaN', 'timeout=Infinity'])(
    'is not done for %s',
    async (query) => {
      expect((await world.api.get(`/_sim/await?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
    },
  );
});

describe('an event cursor', () => {
  it('says where a write began: a wait after it is for what came of it, and content with nothing from before', async () => {
    const citizen = world.citizen('pham-duc-long');
    const received = await citizen.sends();
    expect(received.status).toBe(201);
    const { dossierNumber } = received.body;
    const phone = { dossierNumber, phone: citizen.form['phone'] };
    const first = { template: 'received', dossierNumber, after: received.headers['x-event-cursor']! };
    expect(await world.message(first)).toMatchObject({ dossierNumber });

    const renewed = await world.api.post('/v1/declarations/tracking-code').send(phone).expect(202);
    const after = renewed.headers['x-event-cursor']!;
    expect(await world.message({ dossierNumber, after })).toMatchObject({ template: 'tracking-code' });
    expect((await world.messages({ dossierNumber, after })).map(({ template }) => template)).toEqual(['tracking-code']);

    const refused = await world.api.post('/v1/declarations/tracking-code').send({}).expect(422);
    const later = `dossierNumber=${encodeURIComponent(dossierNumber)}&after=${refused.headers['x-event-cursor']}&timeout=0`;
    const { body } = await world.api.get(`/_sim/await?${later}`).expect(404);
    expect(body).toMatchObject({ code: 'nothing-arrived', instead: expect.arrayContaining([expect.objectContaining({ dossierNumber })]) });
  });

  it('is given by every write there is, whatever comes of it', async () => {
    const { paths } = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as { paths: Record<string, object> };
    const writes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method): method is Method => ['post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => [method, path.replaceAll(/\{\w+\}/g, 'nothing')] as const),
    );
    expect(writes.length).toBeGreaterThan(50);
    // A workspace of its own: some of them need no body to do what they are for.
    const { baseUrl } = (await world.api.post('/_sim/workspaces').send({}).expect(201)).body as { baseUrl: string };
    const within = request(baseUrl);
    const without: string[] = [];
    for (const [method, path] of writes) {
      const { headers } = await within[method](path).send({});
      if (!/^[0-9a-f-]{36}$/.test(headers['x-event-cursor'] ?? '')) without.push(`${method} ${path}`);
    }
    expect(without).toEqual([]);
  });

  it('is given by writes alone, and read as one', async () => {
    expect((await world.api.get('/v1/offices/03102')).headers['x-event-cursor']).toBeUndefined();
    expect((await world.api.get('/_sim/await?after=yesterday')).body).toMatchObject({ status: 400, code: 'malformed-request' });
  });
});

describe('the clock', () => {
  const puts = (body: object) => world.api.put('/_sim/clock').send(body);
  const reads = async () => (await world.api.get('/_sim/clock').expect(200)).body;

  it('is set, stands still while it is frozen, and runs on from there', async () => {
    expect((await puts({ now: MORNING, frozen: true }).expect(200)).body).toEqual({
      now: '2021-04-20T02:00:00.000Z',
      frozen: true,
      ran: [],
      messages: [],
    });
    expect(await reads()).toEqual({ now: '2021-04-20T02:00:00.000Z', frozen: true });
    expect(await reads()).toEqual({ now: '2021-04-20T02:00:00.000Z', frozen: true });
    const { body } = await puts({ frozen: false });
    expect(body.frozen).toBe(false);
    expect(Date.parse((await reads()).now) - Date.parse(MORNING)).toBeGreaterThan(0);
    expect(Date.parse((await reads()).now) - Date.parse(MORNING)).toBeLessThan(60_000);
  });

  it.each([
    ['PT0.25S', '2021-04-20T02:00:00.250Z'],
    ['PT15M', '2021-04-20T02:15:00.000Z'],
    ['P3D', '2021-04-23T02:00:00.000Z'],
    ['P1W', '2021-04-27T02:00:00.000Z'],
    ['P1M', '2021-05-20T02:00:00.000Z'],
    ['P1Y2M3DT4H5M6S', '2022-06-23T06:05:06.000Z'],
  ])('goes forward by %s to %s', async (by, now) => {
    await puts({ now: MORNING, frozen: true });
    expect((await post('/_sim/clock/advance', { by }).expect(200)).body).toMatchObject({ now, frozen: true });
  });

  it('runs whatever falls due on the way and tells it, whether it goes there or is set there', async () => {
    for (const moves of [() => post('/_sim/clock/advance', { by: 'P31D' }), () => puts({ now: '2021-05-21T02:00:00Z' })]) {
      await puts({ now: MORNING, frozen: true });
      const { id } = await world.stranger().submits();
      const { body } = await moves().expect(200);
      expect(body).toMatchObject({ now: '2021-05-21T02:00:00.000Z' });
      expect((body.ran as { declarationId: string }[]).filter(({ declarationId }) => declarationId === id)).toEqual([
        { at: '2021-04-26T17:00:00.000Z', action: 'overdue', declarationId: id },
        { at: '2021-05-13T02:00:00.000Z', action: 'remind', declarationId: id },
        { at: '2021-05-20T02:00:00.000Z', action: 'expire', declarationId: id },
      ]);
    }
  });

  it.each([
    '',
    'P',
    'PT',
    'P1',
    '1D',
    'P1DT',
    'P-1D',
    '-P1D',
    'P1.5D',
    'P3D ',
    'p3d',
    '3 days',
    'P9999Y',
    'P999999D',
    3,
    null,
    {},
    ['P1D'],
  ])('goes nowhere by %j', async (by) => {
    await puts({ now: MORNING, frozen: true });
    expect((await post('/_sim/clock/advance', { by })).body).toMatchObject({ status: 422, errors: [{ pointer: '/by' }] });
    expect((await reads()).now).toBe('2021-04-20T02:00:00.000Z');
  });

  it('never leaves the years that a number can name', async () => {
    await puts({ now: '2099-12-31T23:59:59Z', frozen: true });
    expect((await post('/_sim/clock/advance', { by: 'P999Y' })).body).toMatchObject({ status: 422, errors: [{ pointer: '/by' }] });
  });

  it.each([
    '2021-02-30T00:00:00Z',
    '2021-04-20T24:00:00Z',
    '2021-04-20T23:59:60Z',
    '2021-04-20T02:00:00',
    '2021-04-20',
    '2021-W16-2T02:00:00Z',
    '2021-110T02:00:00Z',
    '2021-04-20T02:00:00+25:00',
    '1999-12-31T00:00:00Z',
    'now',
    '',
    1618884000,
    null,
  ])('is not set to %j', async (now) => {
    await puts({ now: MORNING, frozen: true });
    expect((await puts({ now })).body).toMatchObject({ status: 422, errors: [{ pointer: '/now' }] });
    expect((await reads()).now).toBe('2021-04-20T02:00:00.000Z');
  });

  it('is frozen by yes or no alone', async () => {
    for (const frozen of [null, 'true', 1])
      expect((await puts({ frozen })).body).toMatchObject({ status: 422, errors: [{ pointer: '/frozen' }] });
  });
});

describe('the counters', () => {
  const sets = (officeCode: string, last: unknown, changes: object = {}) =>
    world.api.put('/_sim/counters').send({ officeCode, kind: 'GD', year: 2021, last, ...changes });
  const counterOf = async (officeCode: string) => {
    const { body } = await world.api.get('/_sim/counters/continuity').expect(200);
    return body.counters.find((counter: { officeCode: string }) => counter.officeCode === officeCode);
  };
  beforeEach(() => world.clockIsAt(MORNING));

  it('make the next number the one after last, and prove that none is missing but those that the desk jumped over', async () => {
    const given: { number: number; dossierNumber: string; declarationId: string; status: string }[] = [];
    const sends = async () => {
      const { id: declarationId, dossierNumber } = await world.stranger({ officeCode: '03110' }).submits();
      given.push({ number: Number(dossierNumber.split('.')[0]), dossierNumber, declarationId, status: 'SUBMITTED' });
      return dossierNumber;
    };
    expect(await sends()).toBe('00001.GD/2021/03110');
    await sets('03110', 49_630).expect(200);
    expect([await sends(), await sends()]).toEqual(['49631.GD/2021/03110', '49632.GD/2021/03110']);
    expect(await counterOf('03110')).toEqual({
      officeCode: '03110',
      kind: 'GD',
      year: 2021,
      last: 49_632,
      issued: 3,
      jumps: [{ from: 2, to: 49_630 }],
      gaps: [],
      duplicates: [],
      beyond: [],
      continuous: true,
      numbers: given,
    });
    await sets('03110', 99_998).expect(200);
    expect([await sends(), await sends()]).toEqual(['99999.GD/2021/03110', '100000.GD/2021/03110']);
    expect(await counterOf('03110')).toMatchObject({ continuous: true, numbers: given });
  });

  it('tell the numbers of one office alone, page by page, each once and with the status that its dossier has now', async () => {
    const citizens = [];
    for (let place = 0; place < 3; place++) {
      const citizen = world.stranger({ officeCode: '03115' });
      await citizen.submits();
      citizens.push(citizen);
    }
    await citizens[1]!.own('post', '/withdrawal');
    const told: string[] = [];
    let cursor: string | null = null;
    do {
      const page: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await world.api.get(`/_sim/counters/continuity?officeCode=03115&kind=GD&year=2021&limit=2${page}`).expect(200);
      expect(body.counters).toMatchObject([{ officeCode: '03115', issued: 3, continuous: true }]);
      told.push(...body.counters[0].numbers.map(({ number, status }: { number: number; status: string }) => `${number} ${status}`));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(told).toEqual(['1 SUBMITTED', '2 WITHDRAWN', '3 SUBMITTED']);
  });

  it.each(['officeCode=3102', 'year=then', 'year=2021.0', 'limit=0', 'limit=1e1', 'limit=10001', 'cursor=x', 'office=03102'])(
    'are not told for %s',
    async (query) => {
      expect((await world.api.get(`/_sim/counters/continuity?${query}`)).body).toMatchObject({ status: 400, code: 'malformed-request' });
    },
  );

  it('cannot go below a number that was given; above it they may come back', async () => {
    await sets('03112', 100).expect(200);
    await world.stranger({ officeCode: '03112' }).submits();
    expect((await sets('03112', 100)).body).toMatchObject({ status: 409, code: 'counter-in-use' });
    expect((await sets('03112', 0)).body).toMatchObject({ status: 409, code: 'counter-in-use' });
    await sets('03112', 500).expect(200);
    await sets('03112', 101).expect(200);
    expect((await world.stranger({ officeCode: '03112' }).submits()).dossierNumber).toBe('00102.GD/2021/03112');
    expect(await counterOf('03112')).toMatchObject({ jumps: [{ from: 1, to: 100 }], gaps: [], continuous: true });
  });

  it('show a number that is missing, wherever it is missing', async () => {
    await sets('03113', 3).expect(200);
    await sets('03113', 1).expect(200);
    await world.stranger({ officeCode: '03113' }).submits();
    await records.rows(`UPDATE dossier_counters SET last = 5 WHERE office_code = '03113'`);
    expect(await counterOf('03113')).toMatchObject({ jumps: [{ from: 1, to: 1 }], gaps: [3, 4, 5], continuous: false });
  });

  it('show a number that the counter never gave, and one without a counter', async () => {
    await world.stranger({ officeCode: '03104' }).submits();
    await world.stranger({ officeCode: '03104' }).submits();
    await records.rows(`UPDATE dossier_counters SET last = 1 WHERE office_code = '03104'`);
    expect(await counterOf('03104')).toMatchObject({ last: 1, issued: 2, beyond: [2], gaps: [], continuous: false });
    await records.rows(`DELETE FROM dossier_counters WHERE office_code = '03104'`);
    expect(await counterOf('03104')).toMatchObject({ last: 0, issued: 2, beyond: [1, 2], gaps: [], continuous: false });
  });

  it('show a number that two dossiers have, were the database ever to let that happen', async () => {
    const [one, other] = [await world.stranger({ officeCode: '03105' }).submits(), await world.stranger({ officeCode: '03105' }).submits()];
    await records.rows(`ALTER TABLE declarations DROP CONSTRAINT uq_declarations_number, DISABLE TRIGGER USER`);
    await records.rows(`UPDATE declarations SET dossier_sequence = 1, dossier_number = $2 WHERE id = $1`, [other.id, one.dossierNumber]);
    expect(await counterOf('03105')).toMatchObject({ duplicates: [1], gaps: [2], issued: 2, continuous: false });
    await records.rows(`UPDATE declarations SET dossier_sequence = 2, dossier_number = $2 WHERE id = $1`, [other.id, other.dossierNumber]);
    await records.rows(`ALTER TABLE declarations ADD CONSTRAINT uq_declarations_number UNIQUE (dossier_number), ENABLE TRIGGER USER`);
    expect(await counterOf('03105')).toMatchObject({ duplicates: [], gaps: [], continuous: true });
  });

  it('are told at once however far the desk has jumped', async () => {
    await sets('03114', 999_999_999).expect(200);
    expect(await counterOf('03114')).toMatchObject({ jumps: [{ from: 1, to: 999_999_999 }], gaps: [], continuous: true });
  });

  it.each([
    ['an office that there is not', { officeCode: '09999' }, '/officeCode'],
    ['a kind of another shape', { kind: 'gd' }, '/kind'],
    ['a year out of reach', { year: 1999 }, '/year'],
    ['a number below nothing', { last: -1 }, '/last'],
    ['half a number', { last: 1.5 }, '/last'],
    ['a number as text', { last: '5' }, '/last'],
    ['a number beyond every counter', { last: 1e15 }, '/last'],
    ['no number', { last: undefined }, '/last'],
  ])('are not set with %s', async (_what, changes, pointer) => {
    expect((await sets('03102', 1, changes)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('the photos', () => {
  it.each(SLOTS)('of the %s are JPEGs; the same wish gives the same bytes, another seed or person others', async (slot) => {
    const draw = async (query: string) => (await world.api.get(`/_sim/photos/${slot}${query}`).expect(200)).body as Buffer;
    const [plain, again, seeded, persona] = await Promise.all([draw(''), draw('?seed=1'), draw('?seed=2'), draw('?persona=ti')]);
    expect(plain.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(plain.equals(again)).toBe(true);
    expect(plain.equals(seeded)).toBe(false);
    expect(plain.equals(persona)).toBe(false);
  });

  it.each([
    ['blurred', 'blurred'],
    ['blank', 'blank'],
    ['dark', 'dark'],
    ['tiny', 'too-small'],
  ])('drawn %s are refused by the gate as %s, each at its slot', async (defect, code) => {
    const [portrait, idFront, idBack] = await Promise.all(SLOTS.map((slot) => world.photo(slot, { defect })));
    const { body } = await world.stranger().sends({ photos: { portrait: portrait!, idFront: idFront!, idBack: idBack! } });
    expect(body).toMatchObject({ status: 422, code: 'photo-rejected' });
    const faults = body.errors.map(({ pointer, code: told }: { pointer: string; code: string }) => `${pointer} ${told}`);
    expect(faults.sort()).toEqual(SLOTS.map((slot) => `/${slot} ${code}`).sort());
  });

  it.each(['selfie', 'portrait?persona=nobody'])('%s is not found', async (wish) => {
    await world.api.get(`/_sim/photos/${wish}`).expect(404);
  });

  it.each(['defect=ugly', 'size=full', `seed=${'x'.repeat(61)}`])('are not drawn by %s', async (query) => {
    await world.api.get(`/_sim/photos/portrait?${query}`).expect(400);
  });
});

describe('the reset', () => {
  it('is told nothing: a body that names something may mean another workspace, and nothing is emptied then', async () => {
    await world.stranger().submits();
    const before = await records.count('declarations');
    const { body } = await post('/_sim/reset', { workspace: 'nhom-1', all: true });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/workspace', code: 'unknown-field' }, { pointer: '/all' }] });
    expect(await records.count('declarations')).toBe(before);
  });

  it('empties everything that was gathered and sets the clock right; offices and officers stay', async () => {
    await world.clockIsAt(MORNING, true);
    const citizen = world.stranger();
    const { dossierNumber } = await citizen.submits();
    // Not on its way any more.
    await world.message({ template: 'received', dossierNumber });
    const clerk = await world.staff('03102');
    await world.reset();
    expect((await citizen.own('get')).status).toBe(401);
    expect((await world.api.get('/_sim/messages')).body).toEqual({ items: [] });
    expect((await world.api.get('/_sim/counters/continuity')).body).toEqual({ counters: [], nextCursor: null });
    expect((await world.api.get('/_sim/clock')).body.frozen).toBe(false);
    for (const table of ['declarations', 'accounts', 'audit_entries', 'idempotency_keys', 'attempt_counters', 'photos']) {
      expect([table, await records.count(table)]).toEqual([table, 0]);
    }
    await world.clockIsAt(MORNING);
    expect((await clerk.calls('get', '/declarations').expect(200)).body.items).toEqual([]);
    expect((await citizen.submits()).dossierNumber).toBe('00001.GD/2021/03102');
  });
});

/** The last in the file: it takes the mark away. */
describe('a database that the simulator neither made nor marked', () => {
  beforeAll(() => records.rows('DELETE FROM simulator_mark'));

  it('is not emptied', async () => {
    const before = await records.count('declarations');
    expect(before).toBeGreaterThan(0);
    expect((await post('/_sim/reset', {})).body).toMatchObject({ status: 409, code: 'not-simulators-own' });
    expect(await records.count('declarations')).toBe(before);
  });

  it('is not marked by a start with the desk on either, and behind a key every path asks for it', async () => {
    const behindKey = await startServer({ beside: server, environment: { SIMULATOR_KEY: KEY } });
    try {
      const other = new World(behindKey.url).api;
      expect((await other.post('/_sim/reset').set('X-Simulator-Key', KEY)).body).toMatchObject({ code: 'not-simulators-own' });
      for (const [path, operations] of Object.entries(deskPaths())) {
        for (const method of Object.keys(operations) as Method[]) {
          const ask = () => other.call(method, path.replace('{slot}', 'portrait').replace('{id}', '0'));
          for (const call of [ask(), ask().set('X-Simulator-Key', `${KEY}!`), ask().set('X-Simulator-Key', '')]) {
            expect((await call).body).toMatchObject({ status: 403, code: 'simulator-key-required' });
          }
        }
      }
      await other.get('/_sim/clock').set('X-Simulator-Key', KEY).expect(200);
      const faulty = () => other.get('/v1/reasons').set('Sim-Fault', 'http-5xx-before-commit');
      expect((await faulty()).body).toMatchObject({ status: 403, code: 'simulator-key-required' });
      expect((await faulty().set('X-Simulator-Key', KEY)).body).toMatchObject({ status: 503 });
    } finally {
      await behindKey.dispose();
    }
  });
});

function deskPaths(): Record<string, object> {
  const { paths } = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as { paths: Record<string, object> };
  return Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith('/_sim')));
}

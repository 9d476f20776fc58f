import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import type { Method } from '../support/api.ts';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

const MORNING = '2021-04-20T02:00:00Z';
/** More than two batches. */
const CROWD = 1_002;

let server: TestServer;
let copy: TestServer;
let world: World;
let records: Records;
let admin: string;
let citizen: Citizen;

beforeAll(async () => {
  server = await startServer();
  copy = await startServer({ beside: server });
  world = new World(server.url);
  records = Records.of(server.database);
  await world.clockIsAt(MORNING, true);
  admin = await world.admin();
  citizen = world.stranger();
  await citizen.submits();
});
afterAll(async () => {
  await records.close();
  await copy.dispose();
  await server.dispose();
});

function asks(method: Method, path: string): Test {
  return world.api.call(method, `/v1/admin/offices${path}`).auth(admin, { type: 'bearer' });
}

async function seen(code: string): Promise<Record<string, unknown>> {
  return (await world.api.get(`/v1/offices/${code}`).expect(200)).body;
}

/** Asks the other copy until it says so; a copy that never hears of it fails by the suite's own patience. */
async function untilTheCopyShows(code: string, facts: Record<string, unknown>): Promise<void> {
  const there = new World(copy.url);
  for (;;) {
    const { body: office } = await there.api.get(`/v1/offices/${code}`);
    if (Object.entries(facts).every(([name, value]) => office[name] === value)) return;
  }
}

async function imports(csv: string, dryRun: boolean) {
  return asks('post', `/import?dryRun=${dryRun}`).set('Content-Type', 'text/csv').send(csv);
}

async function exported(): Promise<string> {
  return (
    await asks('get', '/export')
      .expect(200)
      .expect('Content-Type', /text\/csv/)
  ).text;
}

describe('an office', () => {
  it('that is added or changed is served at once here, and soon by every other copy', async () => {
    const { body } = await asks('post', '')
      .send({ code: '03199', name: 'BHXH Quận Mới', level: 'district', provinceCode: '31', districtCode: '999' })
      .expect(201);
    expect(body).toMatchObject({ code: '03199', open: true, version: 1, codeStatus: 'guess', validTo: null });
    expect(await seen('03199')).toMatchObject({ name: 'BHXH Quận Mới', open: true });
    await asks('patch', '/03199').set('If-Match', '"1"').send({ phone: '02253826582' }).expect(200);
    expect(await seen('03199')).toMatchObject({ phone: '02253826582' });
    await untilTheCopyShows('03199', { phone: '02253826582' });
    expect((await asks('patch', '/03199').set('If-Match', '"1"').send({ phone: null })).status).toBe(412);
    expect((await asks('post', '').send({ code: '03199', name: 'X', level: 'province', provinceCode: '31' })).body.errors).toMatchObject([
      { pointer: '/code', code: 'already-used' },
    ]);
  });

  it('is open from its first day to its last one, in Vietnam, without anybody touching it', async () => {
    await asks('patch', '/03199').set('If-Match', '*').send({ validFrom: '2021-04-21', validTo: '2021-04-22' }).expect(200);
    expect(await seen('03199')).toMatchObject({ open: false });
    const sends = async () => (await world.stranger({ officeCode: '03199' }).sends()).body;
    expect((await sends()).errors).toMatchObject([{ pointer: '/officeCode', code: 'office-closed' }]);
    await world.timePasses('PT15H');
    expect(await seen('03199')).toMatchObject({ open: true });
    expect((await sends()).dossierNumber).toMatch(/03199$/);
    await world.timePasses('PT47H59M');
    expect(await seen('03199')).toMatchObject({ open: true });
    await world.timePasses('PT1M');
    expect(await seen('03199')).toMatchObject({ open: false });
    await world.clockIsAt(MORNING, true);
    admin = await world.admin();
  });

  it.each([
    [{ name: '=HYPERLINK("x")' }, '/name bad-format'],
    [{ phone: '+84 225' }, '/phone bad-format'],
    [{ level: 'province' }, '/districtCode bad-format'],
    [{ successorCode: '03102' }, '/successorCode bad-format'],
    [{ successorCode: '09999', closed: true }, '/successorCode office-unknown'],
    [{ validFrom: '2021-05-02', validTo: '2021-05-01' }, '/validTo bad-format'],
    [{ validFrom: '2021-02-30' }, '/validFrom bad-format'],
  ])('is not changed to %j', async (patch, fault) => {
    const { body, status } = await asks('patch', '/03101').set('If-Match', '*').send(patch);
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([fault]);
  });
});

describe('the table', () => {
  it('that goes out and comes in again changes nothing, whatever a spreadsheet did to it', async () => {
    const csv = await exported();
    expect(csv.startsWith('\ufeffcode,name,')).toBe(true);
    const nothing = { created: [], changed: [], closed: [], absent: 0 };
    expect((await imports(csv, true)).body).toMatchObject({ ...nothing, dryRun: true, unchanged: 777 });
    const withoutZeros = csv.replace(/^0(\d{4},)/gm, '$1').replace(/^(\d{4},[^\n]*?,(?:province|district),)0/gm, '$1');
    expect(withoutZeros).not.toBe(csv);
    expect((await imports(withoutZeros, false)).body).toMatchObject(nothing);
    expect(await exported()).toBe(csv);
  });

  it('says beforehand what it would change, does just that, and the second time nothing', async () => {
    const [header, ...lines] = (await exported()).trim().split('\n');
    const line = lines.find((row) => row.startsWith('03104,'))!;
    const cells = line.split(',');
    cells[header!.split(',').indexOf('validTo')] = '2021-04-19';
    const csv = [header, cells.join(','), '03198,BHXH Quận Khác,district,31,998,,,guess,,,,,'].join('\n');
    const wanted = {
      created: ['03198'],
      changed: [{ code: '03104', changes: [{ field: 'validTo', from: null, to: '2021-04-19' }] }],
      closed: ['03104'],
      unchanged: 0,
      absent: 776,
    };
    expect((await imports(csv, true)).body).toEqual({ dryRun: true, ...wanted });
    expect(await seen('03104')).toMatchObject({ open: true });
    expect((await imports(csv, false)).body).toEqual({ dryRun: false, ...wanted });
    expect(await seen('03104')).toMatchObject({ open: false });
    expect((await imports(csv, false)).body).toMatchObject({ created: [], changed: [], closed: [], unchanged: 2 });
  });

  it('with faults is refused whole, and every one is named by line and column', async () => {
    const header = (await exported()).split('\n')[0]!;
    const rows = [
      '03197,BHXH Một,district,31,997,,,guess,,,,,',
      '03197,BHXH Hai,district,31,997,,,sure,,,,,',
      '3x,"=1+1",district,x3,,,abc,guess,maybe,,2021-02-30,,',
      '03196,BHXH Bốn',
    ];
    const { body, status } = await imports([header, ...rows].join('\r\n'), false);
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/3/codeStatus bad-format',
      '/3/code already-used',
      '/4/code bad-format',
      '/4/name bad-format',
      '/4/provinceCode bad-format',
      '/4/districtCode required',
      '/4/phone bad-format',
      '/4/validTo bad-format',
      '/4/closed bad-format',
      '/5 bad-format',
    ]);
    expect((await asks('get', '/03197')).status).toBe(404);
  });

  it.each([
    ['', 422],
    ['code;name', 422],
    ['"never closed', 422],
    ['code,name,code', 422],
  ])('%j is none', async (csv, status) => {
    expect((await imports(csv, false)).status).toBe(status);
  });

  it('is read up to a megabyte, as CSV in UTF-8', async () => {
    expect((await imports('x'.repeat(1024 * 1024 + 1), true)).status).toBe(413);
    const latin = asks('post', '/import?dryRun=true')
      .set('Content-Type', 'text/csv')
      .serialize((body) => body);
    expect((await latin.send(Buffer.from([0x63, 0xe9, 0xff]) as unknown as string)).status).toBe(400);
    expect((await asks('post', '/import?dryRun=true').send({})).status).toBe(415);
    expect((await asks('post', '/import').set('Content-Type', 'text/csv').send('code')).status).toBe(400);
  });
});

describe('a merger', () => {
  it('sends all open dossiers on in one call: numbers stay, leases end, everybody is told, once', async () => {
    const clerk = await world.staff('03102');
    const { id } = citizen.receipt!;
    const lease = await clerk.leases(id);
    await records.rows(
      `INSERT INTO declarations SELECT (jsonb_populate_record(source, jsonb_build_object('id', gen_random_uuid(),
         'insurance_number', lpad((7000000000 + n)::text, 10, '0'), 'dossier_sequence', 20000 + n,
         'dossier_number', lpad((20000 + n)::text, 5, '0') || '.GD/2021/03102', 'status', CASE WHEN n % 3 = 0 THEN 'RETURNED' ELSE 'SUBMITTED' END,
         'lease_token_hash', NULL, 'lease_holder_id', NULL, 'lease_office_code', NULL, 'lease_since', NULL, 'lease_until', NULL))).*
       FROM declarations source, generate_series(1, $2::int) AS n WHERE id = $1`,
      [id, CROWD],
    );
    const merger = { successorCode: '03103', on: '2021-04-20', rerouteOpenDossiers: true };
    const { body } = await asks('post', '/03102/merger').set('Idempotency-Key', 'merge-once').send(merger).expect(200);
    expect(body).toMatchObject({
      office: { code: '03102', open: false, validTo: '2021-04-19', successorCode: '03103', reroutes: true },
      rerouted: { dossiers: CROWD + 1, byStatus: { SUBMITTED: (CROWD * 2) / 3, IN_VERIFICATION: 1, RETURNED: CROWD / 3 }, leasesEnded: 1 },
    });
    expect(body.rerouted.staffLeft).toBeGreaterThan(3);
    const again = await asks('post', '/03102/merger').set('Idempotency-Key', 'merge-once').send(merger);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(body);
    expect((await asks('post', '/03102/merger').send(merger)).body.rerouted.dossiers).toBe(0);

    const there = `office_code = '03103' AND receiving_office_code = '03102'`;
    expect(await records.count('declarations', `${there} AND status = 'SUBMITTED'`)).toBe((CROWD * 2) / 3 + 1);
    expect(await records.count('declarations', `${there} AND status = 'RETURNED'`)).toBe(CROWD / 3);
    expect(await records.count('messages', `purpose = 'transferred'`)).toBe(CROWD + 1);
    expect(await records.count('audit_entries', `action = 'transfer' AND details ->> 'toOffice' = '03103'`)).toBe((CROWD * 2) / 3 + 1);
    expect(await records.count('audit_entries', `action = 'reroute'`)).toBe(CROWD / 3);
    const { body: history } = await (await world.staff('03103')).calls('get', `/declarations/${id}/history`).expect(200);
    expect(history.items ?? history).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'transfer', from: 'IN_VERIFICATION', to: 'SUBMITTED' })]),
    );
    expect((await clerk.calls('put', `/declarations/${id}/lease`).set('Lease-Token', lease)).status).toBe(404);
    const { body: own } = await citizen.own('get');
    expect(own).toMatchObject({ dossierNumber: citizen.receipt!.dossierNumber, status: 'SUBMITTED', office: { code: '03103' } });
    await untilTheCopyShows('03102', { open: false, successorCode: '03103' });
  });

  it('that lies ahead happens on its day, and takes what has arrived until then', async () => {
    const late = world.stranger({ officeCode: '03105' });
    const merger = { successorCode: '03103', on: '2021-04-21', rerouteOpenDossiers: true };
    const { body } = await asks('post', '/03105/merger').send(merger).expect(200);
    expect(body).toMatchObject({ office: { open: true, validTo: '2021-04-20' }, rerouted: { dossiers: 0 } });
    const { id } = await late.submits();
    const { ran } = await world.timePasses('PT15H');
    expect(ran).toContainEqual({ at: '2021-04-20T17:00:00.000Z', action: 'transfer', declarationId: id });
    expect((await late.own('get')).body).toMatchObject({ office: { code: '03103' } });
    await world.clockIsAt(MORNING, true);
    admin = await world.admin();
  });

  it.each([
    [{ successorCode: '03101', on: '2021-04-20', rerouteOpenDossiers: true }, '/successorCode bad-format'],
    [{ successorCode: '07904', on: '2021-04-20', rerouteOpenDossiers: true }, '/successorCode office-closed'],
    [{ successorCode: '09999', on: '2021-04-20', rerouteOpenDossiers: true }, '/successorCode office-unknown'],
    [{ successorCode: '03103', on: '2021-02-30', rerouteOpenDossiers: true }, '/on bad-format'],
  ])('%j is refused', async (merger, fault) => {
    const { body } = await asks('post', '/03101/merger').send(merger);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([fault]);
  });

  it('of nobody’s dossiers, or the sending on alone, is one call too', async () => {
    const other = world.stranger({ officeCode: '03106' });
    await other.submits();
    const wish = { toOfficeCode: '03103', reason: 'Trụ sở bị ngập' };
    const { body } = await asks('post', '/03106/rerouting').send(wish).expect(200);
    expect(body).toMatchObject({ dossiers: 1, staffLeft: 0 });
    expect(await seen('03106')).toMatchObject({ open: true });
    expect((await asks('post', '/09999/rerouting').send(wish)).status).toBe(404);
  });
});

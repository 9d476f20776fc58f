import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LeaseEnds1790001300000 } from '../../migrations/1790001300000-lease-ends.ts';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let lobby: World;
let records: Records;
let serial = 0;

beforeAll(async () => {
  server = await startServer();
  lobby = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

function wishes(wish: object) {
  return lobby.api.post('/_sim/workspaces').send(wish);
}

function worldIn(name: string, { url } = server): World {
  return new World(`${url}/w/${name}`);
}

/** A new workspace, and the world in it. */
async function workspace(wish: object = {}): Promise<{ name: string; world: World }> {
  const name = `phong-${++serial}`;
  await wishes({ name, ...wish }).expect(201);
  return { name, world: worldIn(name) };
}

async function approved(world: World, citizen: Citizen): Promise<string> {
  await citizen.submits();
  const { status } = await (await world.staff()).approves(citizen);
  expect(status).toBe(200);
  return citizen.readsPassword();
}

describe('a workspace', () => {
  it('is a world of its own: dossiers, numbers, messages, tokens, keys and clock', async () => {
    const [{ world: here }, { world: there }] = [await workspace(), await workspace()];
    await here.clockIsAt('2021-04-20T02:00:00Z', true);
    await there.clockIsAt('2022-01-04T02:00:00Z', true);
    const [ours, theirs] = [here.citizen(), there.citizen()];
    const [mine, yours] = await Promise.all([ours.submits({ key: 'the-very-same' }), theirs.submits({ key: 'the-very-same' })]);
    expect([mine.dossierNumber, yours.dossierNumber]).toEqual(['00001.GD/2021/03102', '00001.GD/2022/03102']);
    expect((await lobby.api.get('/_sim/counters/continuity')).body.counters).toEqual([]);

    const clerk = await here.staff();
    expect((await clerk.approves(ours)).status).toBe(200);
    expect((await clerk.calls('get', `/declarations/${yours.id}`)).status).toBe(404);
    const stranger = there.api.get(`/v1/staff/declarations/${mine.id}`).auth(clerk.token, { type: 'bearer' });
    expect((await stranger).body).toMatchObject({ status: 401 });
    const tracked = there.api.get(`/v1/declarations/${mine.id}`).auth(mine.trackingCode, { type: 'bearer' });
    expect((await tracked).body).toMatchObject({ status: 401 });

    await ours.readsPassword();
    expect(await there.messages({ template: 'credentials' })).toEqual([]);
    expect(await lobby.messages()).toEqual([]);
    expect((await there.api.get('/_sim/clock')).body).toEqual({ now: '2022-01-04T02:00:00.000Z', frozen: true });
    expect((await lobby.api.get('/_sim/clock')).body.frozen).toBe(false);
  });

  it('has limits of its own: who is locked out here logs in there', async () => {
    const [{ world: here }, { world: there }] = [await workspace(), await workspace()];
    const [ours, theirs] = [here.citizen(), there.citizen()];
    const [password] = [await approved(there, theirs), await approved(here, ours)];
    const guesses = await Promise.all(Array.from({ length: 6 }, () => ours.logsIn('Wr0ngWr0ng')));
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await theirs.logsIn(password)).status).toBe(201);
  });

  it('may be named by its base URL or by X-Workspace, and an unknown name is never served', async () => {
    const { name } = await workspace();
    for (const call of [lobby.api.get('/_sim/clock').set('X-Workspace', name), worldIn(name).api.get('/_sim/clock')]) {
      expect((await call).status).toBe(200);
    }
    for (const unknown of ['nobody', '..', 'w_phong', 'public', 'Default']) {
      const { body } = await lobby.api.get('/v1/offices/03102').set('X-Workspace', unknown);
      expect(body).toMatchObject({ status: 404, code: 'workspace-unknown' });
    }
  });

  it('knows the process profile it was made for', async () => {
    const { world } = await workspace({ profile: '2021-10' });
    const citizen = world.citizen('huynh-thi-minh', { emailForNotices: 'true', email: 'minh@example.com' });
    await approved(world, citizen);
    await world.api.post('/v1/password-resets').send({ insuranceNumber: citizen.form['insuranceNumber'] }).expect(202);
    expect(await world.message({ template: 'password-reset' })).toMatchObject({ channel: 'email' });
  });

  it('has limits as wide or narrow as was asked for', async () => {
    const { world } = await workspace({ rateLimitFactor: 1 });
    const ask = () =>
      world.api.post('/v1/eligibility').send({ insuranceNumber: '0397097379', idNumber: '031165000123', phone: '0352153000' });
    const answers = [];
    for (let asked = 0; asked < 12; asked++) answers.push((await ask()).status);
    expect(answers).toContain(429);
  });

  it('is given a name where none was asked for', async () => {
    const { body } = await wishes({}).expect(201);
    expect(body).toMatchObject({ name: expect.stringMatching(/^ws-[0-9a-f]{12}$/), baseUrl: `${server.url}/w/${body.name}` });
    expect((await lobby.api.get('/_sim/workspaces')).body.items).toContainEqual(body);
  });

  it('is refused with every bad key at once', async () => {
    const { body } = await wishes({ name: 'Phòng 1', profile: '2019', seed: -1, fork: '', rateLimitFactor: 0, colour: 'red' }).expect(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/colour',
      '/fork',
      '/name',
      '/profile',
      '/rateLimitFactor',
      '/seed',
    ]);
    expect((await wishes({ fork: 'nobody' })).body).toMatchObject({ status: 422, errors: [{ pointer: '/fork' }] });
    expect((await wishes({ name: 'default' })).body).toMatchObject({ status: 409, code: 'workspace-exists' });
  });

  it('is one, whoever else makes it at the same time', async () => {
    // With a schema in reserve whoever comes first does not keep the others waiting while it is built.
    await workspace();
    while ((await records.count('simulator_desk.spare_schemas')) === 0);
    const answers = await Promise.all(Array.from({ length: 5 }, () => wishes({ name: 'mot-phong' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });
});

describe('a reset', () => {
  it('empties the workspace that asks, furniture and clock as on the first day, and no other', async () => {
    const [{ world: here }, { world: there }] = [await workspace(), await workspace()];
    await here.clockIsAt('2021-04-20T02:00:00Z', true);
    const receipts = await Promise.all([here, there].map((world) => world.citizen().submits()));
    const officer = await here.staff();
    // Not on its way any more.
    await here.message({ template: 'received' });
    await here.reset();
    expect((await here.api.get('/_sim/clock')).body.frozen).toBe(false);
    expect((await officer.calls('get', '/queues')).status).toBe(401);
    expect(await here.messages()).toEqual([]);
    expect((await (await here.staff()).calls('get', `/declarations/${receipts[0]!.id}`)).status).toBe(404);
    expect((await (await there.staff()).calls('get', `/declarations/${receipts[1]!.id}`)).status).toBe(200);
    const byName = await here.api.post('/v1/staff/sessions').send({ username: 'canbo.03102', password: 'mo-phong-2021' });
    expect(byName.status).toBe(201);
    expect((await here.citizen().submits()).dossierNumber).toMatch(/^00001\./);
  });
});

describe('a removed workspace', () => {
  it('is there until its photos are gone', async () => {
    const { name, world } = await workspace();
    await world.citizen().submits();
    const photos = join(server.dataDir, 'photos');
    await rename(photos, `${photos}-away`);
    await writeFile(photos, '');
    const failed = await fetch(`${server.url}/_sim/workspaces/${name}`, { method: 'DELETE' });
    await rm(photos);
    await rename(`${photos}-away`, photos);
    expect(failed.status).toBe(500);
    expect((await lobby.api.get('/_sim/workspaces')).body.items.map((item: { name: string }) => item.name)).toContain(name);
    await world.api.get('/v1/offices/03102').expect(200);
    await lobby.api.delete(`/_sim/workspaces/${name}`).expect(204);
    expect(existsSync(join(photos, name))).toBe(false);
  });

  it('is not there to be removed again, and default never is', async () => {
    expect((await lobby.api.delete('/_sim/workspaces/nobody')).body).toMatchObject({ status: 404, code: 'workspace-unknown' });
    expect((await lobby.api.delete('/_sim/workspaces/default')).body).toMatchObject({ status: 409, code: 'workspace-permanent' });
  });
});

describe('a fork', () => {
  it('begins where its source stands, photos and all, and each goes its own way', async () => {
    const { name: source, world: prepared } = await workspace();
    await prepared.clockIsAt('2021-04-20T02:00:00Z', true);
    await prepared.counterIsAt(49_630);
    const citizen = prepared.citizen();
    const { id, dossierNumber, trackingCode } = await citizen.submits();
    const officer = await prepared.staff();
    const { world: copy } = await workspace({ fork: source });

    expect((await copy.api.get('/_sim/clock')).body.now).toBe('2021-04-20T02:00:00.000Z');
    expect((await copy.api.get('/v1/staff/queues').auth(officer.token, { type: 'bearer' })).status).toBe(401);
    const clerk = await copy.staff();
    expect((await clerk.calls('get', `/declarations/${id}/photos/portrait`)).status).toBe(200);
    const history = await copy.api.get(`/v1/declarations/${id}`).auth(trackingCode, { type: 'bearer' });
    expect(history.body).toMatchObject({ dossierNumber, status: 'SUBMITTED' });
    expect((await copy.stranger().submits()).dossierNumber).toBe('49632.GD/2021/03102');

    const twin = copy.citizen();
    twin.receipt = citizen.receipt;
    expect((await clerk.approves(twin)).status).toBe(200);
    expect((await officer.opens(id)).dossier).toMatchObject({ status: 'SUBMITTED' });

    await prepared.reset();
    expect((await clerk.calls('get', `/declarations/${id}/photos/idBack`)).status).toBe(200);
    expect((await copy.api.get('/_sim/counters/continuity')).body.counters).toMatchObject([{ last: 49_632, continuous: true, gaps: [] }]);
  });

  it('whose photos cannot be taken over is none, and may be asked for again', async () => {
    const { name: source, world: prepared } = await workspace();
    const { id } = await prepared.citizen().submits();
    const name = `${source}-copy`;
    const photos = join(server.dataDir, 'photos');
    const [folder] = await readdir(join(photos, source));
    // No file system links to a folder, whoever asks.
    const obstacle = join(photos, source, folder!, 'obstacle');
    await mkdir(obstacle);
    const wish = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, fork: source }) };
    expect((await fetch(`${server.url}/_sim/workspaces`, wish)).status).toBe(500);
    expect((await worldIn(name).api.get('/v1/offices/03102')).body).toMatchObject({ code: 'workspace-unknown' });
    expect(existsSync(join(photos, name)) || existsSync(join(server.dataDir, 'photo-keys', name))).toBe(false);

    await rm(obstacle, { recursive: true });
    await wishes({ name, fork: source }).expect(201);
    const clerk = await worldIn(name).staff();
    expect((await clerk.calls('get', `/declarations/${id}/photos/portrait`)).status).toBe(200);
  });

  it('of default is a copy of it', async () => {
    const { id } = await lobby.citizen('tran-van-hung').submits();
    const { world } = await workspace({ fork: 'default' });
    expect((await (await world.staff()).opens(id)).dossier).toMatchObject({ status: 'SUBMITTED' });
  });
});

describe('a seed', () => {
  /** A day at the office; everything that chance and clock decide about it. */
  async function day(world: World): Promise<unknown> {
    const citizen = world.citizen();
    const receipt = await citizen.submits({ key: 'my-key' });
    const clerk = await world.staff();
    const { etag } = await clerk.opens(receipt.id);
    const lease = await clerk.leases(receipt.id);
    await world.timePasses('PT5M');
    const checklist = { personPresent: true, originalIdSeen: true, originalIdNumber: citizen.form['idNumber'], portraitMatches: true };
    const all = { ...checklist, phoneConfirmed: true, formSigned: true };
    const approval = await clerk.decides(receipt.id, 'approval', { checklist: all }, { lease, etag });
    const password = await citizen.readsPassword();
    const login = await citizen.logsIn(password);
    const { body: history } = await clerk.calls('get', `/declarations/${receipt.id}/history`);
    return { receipt, officer: clerk.staff, token: clerk.token, lease, approval: approval.body, password, login: login.body, history };
  }

  it('decides numbers, ids, codes, passwords, tokens and times; another one decides otherwise', async () => {
    const [{ world: one }, { world: two }] = [await workspace({ seed: 'one' }), await workspace({ seed: 'two' })];
    const first = await day(one);
    expect(first).toMatchObject({ receipt: { dossierNumber: '00001.GD/2021/03102', submittedAt: '2021-04-01T01:00:00.000Z' } });
    // Looking and waiting draw nothing.
    await two.messages();
    await two.api.get('/_sim/clock').expect(200);
    const second = await day(two);
    expect(second).not.toEqual(first);
  });

  it.each([7, 'bo-kiem-thu'])('%j gives the same again, there, elsewhere, and after a reset', async (seed) => {
    const [{ world: one }, { world: two }] = [await workspace({ seed }), await workspace({ seed: String(seed) })];
    const first = await day(one);
    expect(await day(two)).toEqual(first);
    await one.reset();
    expect(await day(one)).toEqual(first);
  });
});

describe('time in a workspace', () => {
  it('goes back only by a reset: what has happened stays in order', async () => {
    const { world } = await workspace();
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    await world.clockIsAt('2021-04-19T02:00:00Z', true);
    await world.citizen().submits();
    const { body } = await world.api.put('/_sim/clock').send({ now: '2021-04-19T01:59:59Z' }).expect(409);
    expect(body.code).toBe('clock-behind-history');
    await world.reset();
    await world.clockIsAt('2021-04-19T01:59:59Z', true);
  });

  it('runs all that falls due in order, at its instant, and tells exactly what history tells', async () => {
    const { name, world } = await workspace();
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    const [left, waiting] = [world.citizen('tran-van-hung'), world.citizen()];
    await left.submits();
    await waiting.submits();
    const clerk = await world.staff();
    await clerk.leases(left.receipt!.id);
    const { ran } = await world.timePasses('P100D');
    const told = await Promise.all(
      [left, waiting].map(async ({ receipt }) => {
        const { body } = await (await world.staff()).calls('get', `/declarations/${receipt!.id}/history`);
        const steps = body.items as { at: string; action: string; actor: { kind: string } }[];
        return steps.filter(({ actor }) => actor.kind === 'system').map(({ at, action }) => ({ at, action, declarationId: receipt!.id }));
      }),
    );
    const inOrder = (steps: { at?: string; declarationId: string; action: string }[]) =>
      [...steps].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    expect(inOrder(ran)).toEqual(inOrder(told.flat()));
    // The trail holds nothing that the answer does not tell, whoever did it and whatever it is about.
    const trail = await records.rows<{ at: Date; action: string; subject_id: string }>(
      `SELECT at, action, subject_id FROM "w_${name}".audit_entries WHERE at > '2021-04-20T02:00:00Z' AND at < '2021-07-29T02:00:00Z'
       ORDER BY at, subject_id, sequence`,
    );
    expect(ran).toEqual(trail.map(({ at, action, subject_id: declarationId }) => ({ at: at.toISOString(), action, declarationId })));
    expect(ran).toContainEqual({ at: '2021-04-20T02:15:00.000Z', action: 'lease-ended', declarationId: left.receipt!.id });
    expect(ran.map(({ action }) => action)).toEqual(expect.arrayContaining(['lease-ended', 'overdue', 'remind', 'expire']));
  });
});

describe('messages on the way', () => {
  it('are tried again at their own instants, however far the clock goes, and each try is told', async () => {
    const { world } = await workspace();
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    await world.api
      .put('/_sim/faults')
      .send({ 'sms-5xx': { count: 4 } })
      .expect(200);
    const { id, dossierNumber } = await world.citizen().submits();
    const { messages } = await world.timePasses('P30D');
    const tries = messages.filter(({ template }) => template === 'received').map(({ at, attempts, state }) => [at, attempts, state]);
    expect(tries).toEqual([
      ['2021-04-20T02:05:00.000Z', 3, 'temporary-failure'],
      ['2021-04-20T02:10:00.000Z', 4, 'temporary-failure'],
      ['2021-04-20T02:15:00.000Z', 5, 'delivered'],
    ]);
    expect(messages.map(({ declarationId }) => declarationId)).toEqual(messages.map(() => id));
    expect(messages.find(({ template }) => template === 'reminder')).toMatchObject({ at: '2021-05-13T02:00:00.000Z', state: 'delivered' });
    expect(await world.messages({ dossierNumber, template: 'received' })).toMatchObject([
      { deliveries: [{ at: '2021-04-20T02:15:00.000Z' }] },
    ]);
  });

  it('come in their order on a way of centuries', async () => {
    const { world } = await workspace();
    await world.clockIsAt('2021-04-20T02:00:00Z', true);
    await world.citizen().submits();
    const { messages, ran, now } = await world.timePasses('P900Y');
    expect(now).toBe('2921-04-20T02:00:00.000Z');
    expect(ran.map(({ action }) => action)).toEqual(['overdue', 'remind', 'expire']);
    expect(messages.map(({ at, template }) => `${at} ${template}`)).toEqual([
      '2021-05-13T02:00:00.000Z reminder',
      '2021-05-20T02:00:00.000Z expired',
    ]);
  });
});

describe('the schema of a workspace', () => {
  const shapeOf = (schema: string) =>
    records.rows(
      `SELECT 'column' AS kind, table_name || '.' || column_name AS name, data_type || coalesce(column_default, '') || is_nullable AS text
       FROM information_schema.columns WHERE table_schema = $1 AND table_name <> 'migrations'
       UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename <> 'migrations'
       UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = $1::regnamespace AND conrelid IS DISTINCT FROM to_regclass('public.migrations')
       UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = $1::regnamespace
       UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
         WHERE relnamespace = $1::regnamespace AND NOT tgisinternal
       UNION ALL SELECT 'grant', table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) FROM information_schema.role_table_grants
         WHERE table_schema = $1 AND grantee = 'intake_request' AND table_name <> 'migrations' GROUP BY table_name
       ORDER BY 1, 2, 3`,
      [schema],
    );
  /** Where it stands is all that may differ. */
  const plain = (shape: object[]) =>
    JSON.stringify(shape, null, 1)
      .replaceAll(/(?:\\"w_[a-z0-9-]+\\"|\bw_[a-z0-9-]+|\bpublic)\./g, '')
      .replaceAll(/SET search_path TO [^\\]*(?:\\"[^\\]*\\"[^\\]*)*\\n/g, '');

  it('is the plain one under another name, built or taken from a spare', async () => {
    const expected = plain(await shapeOf('public'));
    const names = [];
    for (let made = 0; made < 3; made++) names.push((await workspace()).name);
    for (const name of names) expect(plain(await shapeOf(`w_${name}`))).toBe(expected);
    expect(expected.length).toBeGreaterThan(20_000);
  });
});

describe('another copy of the service', () => {
  let copy: TestServer;
  let old: string;

  beforeAll(async () => {
    old = (await workspace()).name;
    const without = `array_remove(migrations, '${LeaseEnds1790001300000.name}')`;
    await records.rows(`UPDATE simulator_desk.workspaces SET migrations = ${without} WHERE name = $1`, [old]);
    await records.rows(`DROP INDEX "w_${old}".ix_declarations_lease_until`);
    copy = await startServer({ beside: server });
  });
  afterAll(() => copy.dispose());

  it('finds what was removed here gone, with its photos', async () => {
    const { name, world } = await workspace();
    await world.citizen().submits();
    const elsewhere = worldIn(name, copy);
    const clerk = await elsewhere.staff();
    expect((await clerk.calls('get', '/queues')).status).toBe(200);
    const folder = join(server.dataDir, 'photos', name);
    expect(existsSync(folder)).toBe(true);
    await lobby.api.delete(`/_sim/workspaces/${name}`).expect(204);
    expect((await clerk.calls('get', '/queues')).body).toMatchObject({ status: 404, code: 'workspace-unknown' });
    expect((await world.api.get('/v1/offices/03102')).body).toMatchObject({ code: 'workspace-unknown' });
    expect(existsSync(folder)).toBe(false);
    expect(await records.count('pg_namespace', `nspname = $1`, [`w_${name}`])).toBe(0);

    await wishes({ name }).expect(201);
    // The copy hears of it from the database.
    while ((await clerk.calls('get', '/queues')).status === 404);
    expect((await clerk.calls('get', '/queues')).body).toMatchObject({ status: 401 });
    expect((await elsewhere.citizen().submits()).dossierNumber).toMatch(/^00001\./);
  });

  it('brings what an earlier version made up to date when it is next used', async () => {
    expect((await worldIn(old, copy).api.get('/_sim/clock')).status).toBe(200);
    expect(await records.count('pg_indexes', `schemaname = $1 AND indexname = 'ix_declarations_lease_until'`, [`w_${old}`])).toBe(1);
  });
});

describe('many workspaces at once', () => {
  it('move their clocks side by side, more of them than there are connections, and each as far as it was asked', async () => {
    const rooms = await Promise.all(Array.from({ length: 12 }, () => workspace()));
    await Promise.all(rooms.map(({ world }) => world.clockIsAt('2021-04-20T02:00:00Z', true)));
    await Promise.all(rooms.slice(0, 4).map(({ world }) => world.citizen().submits()));
    const moves = await Promise.all(rooms.map(({ world }) => Promise.all([world.timePasses('P10D'), world.timePasses('P20D')])));
    // Which of two moves comes first is nobody's promise; that the second starts where the first ended is.
    for (const [ten, twenty] of moves)
      expect([
        ['2021-04-30T02:00:00.000Z', '2021-05-20T02:00:00.000Z'],
        ['2021-05-20T02:00:00.000Z', '2021-05-10T02:00:00.000Z'],
      ]).toContainEqual([ten.now, twenty.now]);
    const clocks = await Promise.all(rooms.map(async ({ world }) => (await world.api.get('/_sim/clock')).body));
    expect(clocks).toEqual(rooms.map(() => ({ now: '2021-05-20T02:00:00.000Z', frozen: true })));
  });

  it('never see anything of each other', async () => {
    const rooms = await Promise.all(Array.from({ length: 20 }, () => workspace()));
    await Promise.all(
      rooms.map(async ({ world }, place) => {
        const officeCode = '03102';
        const citizen = world.citizen();
        await world.clockIsAt('2021-04-20T02:00:00Z');
        await world.counterIsAt(1_000 * place, 2021, officeCode);
        const { dossierNumber } = await citizen.submits();
        expect(dossierNumber).toMatch(new RegExp(`^${String(1_000 * place + 1).padStart(5, '0')}\\.`));
        expect((await (await world.staff()).approves(citizen)).status).toBe(200);
        await citizen.readsPassword();
        const messages = await world.messages({ template: 'credentials' });
        expect(messages.map(({ dossierNumber: of }) => of)).toEqual([dossierNumber]);
      }),
    );
    const folders = await readdir(join(server.dataDir, 'photos'));
    expect(folders).toEqual(expect.arrayContaining(rooms.map(({ name }) => name)));
    const [connections] = await records.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'bhxh-intake'`,
    );
    expect(connections!.count).toBeLessThanOrEqual(30);
  });
});

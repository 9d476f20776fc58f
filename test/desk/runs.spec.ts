import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { replay } from '../../src/simulator/runs/replay.ts';
import { BadRun, Run } from '../../src/simulator/runs/run-reader.ts';
import { World, type Photos } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

let server: TestServer;
let lobby: World;
let photos: Required<Photos>;
let serial = 0;

beforeAll(async () => {
  server = await startServer();
  lobby = new World(server.url);
  photos = await smallPhotos();
});
afterAll(() => server.dispose());

async function workspace(wish: object = {}): Promise<{ name: string; world: World }> {
  const name = `ghi-${++serial}`;
  await lobby.api
    .post('/_sim/workspaces')
    .send({ name, ...wish })
    .expect(201);
  return { name, world: new World(`${server.url}/w/${name}`) };
}

async function starts(world: World, wish: object = {}): Promise<string> {
  const { body } = await world.api.post('/_sim/runs').send(wish).expect(201);
  expect(body).toMatchObject({ state: 'recording', calls: null, hash: null });
  return body.id as string;
}

async function ends(world: World, id: string) {
  return (await world.api.post(`/_sim/runs/${id}/end`).expect(200)).body;
}

async function fileOf(world: World, id: string): Promise<string> {
  const response = await world.api.get(`/_sim/runs/${id}`).buffer(true).parse(asText).expect(200);
  expect(response.headers['content-disposition']).toBe(`attachment; filename="${id}.ndjson"`);
  return response.body as string;
}

function asText(response: unknown, done: (error: Error | null, text: string) => void): void {
  const parts: Buffer[] = [];
  const lines = response as NodeJS.ReadableStream;
  lines.on('data', (part: Buffer) => parts.push(part));
  lines.on('end', () => done(null, Buffer.concat(parts).toString()));
}

/** Tells the story from the start to the end of a recording. */
async function recorded(wish: object, story: (world: World) => Promise<void>) {
  const { name, world } = await workspace(wish);
  const id = await starts(world, { name: 'mot-ngay' });
  await story(world);
  const ended = await ends(world, id);
  return { name, world, id, ended, text: await fileOf(world, id) };
}

/** A week at the office: everything that a run is about. */
async function week(world: World): Promise<void> {
  const citizen = world.citizen();
  const photographed = { photos, key: 'the-first' };
  const clerk = await world.staff();
  await citizen.sends({ ...photographed, key: 'refused', form: { ...citizen.form, phone: 'none' } });
  await world.api
    .put('/_sim/faults')
    .send({ 'sms-5xx': { count: 1 } })
    .expect(200);
  await citizen.submits(photographed);
  await citizen.submits(photographed);
  await world.messages();
  await world.timePasses('PT10M');
  await world.message({ template: 'received', channel: 'sms' });

  const wizard = await Wizard.isReady(world, photos);
  await wizard.submits('the-draft').expect(201);
  await world.api.post('/v1/drafts').type('json').send('{"broken').expect(400);
  await world.api
    .post('/v1/declarations')
    .set('Sim-Fault', 'http-reset-before-commit=1')
    .set('Idempotency-Key', 'lost')
    .then(
      () => expect('an answer').toBe('none'),
      () => undefined,
    );

  await clerk.leases(citizen.receipt!.id);
  const { ran } = await world.timePasses('PT20M');
  expect(ran).toMatchObject([{ action: 'lease-ended' }]);
  const colleague = await world.staff();
  expect((await colleague.approves(citizen)).status).toBe(200);
  const password = await citizen.readsPassword();
  expect((await citizen.logsIn('Wr0ngWr0ng')).status).toBe(401);
  expect((await citizen.logsIn(password)).status).toBe(201);
  await colleague.calls('get', '/queues').expect(200);
  await colleague.calls('get', `/declarations/${citizen.receipt!.id}/history`).expect(200);
  await colleague.calls('get', `/declarations/${citizen.receipt!.id}/photos/portrait`).expect(200);
  await colleague.calls('get', `/declarations/${citizen.receipt!.id}/file`).expect(200);
  await citizen.own('get');
  await world.api.get('/_sim/counters/continuity').expect(200);
}

let first: Awaited<ReturnType<typeof recorded>>;
beforeAll(async () => {
  first = await recorded({ seed: 'tuan-le' }, week);
});

describe('a recorded run', () => {
  it('holds every call in order, and each photo once', async () => {
    const run = await Run.ofText(first.text);
    expect(first.ended).toMatchObject({ name: 'mot-ngay', state: 'ended', repeatable: true, overlapping: 0, calls: run.calls.length });
    expect(run.calls.map(({ number }) => number)).toEqual(run.calls.map((_call, index) => index + 1));
    expect(run.calls.map(({ request, answer }) => `${request.method} ${answer.status}`)).toEqual(
      expect.arrayContaining(['POST 422', 'PUT 200', 'POST 400', 'POST 0', 'GET 200', 'POST 401']),
    );
    expect(first.text.match(/^\{"blob"/gm)).toHaveLength(3);
    expect(first.text).not.toContain(first.name);
  });

  it('is told again by the same calls with the same hash', async () => {
    await first.world.reset();
    const world = new World(first.world.url);
    const id = await starts(world);
    await week(world);
    expect(await ends(world, id)).toMatchObject({ hash: first.ended.hash });
    expect((await world.api.get('/_sim/runs').expect(200)).body.items).toMatchObject([{ id }, { id: first.id }]);
  });

  it('is told again by another server', async () => {
    const other = await startServer();
    try {
      const file = join(server.dataDir, 'week.ndjson');
      await writeFile(file, first.text);
      const { code, output } = await command(file, '--url', other.url);
      expect(output).toBe(`calls ${first.ended.calls}, differing 0, transcript hash ${first.ended.hash}\n`);
      expect(code).toBe(0);
    } finally {
      await other.dispose();
    }
  });

  it('rests in a file that nobody else reads, and goes with its workspace', async () => {
    const folder = join(server.dataDir, 'runs', first.name);
    expect((await stat(join(folder, `${first.id}.ndjson`))).mode & 0o777).toBe(0o600);
    const { world: other } = await workspace();
    for (const call of [
      other.api.get(`/_sim/runs/${first.id}`),
      other.api.post(`/_sim/runs/${first.id}/end`),
      other.api.get('/_sim/runs/..'),
    ])
      expect((await call).status).toBe(404);
    await first.world.api.delete(`/_sim/runs/${first.id}`).expect(204);
    await first.world.api.get(`/_sim/runs/${first.id}`).expect(404);
    await lobby.api.delete(`/_sim/workspaces/${first.name}`).expect(204);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a replay', () => {
  /** Two tokens and a look at the clock. */
  async function morning(world: World): Promise<void> {
    await world.staff();
    const officer = await world.staff('03102', 'supervisor');
    await officer.calls('get', '/queues').expect(200);
    await world.api.get('/_sim/clock').expect(200);
  }

  it('names the place where another story is told', async () => {
    const { text, ended } = await recorded({ seed: 'mot' }, morning);
    const run = await Run.ofText(text);
    expect(await replay(run, { url: server.url })).toMatchObject({ differing: [], hash: ended.hash, notes: [] });
    const strange = Object.assign(Object.create(run) as Run, { head: { ...run.head, workspace: { ...run.head.workspace, seed: 'hai' } } });
    const { differing, hash } = await replay(strange, { url: server.url });
    expect(hash).not.toBe(ended.hash);
    expect(differing[0]).toMatchObject({ call: { number: 1, request: { path: '/_sim/tokens' } } });
    expect(differing[0]!.pointers).toEqual(expect.arrayContaining(['/body/accessToken', '/body/staff/id', '/headers/x-event-cursor']));
    expect(differing.find(({ call }) => call.request.path === '/v1/staff/queues')).toMatchObject({ status: '200 → 401' });
  });

  it('compares statuses and shapes where chance and time were free', async () => {
    const { text, ended } = await recorded({}, morning);
    expect(ended).toMatchObject({ repeatable: false });
    const { differing, hash } = await replay(await Run.ofText(text), { url: server.url });
    expect(differing).toEqual([]);
    expect(hash).not.toBe(ended.hash);
  });

  it('plays no file that was altered, cut off, or is something else', async () => {
    const { text } = await recorded({ seed: 'mot' }, morning);
    const reading = (altered: string) => expect(Run.ofText(altered)).rejects;
    await reading(text.replace('03102', '00100')).toThrow(
      new BadRun('Line 2: call 1: POST /_sim/tokens was altered, or a call before it is missing.'),
    );
    await reading(text.split('\n').toSpliced(2, 1).join('\n')).toThrow(/^Line 3: call 3/);
    await reading(text.split('\n').slice(0, 3).join('\n')).toThrow(/has no end/);
    await reading('{"openapi":"3.0"}').toThrow(/^Line 1 is no line/);
    const file = join(server.dataDir, 'altered.ndjson');
    await writeFile(file, text.replace('03102', '00100'));
    expect(await command(file, '--url', server.url)).toMatchObject({ code: 2, output: expect.stringContaining('was altered') });
  });
});

describe('a recording', () => {
  it('is one at a time, and begins at the beginning', async () => {
    const { world } = await workspace({ seed: 1 });
    const id = await starts(world);
    expect((await world.api.post('/_sim/runs').send({})).body).toMatchObject({ status: 409, code: 'run-under-way', run: id });
    expect(await ends(world, id)).toMatchObject({ calls: 0 });
    await world.staff();
    const again = () => world.api.post('/_sim/runs').send({});
    expect((await again()).body).toMatchObject({ status: 409, code: 'run-needs-a-beginning' });
    await world.reset();
    await starts(world);

    const { world: used } = await workspace();
    await used.citizen().submits({ photos });
    expect((await used.api.post('/_sim/runs').send({})).body).toMatchObject({ status: 409, code: 'run-needs-a-beginning' });
    expect((await used.api.post('/_sim/runs').send({ mostMegabytes: 0, colour: 'red' })).body.errors).toHaveLength(2);
  });

  it('stops where its file is full, and says so; nothing else stops', async () => {
    const { world } = await workspace({ seed: 1 });
    const id = await starts(world, { mostMegabytes: 1 });
    const long = (sign: string) => world.api.put('/_sim/clock').set('Content-Type', 'text/plain').send(sign.repeat(600_000));
    for (const sign of ['a', 'b', 'c']) expect((await long(sign)).status).toBeGreaterThanOrEqual(400);
    await world.staff();
    const ended = await ends(world, id);
    expect(ended).toMatchObject({ state: 'full', calls: 1 });
    const text = await fileOf(world, id);
    expect(text.length).toBeLessThan(1024 * 1024 + 1_000);
    expect((await Run.ofText(text)).end.because).toBe('full');
    await world.reset();
    await starts(world);
  });
});

function command(...given: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const path = join(packageRoot(), 'dist', 'src', 'cli', 'cli.command.js');
    const child = execFile(process.execPath, [path, 'replay', ...given], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

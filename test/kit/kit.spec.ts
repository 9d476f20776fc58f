import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { bodyOf } from '../../src/testing/api-client.ts';
import { startIntake, type Intake } from '../../src/testing/start-intake.ts';
import type { Photos } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';

let server: TestServer;
let intake: Intake;
/** A project of somebody else's that has the package installed, in whose folder the examples lie. */
let project: string;

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-kit-')));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(packageRoot(), join(project, 'node_modules', 'bhxh-intake'));
  cpSync(join(packageRoot(), 'examples'), project, { recursive: true });
  server = await startServer();
  intake = await startIntake({ url: server.url });
});
afterAll(async () => {
  await server.dispose();
  await rm(project, { recursive: true, force: true });
});

interface Ended {
  status: number;
  told: string;
  said: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  const [told, said, status] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1))),
  ]);
  return { status, told, said };
}

/** Runs a program in the project, with the spec's server as the one to use. */
function run(program: string, words: string[], folder = '', environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: project, TMPDIR: project, BHXH_INTAKE_URL: server.url, ...environment };
  return ended(spawn(program, words, { cwd: join(project, folder), env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

const node = (...words: string[]) => run(process.execPath, words);
const jestIn = (folder: string) =>
  run(process.execPath, [join(packageRoot(), 'node_modules', 'jest', 'bin', 'jest.js'), '--runInBand'], folder);
const CLI = join(packageRoot(), 'dist', 'src', 'cli', 'cli.command.js');
const cli = (...words: string[]) => node(CLI, ...words);

/** As `cli`, with the answer that is meant for programs. */
async function asJson(...words: string[]) {
  const { status, told, said } = await cli(...words, '--json');
  return { status, said, answer: JSON.parse(told) };
}

describe('the kit', () => {
  // What is drawn is seen in the examples; here plain pictures do, which take no time.
  let photos: Required<Photos>;
  beforeAll(async () => {
    photos = await smallPhotos();
  });

  it('plays the whole story in a workspace that is gone afterwards', async () => {
    const ws = await intake.workspace({ profile: '2021-04' });
    const citizen = ws.citizen();
    await ws.clock.set('2021-04-20T02:00:00Z', { frozen: true });
    await ws.counters.set({ officeCode: '03102', kind: 'GD', year: 2021, last: 49_630 });
    expect(await citizen.submits({ photos })).toMatchObject({ dossierNumber: '49631.GD/2021/03102' });
    expect(await citizen.tracks()).toMatchObject({ status: 'SUBMITTED' });

    const clerk = ws.staff({ officeCode: '03102' });
    expect(await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong' }])).toMatchObject({ status: 'RETURNED' });
    expect(await citizen.withdraws()).toMatchObject({ status: 'WITHDRAWN' });
    const next = ws.citizen();
    await next.submits({ photos });
    expect(await ws.staff().approves(next)).toMatchObject({ status: 'APPROVED' });
    expect(await next.logsIn()).toMatchObject({ mustChangePassword: true });
    await next.changesPassword();
    expect(await next.profile()).toMatchObject({ state: 'ACTIVE' });

    const told = await ws.timeline();
    expect(told).toMatch(/49631\.GD\/2021\/03102 {2}withdraw {2}RETURNED → WITHDRAWN/);
    const { phone } = await next.form();
    expect(told).toMatch(new RegExp(`sms to \\+84${phone!.slice(1)} {2}credentials`));
    const { data: office } = await ws.client.GET('/v1/offices/{code}', { params: { path: { code: '03102' } } });
    expect(office).toMatchObject({ code: '03102', open: true });
    expect(await ws.counters.continuity()).toMatchObject([{ issued: 2, continuous: true }]);
    await ws.remove();
    expect(await intake.has(ws.name)).toBe(false);
  });

  it('keeps worlds apart, forks one, and empties one', async () => {
    const [one, other] = await Promise.all([intake.workspace(), intake.workspace()]);
    await one.citizen().submits({ photos });
    const copy = await one.fork();
    await copy.stranger().submits({ photos });
    await one.reset();
    const issued = async (ws: typeof one) => (await ws.counters.continuity()).map((counter) => counter.issued);
    expect([await issued(one), await issued(copy), await issued(other)]).toEqual([[], [2], []]);
    await Promise.all([one, other, copy].map((ws) => ws.remove()));
  });

  it('goes on from a journey, waits for what came of a write, and lets things go wrong', async () => {
    const ws = await intake.workspace();
    const played = await ws.journey('submitted', { persona: 'vu-thi-hoa' });
    const { phone } = played.form;
    await ws.faults.set({ 'sms-5xx': { count: 1 } });
    expect(await ws.faults.get()).toMatchObject([{ name: 'sms-5xx', left: 1 }]);
    await ws.faults.clear();
    await ws.staff().rejects(played, 'not-filed-by-this-person');
    const sms = await ws.sms.waitFor({ to: phone, after: ws.cursor });
    expect(sms).toMatchObject({ template: 'rejected' });
    expect(await ws.sms.latest(phone)).toMatchObject({ id: sms.id, text: sms.text });
    await ws.remove();
  });

  it('has officers who decide twice about one dossier, and whose colleagues take over after a reset', async () => {
    const ws = await intake.workspace();
    const [clerk, citizen] = [ws.staff(), ws.citizen()];
    const { id, trackingCode } = await citizen.submits({ photos });
    await clerk.returns(citizen, [{ field: 'phone', reasonCode: 'phone-wrong' }]);
    const own = { params: { path: { id } }, headers: { Authorization: `Bearer ${trackingCode}` } };
    await ws.client.PATCH('/v1/declarations/{id}', { ...own, body: { phone: '0352153111' } });
    expect(await ws.client.POST('/v1/declarations/{id}/resubmission', own)).toMatchObject({ data: { status: 'SUBMITTED' } });
    expect(await clerk.approves(citizen)).toMatchObject({ status: 'APPROVED' });
    await ws.reset();
    const next = ws.citizen();
    await next.submits({ photos });
    expect(await clerk.approves(next)).toMatchObject({ status: 'APPROVED' });
    await ws.remove();
  });

  it('configures no service that runs already, and says so', async () => {
    const told = `${server.url} runs already, so environment, dataDir would change nothing`;
    await expect(startIntake({ url: server.url, environment: { EXPIRY_DAYS: '3' }, dataDir: '.intake' })).rejects.toThrow(told);
  });

  it('throws what the service said, and what arrived instead', async () => {
    const ws = await intake.workspace();
    const citizen = ws.citizen();
    await citizen.submits({ photos });
    await expect(citizen.submits({ photos })).rejects.toMatchObject({ status: 409, code: 'declaration-already-open' });
    await expect(ws.sms.waitFor({ template: 'credentials' }, 0)).rejects.toThrow(/nothing-arrived[^]*instead: .*received/);
    await expect(ws.citizen('nobody').submits({ photos })).rejects.toThrow('nobody is called nobody');
    await ws.remove();
  });
});

describe('an example', () => {
  it.each([
    ['with the kit under node --test', () => node('--test', 'node-test/')],
    ['with plain fetch', () => node('--test', 'fetch/')],
    ['with curl', () => run('bash', ['curl/login.sh'])],
    ['with Jest', () => jestIn('jest')],
  ])('%s is green, and leaves nothing behind', async (_how, play) => {
    const { status, told, said } = await play();
    expect({ status, said, told }).toMatchObject({ status: 0 });
    const { items } = await (await fetch(`${server.url}/_sim/workspaces`)).json();
    expect(items).toEqual([]);
  });

  it('in the README runs on every Node that is supported', async () => {
    const [, sample = ''] = /```js\n([^]*?)```/.exec(readFileSync(join(packageRoot(), 'README.md'), 'utf8')) ?? [];
    writeFileSync(join(project, 'readme.mjs'), sample);
    expect(await node('readme.mjs')).toEqual({ status: 0, told: '', said: '' });
    const { items } = await (await fetch(`${server.url}/_sim/workspaces`)).json();
    expect(items).toHaveLength(1);
    await fetch(`${server.url}/_sim/workspaces/${items[0].name}`, { method: 'DELETE' });
  });

  it('that fails under Jest shows what happened in its workspace', async () => {
    mkdirSync(join(project, 'red'));
    writeFileSync(join(project, 'red', 'jest.config.json'), '{ "preset": "bhxh-intake" }');
    writeFileSync(
      join(project, 'red', 'red.test.js'),
      `const kit = require('bhxh-intake/testing').useIntake();
       test('green', () => kit.workspace.citizen().submits());
       test('red', async () => { await kit.workspace.citizen().withdraws(); });`,
    );
    const { status, said } = await jestIn('red');
    expect(status).toBe(1);
    expect(said.match(/timeline of workspace worker-1/g)).toHaveLength(1);
    expect(said).toMatch(/00001\.GD\/\d+\/03102 {2}submit {2} → SUBMITTED/);
  });
});

it('two processes have workspaces of different names, whatever their numbers are', async () => {
  const program = `
    Object.defineProperty(process, 'pid', { value: 17 });
    let begin;
    const hooks = { before: (act) => (begin = act), after: () => {}, beforeEach: () => {}, afterEach: () => {} };
    const kit = require('bhxh-intake/testing').useIntake({}, hooks);
    begin().then(async () => {
      process.stdout.write(kit.workspace.name);
      await kit.workspace.remove();
    });`;
  const [one, other] = await Promise.all([0, 1].map(() => node('--input-type=commonjs', '--eval', program)));
  expect([one, other]).toMatchObject([1, 2].map(() => ({ status: 0, told: expect.stringMatching(/^worker-0-17-[0-9a-f]{8}$/) })));
  expect(other!.told).not.toBe(one!.told);
});

describe('the command line', () => {
  it('puts dossiers into a workspace, and shows its messages, its numbers and its time', async () => {
    const seeded = await asJson('seed', '--workspace', 'w1', '--count', '1', '--seed', '7');
    expect(seeded).toMatchObject({ status: 0, answer: { workspace: 'w1', baseUrl: `${server.url}/w/w1` } });
    const [first] = seeded.answer.dossiers;
    const sms = await asJson('await', '--workspace', 'w1', '--channel', 'sms', '--dossier', first.dossierNumber);
    expect(sms).toMatchObject({ status: 0, answer: { template: 'received', dossierNumber: first.dossierNumber } });
    const all = await asJson('messages', '--workspace', 'w1', '--channel', 'email');
    expect(all).toMatchObject({ status: 0, answer: { items: [] } });
    const proof = await asJson('counters', '--workspace', 'w1');
    expect(proof).toMatchObject({ status: 0, answer: { counters: [{ issued: 1, gaps: [], continuous: true }] } });
    const drawn = await asJson('seed', '--workspace', 'w1', '--journey', 'withdrawn');
    expect(drawn).toMatchObject({ status: 0, answer: { dossiers: [{ status: 'WITHDRAWN' }] } });
    const moved = await asJson('clock', 'advance', 'P40D', '--workspace', 'w1');
    expect(moved.answer.ran.map(({ action }: { action: string }) => action)).toContain('expire');
    expect(await cli('clock', '--workspace', 'w1')).toMatchObject({ status: 0, told: `${moved.answer.now} (frozen)\n` });
  });

  it('ends with 1 where the answer is no, and says what there was instead', async () => {
    const nothing = await cli('await', '--workspace', 'w1', '--channel', 'sms', '--template', 'credentials', '--timeout', '0');
    expect(nothing).toMatchObject({ status: 1, told: '', said: expect.stringContaining('instead') });
    const unknown = await asJson('counters', '--workspace', 'nobodys');
    expect(unknown).toMatchObject({ status: 1, answer: { code: 'workspace-unknown' } });
  });

  it.each([
    [['fly'], 'there is no command fly'],
    [['clock', 'set'], 'clock needs'],
    [['await', '--port', '1'], 'await knows no --port'],
    [['counters', 'set', '--office', '03102'], '--year needs a whole number'],
    [['messages', '--channel', 'pigeon'], '--channel is sms or email'],
  ])('ends with 2 for %j', async (words, sentence) => {
    expect(await cli(...words)).toMatchObject({ status: 2, said: expect.stringContaining(sentence) });
  });

  it('finds the service by BHXH_INTAKE_URL, in a demonstration and a replay too', async () => {
    const ws = await intake.workspace();
    const { id } = await bodyOf(ws.client.POST('/_sim/runs', { body: {} }));
    await bodyOf(ws.client.POST('/_sim/runs/{id}/end', { params: { path: { id } } }));
    writeFileSync(join(project, 'run.ndjson'), await (await fetch(`${ws.url}/_sim/runs/${id}`)).text());
    await ws.remove();
    const said = expect.stringMatching(/ECONNREFUSED|fetch failed|nobody answers/);
    const ask = (...words: string[]) => run(process.execPath, [CLI, ...words], '', { BHXH_INTAKE_URL: 'http://127.0.0.1:9' });
    expect(await ask('messages')).toMatchObject({ status: 3, said });
    expect(await ask('replay', 'run.ndjson')).toMatchObject({ status: 2, said });
    expect(await ask('demo')).toMatchObject({ status: 1, said });
  });

  it('ends with 3 where nobody answers', async () => {
    const { status, said } = await cli('clock', '--url', 'http://127.0.0.1:9');
    expect({ status, said }).toEqual({ status: 3, said: expect.stringMatching(/^nobody answers at http:\/\/127\.0\.0\.1:9 .*\n$/) });
  });

  it('examines the machine: a port that is taken and a directory that is none are found, with what to do', async () => {
    const healthy = await asJson('doctor', '--port', '0', '--data-dir', join(project, 'data'));
    expect(healthy).toMatchObject({ status: 0, answer: { healthy: true } });
    const ill = await asJson('doctor', '--port', new URL(server.url).port, '--data-dir', join(project, 'jest', 'login.test.js'));
    const failed = ill.answer.findings.filter(({ ok }: { ok: boolean }) => !ok);
    expect(failed).toEqual([
      { about: 'data directory', ok: false, says: expect.stringContaining('set DATA_DIR') },
      { about: 'port', ok: false, says: expect.stringContaining('--port') },
    ]);
    expect(ill.status).toBe(1);
  });

  it('examines the database that is configured', async () => {
    const settings = { DURABLE_DATABASE: 'off' };
    const doctor = (url: string) => run(process.execPath, [CLI, 'doctor', '--port', '0'], '', { DATABASE_URL: url, ...settings });
    const wrong = new URL(server.database.requestUrl);
    wrong.password = 'wrong';
    const refused = await doctor(wrong.href);
    expect(refused).toMatchObject({ status: 1, said: expect.stringMatching(/^FAIL {2}database +DATABASE_URL cannot be used/m) });
    expect(await doctor(server.database.requestUrl)).toMatchObject({
      status: 0,
      told: expect.stringMatching(/^ok {4}database +schema current at \w+$/m),
    });
  });

  it('examines the role of requests as a start does: its password, what it may do, and what its server does not keep', async () => {
    const { ownerUrl, requestUrl } = server.database;
    const doctor = (url: string, settings: Record<string, string> = {}) =>
      run(process.execPath, [CLI, 'doctor', '--port', '0'], '', { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl, ...settings });
    const wrong = new URL(requestUrl);
    wrong.password = 'wrong';
    const refused = await doctor(wrong.href, { DURABLE_DATABASE: 'off' });
    expect(refused).toMatchObject({ status: 1, said: expect.stringMatching(/^ok {4}database +schema current/m) });
    expect(refused.said).toMatch(/^FAIL {2}role of requests +DATABASE_URL cannot be used \(28P01\)/m);
    expect((await doctor(requestUrl)).said).toMatch(/^FAIL {2}role of requests +DATABASE_URL: .+ \(fsync is off/m);
    expect(await doctor(requestUrl, { DURABLE_DATABASE: 'off' })).toMatchObject({ status: 0 });
  });
});

describe('an intake that a test has started', () => {
  it('goes with the test, however that ends, and takes its data with it', async () => {
    const place = join(project, 'tmp');
    mkdirSync(place, { mode: 0o755 });
    const program = `
      const { startIntake } = require('bhxh-intake/testing');
      startIntake().then(({ url }) => process.stdout.write(url), (fault) => process.stdout.write(fault.message));
      process.stdin.resume();`;
    const parent = spawn(process.execPath, ['--input-type=commonjs', '--eval', program], {
      cwd: project,
      env: { PATH: process.env['PATH'], TMPDIR: place },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) => parent.stdout.once('data', (part: Buffer) => resolve(part.toString())));
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(readdirSync(place)).toHaveLength(1);

    const changes = watch(place);
    parent.kill('SIGKILL');
    for await (const _change of changes) if (readdirSync(place).length === 0) break;
    await expect(fetch(`${url}/health/ready`)).rejects.toThrow();
  });
});

import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Canaries, filesOf } from '../operations/canaries.ts';
import { checklistFor, World, type Citizen } from '../support/people.ts';
import { runCommand } from '../support/run-command.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

/** What one person declares, each word said by nobody else. */
const DECLARED = {
  insuranceNumber: '7913572468',
  fullName: 'Trịnh Hoài Yến Oanh',
  idNumber: '079190813572',
  phone: '0352468135',
  street: 'Ngách Hoàng Yến Bảy Bảy',
  email: 'hoang.yen.bay.bay@example.com',
};
/** Said about them, and given to them. */
const NOTE = 'Ghi chú kín về chim yến';
/** It stands for the citizen's own phone and mailbox: what lies there is theirs, and no service without the desk has it. */
const OWN_INBOX = 'database/simulator_inbox.copy';

/** Its database is the cluster of all tests: below DATA_DIR lies none, whose pages and log hold deleted rows until their room is used again. */
let server: TestServer;
let world: World;
let directory: string;
let neighbour: Citizen;
const canaries = new Canaries();
let printed = '';

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-traces-')));
  server = await startServer();
  world = new World(server.url);
  for (const [name, word] of Object.entries({ ...DECLARED, note: NOTE })) canaries.plant(name, word);
  const clerk = await world.staff();
  const oanh = world.stranger({ ...DECLARED, emailCopy: 'true', emailForNotices: 'true' });
  const photos = { ...(await smallPhotos()), portrait: await world.photo('portrait', { seed: 'traces' }) };
  canaries.plant('photo', createHash('sha256').update(photos.portrait).digest('hex'));
  const { id, trackingCode } = await oanh.submits({ photos, key: canaries.plant('key', 'canary-of-the-key-7f3a') });
  canaries.plant('trackingCode', trackingCode);
  const { etag } = await clerk.opens(id);
  const approval = { checklist: checklistFor(DECLARED.idNumber, { registryUnknownConfirmed: true }), internalNote: NOTE };
  await clerk.decides(id, 'approval', approval, { lease: await clerk.leases(id), etag }).expect(200);
  const password = canaries.plant('password', await oanh.readsPassword());
  canaries.plant('session', ((await oanh.logsIn(password)).body as { accessToken: string }).accessToken);
  await Wizard.isReady(world, photos, oanh.fields);
  await world.api
    .post('/v1/eligibility')
    .send({ insuranceNumber: DECLARED.insuranceNumber, idNumber: DECLARED.idNumber, phone: DECLARED.phone });
  neighbour = world.stranger({ fullName: 'Nguyễn Thị Hàng Xóm' });
  await neighbour.submits({ photos: await smallPhotos() });
});
afterAll(async () => {
  await server?.dispose();
  await rm(directory, { recursive: true, force: true });
});

async function runs(name: 'backup' | 'privacy', words: string[], input?: string): Promise<void> {
  const { database, dataDir } = server;
  const environment = { DATA_DIR: dataDir, DATABASE_URL: database.requestUrl, DATABASE_OWNER_URL: database.ownerUrl };
  const { code, output } = await runCommand(name, words, environment, input);
  printed += output;
  expect([code, output]).toEqual([0, expect.any(String)]);
}

async function backedUp(name: string): Promise<[place: string, text: string][]> {
  await runs('backup', ['--to', join(directory, name)]);
  return (await filesOf(join(directory, name))).filter(([place]) => place !== OWN_INBOX);
}

it('after the erasure of a person a grep finds no trace of them: in a backup made then, in the files, in what was printed', async () => {
  // What looks for them finds them, as long as they are there.
  const before = canaries.among(await backedUp('before'));
  expect(Object.keys(before).sort()).toEqual([...Object.keys(DECLARED), 'note', 'photo'].sort());

  await runs('privacy', ['erase', '--person', '--with-account', '--yes'], `${DECLARED.insuranceNumber}\n${DECLARED.idNumber}\n`);

  const after = await backedUp('after');
  expect(canaries.among(after)).toEqual({});
  expect(after.some(([place, text]) => place === 'database/declarations.copy' && text.includes(neighbour.form['fullName']!))).toBe(true);
  expect(after.filter(([place]) => place.startsWith('photos/'))).toHaveLength(3);

  const files = await filesOf(server.dataDir);
  expect(files.map(([place]) => place)).toEqual(expect.arrayContaining(['shredded/default.jsonl', 'master.key']));
  expect(canaries.among(files)).toEqual({});

  expect(server.output()).toContain('"route":"/v1/declarations"');
  expect(canaries.in(server.output())).toEqual([]);
  expect(canaries.in(printed)).toEqual([]);
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyChains } from '../../src/audit/audit-chain.ts';
import { WHO_SAW } from '../../src/personal-data/views.ts';
import { World, type Citizen, type Officer } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { runCommand, type CommandRun } from '../support/run-command.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

const OF_MINH = ['fullName', 'insuranceNumber', 'idNumber', 'street', 'email'] as const;

let server: TestServer;
let world: World;
let records: Records;
let clerk: Officer;

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});
beforeEach(async () => {
  await world.reset();
  clerk = await world.staff('03102');
});

function privacy(words: readonly string[], input?: string): Promise<CommandRun> {
  const { dataDir, database } = server;
  return runCommand(
    'privacy',
    words,
    { DATA_DIR: dataDir, DATABASE_URL: database.requestUrl, DATABASE_OWNER_URL: database.ownerUrl },
    input,
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(server.dataDir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function approved(): Promise<Citizen> {
  const citizen = world.citizen('huynh-thi-minh', { emailCopy: 'true', email: 'minh@example.com', street: 'Số 7 ngõ Mai Anh' });
  await citizen.submits({ photos: await smallPhotos() });
  expect((await clerk.approves(citizen)).status).toBe(200);
  await citizen.readsPassword();
  return citizen;
}

async function submitted(): Promise<Citizen> {
  const citizen = world.stranger();
  await citizen.submits({ photos: await smallPhotos() });
  return citizen;
}

describe('a person’s data is erased on request', () => {
  it('with photos, keys, messages and account, to the last letter; what must stay names nobody, and others lose nothing', async () => {
    const [minh, other] = [await approved(), await submitted()];
    const { id, dossierNumber } = minh.receipt!;
    const photoIds = (await records.rows<{ id: string }>('SELECT id FROM photos WHERE declaration_id = $1', [id])).map((row) => row.id);
    await Wizard.isReady(world, await smallPhotos(), minh.fields);
    const numbers = `${minh.form['insuranceNumber']!}\n${minh.form['idNumber']!}\n`;
    expect(await privacy(['erase', '--person', '--with-account', '--yes'], numbers)).toEqual({
      code: 0,
      output: `${dossierNumber} (APPROVED): erased, with 3 photos and the account.\nA draft (DRAFT): removed, with 3 photos.\n`,
    });
    const dump = await records.dump({ except: ['simulator_inbox'] });
    for (const field of OF_MINH) expect([field, dump.includes(minh.form[field]!)]).toEqual([field, false]);
    expect(dump).not.toContain(minh.form['phone']!.slice(1));
    expect(dump).not.toContain(minh.receipt!.trackingCode);
    const left = [...(await filesIn('photos')), ...(await filesIn('photo-keys'))];
    for (const gone of [...photoIds, id]) expect(left).not.toContain(gone);
    expect(left).toHaveLength(4);
    const ledger = await readFile(join(server.dataDir, 'shredded', 'default.jsonl'), 'utf8');
    for (const gone of [...photoIds, id]) expect(ledger).toContain(gone);
    expect(await records.rows('SELECT dossier_number, status, erased_at IS NULL AS whole FROM declarations WHERE id = $1', [id])).toEqual([
      { dossier_number: dossierNumber, status: 'APPROVED', whole: false },
    ]);
    expect((await clerk.calls('get', `/declarations/${id}`)).body).toMatchObject({ status: 410, code: 'declared-data-erased' });
    expect((await other.own('get')).status).toBe(200);
    expect((await clerk.calls('get', `/declarations/${other.receipt!.id}/photos/portrait`)).status).toBe(200);
  });

  it('is on record, in a chain that still holds, and the person may register again', async () => {
    const minh = await approved();
    const { id } = minh.receipt!;
    const { body } = await minh.logsIn(await minh.readsPassword());
    expect((await privacy(['erase', '--dossier', minh.receipt!.dossierNumber, '--with-account', '--yes'])).code).toBe(0);
    const history = (await clerk.calls('get', `/declarations/${id}/history`).expect(200)).body.items as { action: string }[];
    expect(history.at(-1)).toMatchObject({ action: 'erase-on-request', actor: { kind: 'system' } });
    const client = new pg.Client({ connectionString: server.database.ownerUrl });
    await client.connect();
    expect(await verifyChains(client)).toMatchObject({ broken: 0 });
    await client.end();
    await world.api.get('/v1/me/data').auth(body.accessToken, { type: 'bearer' }).expect(401);
    expect((await minh.sends({ photos: await smallPhotos() })).status).toBe(201);
    expect(await privacy(['erase', '--dossier', minh.receipt!.dossierNumber, '--yes'])).toMatchObject({
      output: expect.stringContaining('has been erased before'),
    });
  });

  it('not before it is said so twice: without --yes nothing changes', async () => {
    const minh = await approved();
    const before = await records.dump();
    const words = ['erase', '--dossier', minh.receipt!.dossierNumber, '--with-account'];
    expect(await privacy(words)).toMatchObject({
      code: 0,
      output: expect.stringContaining('would be erased, with 3 photos and the account'),
    });
    expect(await records.dump()).toBe(before);
  });

  it('not while it is open, not with its account unless that is said, and nobody is guessed', async () => {
    const [minh, open] = [await approved(), await submitted()];
    const refused = async (words: string[], input?: string) => (await privacy([...words, '--yes'], input)).output;
    expect(await refused(['erase', '--dossier', open.receipt!.dossierNumber])).toContain('is open');
    expect(await refused(['erase', '--dossier', minh.receipt!.dossierNumber])).toContain('say --with-account');
    expect(await refused(['erase', '--dossier', '00001.GD/1999/03102'])).toContain('nothing of this number');
    const others = `${minh.form['insuranceNumber']!}\n${open.form['idNumber']!}\n`;
    expect(await refused(['erase', '--person', '--with-account'], others)).toContain('nothing of this number');
    expect(await refused(['erase', '--person'], minh.form['insuranceNumber'])).toContain('reads two lines');
    expect(await records.count('declarations', 'erased_at IS NOT NULL')).toBe(0);
    await open.own('post', '/withdrawal');
    expect(await privacy(['erase', '--dossier', open.receipt!.dossierNumber, '--yes'])).toMatchObject({ code: 0 });
  });

  it('and takes no other phone afterwards, whoever asked for one before', async () => {
    const minh = await approved();
    const { id, dossierNumber } = minh.receipt!;
    const second = await world.staff('03102', 'supervisor');
    const proposes = () => clerk.calls('patch', `/declarations/${id}/phone`).send({ phone: '0352153111', reason: 'Mất điện thoại' });
    await proposes().expect(202);
    expect((await privacy(['erase', '--dossier', dossierNumber, '--with-account', '--yes'])).code).toBe(0);
    const answers = [await proposes(), await second.calls('post', `/declarations/${id}/phone/confirmation`).send({ phone: '0352153111' })];
    for (const { body } of answers) expect(body).toMatchObject({ status: 410, code: 'declared-data-erased' });
    expect(await records.count('phone_changes')).toBe(0);
  });

  it('never by the role of requests', async () => {
    const client = new pg.Client({ connectionString: server.database.requestUrl });
    await client.connect();
    await expect(client.query('SELECT erase_on_request(gen_random_uuid())')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});

describe('“who saw my card?”', () => {
  it('is one query, which the documentation shows, and one command', async () => {
    const citizen = await submitted();
    const { id, dossierNumber } = citizen.receipt!;
    await clerk.calls('get', `/declarations/${id}/photos/idFront`).expect(200);
    const elsewhere = await world.staff('03103');
    await elsewhere.calls('get', `/declarations/${id}/photos/idFront`).expect(404);
    expect(await readFile('docs/privacy.md', 'utf8')).toContain(WHO_SAW);
    const rows = await records.rows<Record<string, unknown>>(WHO_SAW, [dossierNumber]);
    expect(rows).toEqual([
      expect.objectContaining({
        action: 'view-photo',
        fullName: clerk.staff.fullName,
        office: '03102',
        details: { slot: 'idFront', size: 'full', because: 'own-office' },
      }),
      expect.objectContaining({ action: 'denied-other-office', fullName: elsewhere.staff.fullName, office: '03103' }),
    ]);
    const { code, output } = await privacy(['views', '--dossier', dossierNumber]);
    expect([code, output.trim().split('\n').length]).toEqual([0, 2]);
    expect(output).toMatch(/view-photo idFront full {2}.+ {2}03102\n/);
    for (const field of ['fullName', 'insuranceNumber', 'idNumber'] as const) expect(output).not.toContain(citizen.form[field]!);
  });

  it('has an answer also where nobody did, or there is no such dossier', async () => {
    const { receipt } = await submitted();
    for (const number of [receipt!.dossierNumber, '00001.GD/1999/03102'])
      expect(await privacy(['views', '--dossier', number])).toEqual({ code: 1, output: 'Nobody has seen a dossier of this number.\n' });
  });
});

describe('the command', () => {
  it.each([[[]], [['erase']], [['views']], [['erase', '--dossier', 'x', '--person']], [['shred']], [['views', '--all']]])(
    'says how it is used when it is asked %j',
    async (words) => {
      expect(await privacy(words)).toMatchObject({ code: 2, output: expect.stringContaining('npm run privacy -- views') });
    },
  );

  it('applies the shred ledger, and says what it found', async () => {
    await submitted();
    expect(await privacy(['apply-ledger'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^entries \d+ · rows 0 · files 0 · keys 0$/m),
    });
  });
});

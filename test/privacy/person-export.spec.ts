import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEFT_OUT, type PersonExport } from '../../src/personal-data/export.ts';
import { Canaries } from '../operations/canaries.ts';
import { ABOUT_NOBODY } from '../support/holdings.ts';
import { checklistFor, World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { runCommand, type CommandRun } from '../support/run-command.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

const NOTE = 'Ghi chú kín về chim yến';
const MAIL = 'hoang.yen@example.com';

let server: TestServer;
let world: World;
let records: Records;
/** Of one person: a dossier that was approved, an older one that was withdrawn, and a draft, with a row in every table that knows them. */
let minh: Citizen;
let impostor: Citizen;
let alike: Citizen;
let draftId: string;
let password: string;
const secrets = new Canaries();

beforeAll(async () => {
  server = await startServer();
  world = new World(server.url);
  records = Records.of(server.database);
  const [clerk, elsewhere, photos] = [await world.staff(), await world.staff('03103'), await smallPhotos()];
  minh = world.citizen('huynh-thi-minh', { emailCopy: 'true', email: MAIL });
  impostor = world.stranger({ insuranceNumber: minh.form['insuranceNumber']!, fullName: 'Kẻ Mạo Danh', phone: '0352468999' });
  alike = world.stranger({ phone: minh.form['phone']!, fullName: 'Người Cùng Máy' });
  await alike.submits({ photos });
  await impostor.submits({ photos });
  expect((await impostor.own('post', '/withdrawal')).status).toBe(200);
  await minh.submits({ photos });
  await minh.own('post', '/withdrawal');
  const { id, trackingCode, dossierNumber } = await minh.submits({ photos });
  await elsewhere.calls('post', '/visits').send({ dossierNumber, idNumber: minh.form['idNumber'] }).expect(201);
  await clerk.calls('get', `/declarations/${id}/duplicates`).expect(200);
  const { etag } = await clerk.opens(id);
  const approval = { checklist: checklistFor(minh.form['idNumber']!), internalNote: NOTE };
  await clerk.decides(id, 'approval', approval, { lease: await clerk.leases(id), etag }).expect(200);
  password = await minh.readsPassword();
  const { accessToken } = (await minh.logsIn(password)).body as { accessToken: string };
  await world.api.post('/v1/password-resets').send({ insuranceNumber: minh.form['insuranceNumber'] }).expect(202);
  const { otp } = (await world.message({ template: 'password-reset' })).fields;
  await clerk.calls('patch', `/declarations/${id}/phone`).send({ phone: '0352153111', reason: NOTE }).expect(202);
  const wizard = await Wizard.isReady(world, photos, minh.fields);
  draftId = wizard.id;
  // As drafts of a later profile have it, where an address is confirmed before it is sent.
  await records.rows(
    `INSERT INTO email_confirmations (declaration_id, issue, address_hash, otp_hash, tries, expires_at) VALUES ($1, 1, '\\x01', '\\x02', 0, now())`,
    [draftId],
  );
  const upload = await TusUpload.begins(world, wizard, 'portrait', photos.portrait.length);
  await upload.sends(0, photos.portrait.subarray(0, 100)).expect(204);
  const words = { trackingCode, password, accessToken, otp: otp!, draftToken: wizard.token, note: NOTE };
  for (const [name, word] of Object.entries({ ...words, impostor: 'Kẻ Mạo Danh', alike: 'Người Cùng Máy' })) secrets.plant(name, word);
  for (const citizen of [impostor, alike])
    for (const field of ['idNumber'] as const) secrets.plant(citizen.form['fullName']! + field, citizen.form[field]!);
});
afterAll(async () => {
  await records.close();
  await server.dispose();
});

async function exported(words: string[], input?: string): Promise<CommandRun> {
  const { database, dataDir } = server;
  const environment = { DATA_DIR: dataDir, DATABASE_URL: database.requestUrl, DATABASE_OWNER_URL: database.ownerUrl };
  return runCommand('privacy', ['export', ...words], environment, input);
}

async function held(): Promise<{ held: PersonExport; output: string }> {
  const { code, output } = await exported(['--dossier', minh.receipt!.dossierNumber]);
  expect([code, output.slice(0, 200)]).toEqual([0, expect.any(String)]);
  return { held: JSON.parse(output) as PersonExport, output };
}

describe('everything that is kept about a person, in one call,', () => {
  it('has every column of the schema that is about them, or the list says why not', async () => {
    const { tables, record } = (await held()).held;
    const there = Object.entries({ ...tables, audit_entries: record }).flatMap(([table, rows]) =>
      rows.flatMap((row) => Object.keys(row).map((column) => `${table}.${column}`)),
    );
    const told = new Set([...there, ...Object.keys(LEFT_OUT), ...ABOUT_NOBODY]);
    const columns = await records.rows<{ place: string; whole: string }>(
      `SELECT table_name || '.' || column_name AS place, table_name || '.*' AS whole FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    expect(columns.filter(({ place, whole }) => !told.has(place) && !told.has(whole)).map(({ place }) => place)).toEqual([]);
    const names = new Set(columns.flatMap(({ place, whole }) => [place, whole]));
    expect(Object.keys(LEFT_OUT).filter((place) => !names.has(place) || there.includes(place))).toEqual([]);
  });

  it('is theirs: dossiers and drafts of both numbers, with pictures, and who looked', async () => {
    const { tables, record, dossiersOfOthers, alike: others } = (await held()).held;
    expect(tables.declarations.map((row) => row['status']).sort()).toEqual(['APPROVED', 'DRAFT', 'WITHDRAWN']);
    expect(tables.declarations.every((row) => row['id_number'] === minh.form['idNumber'])).toBe(true);
    expect(tables.declaration_revisions.map((row) => row['form'])).toContainEqual(expect.objectContaining({ email: MAIL }));
    expect(tables.photos.map(({ jpeg }) => Buffer.from(String(jpeg), 'base64').subarray(0, 3).toString('hex'))).toEqual(
      Array.from({ length: 9 }, () => 'ffd8ff'),
    );
    expect(tables.uploads).toEqual([expect.objectContaining({ declaration_id: draftId })]);
    expect([tables.accounts.length, tables.account_sessions.length, dossiersOfOthers]).toEqual([1, 1, 1]);
    expect(others).toBeGreaterThan(0);
    for (const action of ['submit', 'visit', 'view-duplicates', 'approve'])
      expect(record).toContainEqual(expect.objectContaining({ action }));
    expect(record).toContainEqual(expect.objectContaining({ action: 'visit', officer: expect.any(String), actor_office_code: '03103' }));
  });

  it('holds no secret, no word that officers wrote for each other, and nothing of the impostor or of who is like them', async () => {
    expect(secrets.in((await held()).output)).toEqual([]);
  });

  it('is the same by both numbers, which come in by standard input', async () => {
    const { code, output } = await exported(['--person'], `${minh.form['insuranceNumber']}\n${minh.form['idNumber']}\n`);
    expect(code).toBe(0);
    const ids = (JSON.parse(output) as PersonExport).tables.declarations.map((row) => row['id']);
    expect(ids).toEqual((await held()).held.tables.declarations.map((row) => row['id']));
  });

  it('is on record in each dossier, by the time it is handed out', async () => {
    const { record } = (await held()).held;
    const entries = record.filter(({ action }) => action === 'export-on-request');
    expect(new Set(entries.map((entry) => entry['subject_id'])).size).toBe(3);
  });

  it('is nothing where there is nobody: of no such number, and of two people’s numbers together', async () => {
    const nothing = { code: 1, output: 'There is nothing of this number.\n' };
    expect(await exported(['--dossier', '00001.GD/1999/03102'])).toEqual(nothing);
    expect(await exported(['--person'], `${minh.form['insuranceNumber']}\n${alike.form['idNumber']}\n`)).toEqual(nothing);
    expect(await exported([])).toMatchObject({ code: 2 });
  });
});

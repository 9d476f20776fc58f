import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyDatabase, type TestDatabase } from '../support/cluster.ts';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { runCommand, type CommandRun } from '../support/run-command.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

const LEDGER = join('shredded', 'default.jsonl');

let directory: string;
let backup: string;
let server: TestServer;
const made: TestDatabase[] = [];

/** Photos by their ids, as the backup holds them: those of a dossier whose days are over, of one that is erased, and of one that is open. */
let photosOf: Record<'decided' | 'erased' | 'open', string[]>;
let idOf: Record<'decided' | 'erased' | 'open', string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bhxh-intake-restore-command-'));
  backup = join(directory, 'backup');
  server = await startServer({ environment: { RETENTION_DAYS: '30' } });
  const records = Records.of(server.database);
  const world = new World(server.url);
  await world.clockIsAt('2021-04-20T02:00:00Z', true);
  const clerk = await world.staff('03102');
  const photos = await smallPhotos();
  // The ledger has a line from before the backup.
  await (await Wizard.isReady(world, photos)).calls('delete').set('If-Match', '*').expect(204);
  const [decided, erased, open] = [world.citizen(), world.stranger(), world.stranger()];
  for (const citizen of [decided, erased, open]) await citizen.submits({ photos });
  expect((await clerk.approves(decided)).status).toBe(200);
  idOf = { decided: decided.receipt!.id, erased: erased.receipt!.id, open: open.receipt!.id };
  const idsOf = async (id: string) =>
    (await records.rows<{ id: string }>('SELECT id FROM photos WHERE declaration_id = $1', [id])).map((row) => row.id).sort();
  photosOf = { decided: await idsOf(idOf.decided), erased: await idsOf(idOf.erased), open: await idsOf(idOf.open) };
  await records.close();

  expect(await runCommand('backup', ['--to', backup], environmentOf(server))).toMatchObject({ code: 0 });
  await erased.own('post', '/withdrawal');
  const erasure = ['erase', '--dossier', erased.receipt!.dossierNumber, '--yes'];
  expect(await runCommand('privacy', erasure, environmentOf(server))).toMatchObject({ code: 0 });
  await world.timePasses('P30D');
  await server.stop();
});
afterAll(async () => {
  await server?.dispose();
  for (const database of made) await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const environmentOf = ({ database, dataDir }: Pick<TestServer, 'database' | 'dataDir'>): NodeJS.ProcessEnv => ({
  DATA_DIR: dataDir,
  DATABASE_URL: database.requestUrl,
  DATABASE_OWNER_URL: database.ownerUrl,
});

interface Place {
  readonly database: TestDatabase;
  readonly dataDir: string;
}

/** A machine with nothing on it. */
async function emptyPlace(): Promise<Place> {
  const place = { database: await emptyDatabase(), dataDir: await mkdtemp(join(directory, 'place-')) };
  made.push(place.database);
  return place;
}

async function restores(place: Place, ...words: string[]): Promise<CommandRun> {
  return runCommand('restore', ['--from', backup, ...words], environmentOf(place));
}

async function filesIn(dataDir: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name).sort(); // prettier-ignore
}

/** What is there of photos: rows, files, and keys by their declarations. */
async function whatIsThere({ database, dataDir }: Place): Promise<{ rows: string[]; files: string[]; keys: string[] }> {
  const records = Records.of(database);
  try {
    const rows = (await records.rows<{ id: string }>('SELECT id FROM photos')).map(({ id }) => id).sort();
    return { rows, files: await filesIn(dataDir, 'photos'), keys: await filesIn(dataDir, 'photo-keys') };
  } finally {
    await records.close();
  }
}

const onlyTheOpen = () => ({ rows: photosOf.open, files: photosOf.open, keys: [idOf.open] });

describe('a backup from before photos were shredded', () => {
  it('holds them, with their keys and the master key: it opens them to whoever has it', async () => {
    expect(await filesIn(backup, 'photos')).toEqual(Object.values(photosOf).flat().sort());
    expect(await filesIn(backup, 'photo-keys')).toEqual(Object.values(idOf).sort());
    expect(await filesIn(backup, 'keys')).toEqual(['master.key']);
  });

  it('is not restored to an empty machine: a sentence says what to do, and nothing is there', async () => {
    const place = await emptyPlace();
    const { code, output } = await restores(place);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Nothing is restored: no shred ledger is newer than this backup of \S+Z, so photos that were shredded since then/,
    );
    expect(output).toContain('--ledger FILE');
    expect(output).toContain(`put it in ${join(place.dataDir, 'shredded')}`);
    expect(output).toContain('--without-newer-ledger');
    expect(await readdir(place.dataDir)).toEqual([]);
    const records = Records.of(place.database);
    expect(await records.count('pg_class', `relnamespace = 'public'::regnamespace`)).toBe(0);
    await records.close();
  });

  it('nor with the ledger that lies in it, named or put in its place: that one is as old as the backup', async () => {
    const place = await emptyPlace();
    expect(await restores(place, '--ledger', join(backup, LEDGER))).toMatchObject({
      code: 1,
      output: expect.stringContaining('no shred ledger is newer'),
    });
    await mkdir(join(place.dataDir, 'shredded'));
    await cp(join(backup, LEDGER), join(place.dataDir, LEDGER));
    expect(await restores(place)).toMatchObject({ code: 1, output: expect.stringContaining('no shred ledger is newer') });
    expect(await restores(place, '--ledger', join(directory, 'no-such-file'))).toMatchObject({ code: 1 });
  });

  it('brings back all but those when it is told the newest ledger: before the first start their rows, files and keys are gone', async () => {
    const place = await emptyPlace();
    const { code, output } = await restores(place, '--ledger', join(server.dataDir, LEDGER));
    expect([code, output]).toEqual([0, expect.stringContaining('gone again: 6 photos, 2 keys')]);
    expect(await whatIsThere(place)).toEqual(onlyTheOpen());
    const restored = await startServer({ beside: place });
    try {
      const clerk = await new World(restored.url).staff('03102');
      const photo = async (id: string) => (await clerk.calls('get', `/declarations/${id}/photos/idFront`)).status;
      expect([await photo(idOf.open), await photo(idOf.decided)]).toEqual([200, 404]);
    } finally {
      await restored.stop();
    }
  });

  it('and as well when that ledger lies where the service keeps it', async () => {
    const place = await emptyPlace();
    await cp(join(server.dataDir, 'shredded'), join(place.dataDir, 'shredded'), { recursive: true });
    expect(await restores(place)).toMatchObject({ code: 0 });
    expect(await whatIsThere(place)).toEqual(onlyTheOpen());
    // The ledger goes on from there, for the next restore.
    const shredded = await readFile(join(place.dataDir, LEDGER), 'utf8');
    for (const id of [...photosOf.decided, ...photosOf.erased, idOf.decided, idOf.erased]) expect(shredded).toContain(id);
  });

  it('brings them back only for whoever says that no newer ledger is left', async () => {
    const place = await emptyPlace();
    expect(await restores(place, '--without-newer-ledger')).toMatchObject({ code: 0 });
    expect((await whatIsThere(place)).rows).toEqual(Object.values(photosOf).flat().sort());
  });
});

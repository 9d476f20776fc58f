import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cloneDatabase, copyOf, type TestDatabase } from '../support/cluster.ts';
import { World } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { Wizard } from '../support/wizard.ts';

/** A machine's worth of the service: its database and its folders. */
interface Holdings {
  readonly database: TestDatabase;
  readonly dataDir: string;
}

const MORNING = '2021-04-20T02:00:00Z';
const FOLDERS = ['photos', 'photo-keys', 'shredded', 'master.key'];

const made: Holdings[] = [];
let server: TestServer | undefined;
let world: World;

/** A dossier decided, one open, and a draft, all with photos: as a backup of the first day holds them, and as they are thirty days later. */
let backup: Holdings;
let today: Holdings;
let decided: string;
let open: string;
let wizard: Wizard;

beforeAll(async () => {
  today = { database: await cloneDatabase(), dataDir: await mkdtemp(join(tmpdir(), 'bhxh-intake-restore-')) };
  made.push(today);
  await starts(today);
  await world.clockIsAt(MORNING, true);
  const clerk = await world.staff('03102');
  const [minh, stranger, photos] = [world.citizen(), world.stranger(), await smallPhotos()];
  decided = (await minh.submits({ photos })).id;
  open = (await stranger.submits({ photos })).id;
  wizard = await Wizard.isReady(world, photos);
  expect((await clerk.approves(minh)).status).toBe(200);
  await stops();
  backup = await copied(today);
  await starts(today);
  await wizard.at(world).calls('delete').set('If-Match', '*').expect(204);
  await world.timePasses('P29DT23H');
  expect(await filesIn(today, 'photo-keys')).toEqual([decided, open].sort());
  await world.timePasses('PT1H');
  await stops();
});
afterEach(stops);
afterAll(async () => {
  await stops();
  for (const { database, dataDir } of made) {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function starts(holdings: Holdings): Promise<void> {
  server = await startServer({ beside: holdings, environment: { RETENTION_DAYS: '30' } });
  world = new World(server.url);
}

async function stops(): Promise<void> {
  await server?.stop();
  server = undefined;
}

async function copied({ database, dataDir }: Holdings): Promise<Holdings> {
  const copy = { database: await copyOf(database), dataDir: await mkdtemp(join(tmpdir(), 'bhxh-intake-restore-')) };
  made.push(copy);
  for (const folder of FOLDERS) await copyFolder(folder, dataDir, copy.dataDir);
  return copy;
}

/** The backup's database, and each folder from where it is said. */
async function restored(folders: Readonly<Record<'photos' | 'photo-keys' | 'shredded', Holdings | 'nowhere'>>): Promise<Holdings> {
  const holdings = await copied(backup);
  for (const [folder, from] of Object.entries(folders)) {
    await rm(join(holdings.dataDir, folder), { recursive: true, force: true });
    if (from !== 'nowhere') await copyFolder(folder, from.dataDir, holdings.dataDir);
  }
  return holdings;
}

async function copyFolder(folder: string, from: string, to: string): Promise<void> {
  await cp(join(from, folder), join(to, folder), { recursive: true, preserveTimestamps: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function photoStatus(id: string): Promise<number> {
  const { token } = await world.staff('03102');
  const headers = { Authorization: `Bearer ${token}` };
  // By hand: what is tried for its being ours to answer for is no answer that the API document promises.
  const { status } = await fetch(`${server!.url}/v1/staff/declarations/${id}/photos/idFront`, { headers });
  return status;
}

/** Without what is tried for a moment: whether the place can be written to. */
async function filesIn({ dataDir }: Holdings, folder: string): Promise<string[]> {
  const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp')).map(({ name }) => name).sort(); // prettier-ignore
}

async function photosOf({ database }: Holdings, id: string): Promise<string[]> {
  const records = Records.of(database);
  try {
    return (await records.rows<{ id: string }>('SELECT id FROM photos WHERE declaration_id = $1', [id])).map((row) => row.id);
  } finally {
    await records.close();
  }
}

describe('after the photos of a dossier and of a draft were shredded', () => {
  it('nothing of them is left, but in the backup and in the ledger', async () => {
    const [gone, kept] = [[decided, wizard.id], [open]];
    for (const id of gone) expect([await photosOf(today, id), (await photosOf(backup, id)).length]).toEqual([[], 3]);
    expect([await filesIn(today, 'photo-keys'), await filesIn(today, 'photos')]).toEqual([kept, (await photosOf(today, open)).sort()]);
    expect([(await filesIn(backup, 'photo-keys')).length, (await filesIn(backup, 'photos')).length]).toEqual([3, 9]);
    const ledger = await readFile(join(today.dataDir, 'shredded', 'default.jsonl'), 'utf8');
    for (const photo of [...(await photosOf(backup, decided)), ...(await photosOf(backup, wizard.id))]) expect(ledger).toContain(photo);
  });

  it('an old database with old photos and even old keys brings none of them back, and all others; what comes anew stays', async () => {
    const holdings = await restored({ photos: backup, 'photo-keys': backup, shredded: today });
    await starts(holdings);
    // Done before the service listened, and before its clock, which stands at the first day, could find anything due.
    expect(await filesIn(holdings, 'photo-keys')).toEqual([open]);
    expect([await photosOf(holdings, decided), await photosOf(holdings, wizard.id)]).toEqual([[], []]);
    expect(await filesIn(holdings, 'photos')).toEqual((await photosOf(holdings, open)).sort());
    expect([await photoStatus(decided), await photoStatus(open)]).toEqual([404, 200]);
    expect(server!.output()).toContain('"found":{"entries":2,"rows":6,"files":6,"keys":2}');
    const clerk = await world.staff('03102');
    expect((await clerk.calls('get', `/declarations/${decided}`).expect(200)).body.photos).toEqual([]);
    const { portrait } = await smallPhotos();
    await wizard.at(world).puts('portrait', portrait).expect(200);
    await stops();
    await starts(holdings);
    await wizard.at(world).calls('get', '/photos/portrait').expect(200);
    expect(await filesIn(holdings, 'photo-keys')).toEqual([open, wizard.id].sort());
    expect(server!.output()).not.toContain('were there again');
  });

  it('their files are noise even where the ledger is lost: no key opens them, the master key neither', async () => {
    const holdings = await restored({ photos: backup, 'photo-keys': today, shredded: 'nowhere' });
    await starts(holdings);
    expect([(await photosOf(holdings, decided)).length, await photoStatus(decided), await photoStatus(open)]).toEqual([3, 500, 200]);
  });

  it('a ledger that lay beside the backup is put together with another by writing it behind that one', async () => {
    const holdings = await restored({ photos: backup, 'photo-keys': backup, shredded: 'nowhere' });
    const path = join(holdings.dataDir, 'shredded', 'default.jsonl');
    await mkdir(join(holdings.dataDir, 'shredded'));
    await writeFile(path, '\n{"at":"2021-04-20T02:00:00.000Z","photos":[],"keys":[]}\n{"photos":["cut off');
    await appendFile(path, await readFile(join(today.dataDir, 'shredded', 'default.jsonl')));
    await starts(holdings);
    expect([await filesIn(holdings, 'photo-keys'), await photoStatus(decided)]).toEqual([[open], 404]);
  });

  it('the service does not listen while it cannot read the ledger', async () => {
    const holdings = await restored({ photos: backup, 'photo-keys': backup, shredded: 'nowhere' });
    await mkdir(join(holdings.dataDir, 'shredded', 'default.jsonl'), { recursive: true });
    await expect(starts(holdings)).rejects.toThrow(/ended \(1\) before it listened/);
  });
});

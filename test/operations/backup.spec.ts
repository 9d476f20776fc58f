import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { packageRoot } from '../../src/platform/package-root.ts';
import { loadDossiers, type Aftermath } from '../crash/aftermath.ts';
import { makeApplications, type Application } from '../crash/applications.ts';
import { Citizen as InsistentCitizen, type Town } from '../crash/citizen.ts';
import { DOSSIER_INVARIANTS } from '../crash/invariants/dossiers.ts';
import { MESSAGE_INVARIANTS } from '../crash/invariants/messages.ts';
import { PHOTO_INVARIANTS } from '../crash/invariants/photos.ts';
import { RECORD_INVARIANTS } from '../crash/invariants/records.ts';
import { Journal } from '../crash/journal.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { drainMessages } from '../crash/settle.ts';
import { Slots } from '../crash/slots.ts';
import { whenServed } from '../crash/when-served.ts';
import { emptyDatabase, type TestDatabase } from '../support/cluster.ts';
import { World } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

const SEED = 'backup';
const BEFORE = 6;
const ABREAST = 3;
const HALF = 2_000;

let directory: string;
let backup: string;
/** On the embedded PostgreSQL, as `npm start` has it. */
let source: TestServer;
/** On a PostgreSQL of its own. */
let restored: TestServer;
let place: TestDatabase;
let people: Application[];
let album: PhotoAlbum;
/** What was told to those who were served before the backup began. */
let early: Journal;
/** What was told meanwhile. */
let late: Journal;
let counters: Map<string, number>;
/** A photo that is half there when the backup begins. */
let upload: TusUpload;
let wizard: Wizard;
let portrait: Buffer;

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-backup-')));
  backup = join(directory, 'backup');
  source = await startServer({ environment: { DATABASE_URL: '', DATABASE_OWNER_URL: '', RATE_LIMIT_FACTOR: '1000000' } });
  people = makeApplications(SEED, 400).flatMap((application) =>
    application.hasRival ? [] : [{ ...application, breaksOff: [], asksAgain: false }],
  );
  album = await PhotoAlbum.make(SEED, 'small');
  early = await journal('early');
  late = await journal('late');
  await submit(people.slice(0, BEFORE), early);

  const world = new World(source.url);
  wizard = await Wizard.begins(world);
  ({ portrait } = await world.plainPhotos());
  upload = await TusUpload.begins(world, wizard, 'portrait', portrait.length);
  await upload.sends(0, portrait.subarray(0, HALF)).expect(204);

  const isOver = new AbortController();
  const lanes = Array.from({ length: ABREAST }, (_, lane) => {
    const first = submit([people[BEFORE + lane]!], late);
    const rest = first.then(async () => {
      for (let at = BEFORE + ABREAST + lane; !isOver.signal.aborted; at += ABREAST) await submit([people[at]!], late);
    });
    return { first, rest };
  });
  // There is load before it begins.
  await Promise.all(lanes.map(({ first }) => first));
  const made = await command('backup', ['--to', backup], environmentOf(source));
  isOver.abort();
  await Promise.all(lanes.map(({ rest }) => rest));
  expect(made).toMatchObject({ status: 0, output: expect.stringContaining(`${backup}: the service as it was at`) });

  place = await emptyDatabase();
  const dataDir = placeOfRestored();
  const environment = { DATA_DIR: dataDir, DATABASE_URL: place.requestUrl, DATABASE_OWNER_URL: place.ownerUrl };
  const ledger = join(source.dataDir, 'shredded', 'default.jsonl');
  expect(await command('restore', ['--from', backup, '--ledger', ledger], environment)).toMatchObject({ status: 0 });
  counters = await countersOf(place);
  restored = await startServer({ environment: { ...environment, RATE_LIMIT_FACTOR: '1000000' } });
  await inside(place, (database) => drainMessages(database, restored.url));
}, 600_000);
afterAll(async () => {
  await restored?.dispose();
  await source?.dispose();
  await place?.drop();
  await rm(directory, { recursive: true, force: true });
});

const placeOfRestored = () => join(directory, 'restored');

async function journal(name: string): Promise<Journal> {
  return new Journal(await mkdtemp(join(directory, `${name}-`)));
}

async function submit(applications: readonly Application[], journal: Journal, url = source.url): Promise<void> {
  const recovery = { acknowledged: () => undefined, lastFault: 0 };
  const town: Town = { journal, album, slots: new Slots(1), urls: [url], seed: SEED, recovery };
  for (const application of applications) {
    await town.slots.acquire();
    await new InsistentCitizen(application, town, false).submits();
    town.slots.release();
  }
}

const environmentOf = ({ dataDir }: TestServer): NodeJS.ProcessEnv => ({ DATA_DIR: dataDir });

function command(
  name: 'backup' | 'restore' | 'privacy' | 'keys-rotate' | 'audit/verify',
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const program = join(packageRoot(), 'dist', 'src', `${name}.command.js`);
    const env = { PATH: process.env['PATH'], ...environment };
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code ?? -1) : 0, output: stdout + stderr }),
    );
  });
}

/** Reads the beginning of what it prints, and no more. */
async function firstBytesOf(name: 'privacy', args: string[], environment: NodeJS.ProcessEnv): Promise<{ status: number; said: string }> {
  const program = join(packageRoot(), 'dist', 'src', `${name}.command.js`);
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...environment } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdout.once('data', () => child.stdout.destroy());
  const [status] = (await once(child, 'close')) as [number];
  return { status, said };
}

async function inside<T>({ ownerUrl }: Pick<TestDatabase, 'ownerUrl'>, work: (database: pg.Client) => Promise<T>): Promise<T> {
  const database = new pg.Client({ connectionString: ownerUrl });
  await database.connect();
  return work(database).finally(() => database.end());
}

function countersOf(database: Pick<TestDatabase, 'ownerUrl'>): Promise<Map<string, number>> {
  return inside(database, async (client) => {
    const { rows } = await client.query<{ office_code: string; last: number }>('SELECT office_code, last FROM dossier_counters');
    return new Map(rows.map(({ office_code: office, last }) => [office, Number(last)]));
  });
}

describe('a backup that was made under load, restored elsewhere,', () => {
  it('takes the rest of a photo that was half there', async () => {
    const there = new World(restored.url);
    const same = upload.servedBy(there);
    expect(await same.offset()).toBe(HALF);
    await same.sends(HALF, portrait.subarray(HALF)).expect(204);
    const draft = there.api.get(`/v1/drafts/${wizard.id}/photos/portrait`).auth(wizard.token, { type: 'bearer' });
    expect((await draft.expect(200)).body.sha256).toBe(createHash('sha256').update(portrait).digest('hex'));
  });

  it.each([...DOSSIER_INVARIANTS, ...PHOTO_INVARIANTS, ...MESSAGE_INVARIANTS, ...RECORD_INVARIANTS])(
    'holds to $name',
    async ({ check }) => {
      const log = join(directory, 'restored.log');
      await writeFile(log, restored.output());
      const dataDir = placeOfRestored();
      await inside(place, async (database) => {
        const dossiers = await loadDossiers(database);
        const files = { photoStore: join(dataDir, 'photos'), spool: join(dataDir, 'spool') };
        const aftermath: Aftermath = {
          applications: people,
          journal: early,
          album,
          database,
          dossiers,
          ...files,
          url: restored.url,
          logs: [log],
        };
        expect(await whenServed(() => check(aftermath))).toEqual([]);
      });
    },
  );

  it('holds all that was acknowledged before it began, and of the load what was there at its moment', async () => {
    const dossiers = await inside(place, loadDossiers);
    expect(early.count('acknowledged')).toBe(BEFORE);
    expect(dossiers.length).toBeGreaterThanOrEqual(BEFORE + ABREAST);
    expect(dossiers.length).toBeLessThanOrEqual(BEFORE + late.settled + ABREAST);
  });

  it('answers a repeat of a key from before as it was answered then', async () => {
    const [application] = people;
    await submit([application!], early, restored.url);
    expect(early.counts.replayed).toBe(1);
    expect(early.breaches).toEqual([]);
  });

  it('goes on counting at one more than its last number', async () => {
    const newcomer = people.at(-1)!;
    const then = await journal('then');
    await submit([newcomer], then, restored.url);
    const [ending] = [...then.endings.values()];
    const { officeCode } = newcomer.declared;
    const next = String((counters.get(officeCode) ?? 0) + 1).padStart(5, '0');
    expect(ending).toMatchObject({
      kind: 'acknowledged',
      receipt: { dossierNumber: expect.stringMatching(`^${next}\\.GD/\\d{4}/${officeCode}$`) },
    });
  });

  it('has every trigger, right and constraint of a database that was never restored', async () => {
    const shapes = await Promise.all([{ ownerUrl: source.database.ownerUrl }, place].map((database) => inside(database, shapeOf)));
    expect(shapes[1]).toEqual(shapes[0]);
  });

  it('has its history whole, by the command that reads it', async () => {
    const environment = { DATABASE_URL: place.requestUrl, DATABASE_OWNER_URL: place.ownerUrl };
    expect(await command('audit/verify', [], environment)).toMatchObject({
      status: 0,
      output: expect.stringContaining('all as they were written'),
    });
  });
});

describe('a backup', () => {
  it('is refused where one is already, and is none while it is unfinished', async () => {
    const again = await command('backup', ['--to', backup], environmentOf(source));
    expect(again).toEqual({ status: 1, output: `There is no backup: ${backup} is there already: choose another name\n` });
    expect((await readdir(directory)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  it('is nobody else’s to read', async () => {
    for (const entry of [backup, join(backup, 'database'), join(backup, 'photos')]) expect((await stat(entry)).mode & 0o077).toBe(0);
    for (const file of ['manifest.json', 'database/declarations.copy', 'keys/master.key'])
      expect((await stat(join(backup, file))).mode & 0o077).toBe(0);
  });
});

describe('the operator’s command about people', () => {
  it('is answered beside the service that runs, and makes no database to ask', async () => {
    const served = [...early.endings.values()].flatMap((ending) => (ending.kind === 'acknowledged' ? [ending.receipt] : []));
    const [{ dossierNumber }] = served as [(typeof served)[0]];
    const { status, output } = await command('privacy', ['export', '--dossier', dossierNumber], environmentOf(source));
    expect(status).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ tables: { declarations: [{ dossier_number: dossierNumber }] } });
    expect(await firstBytesOf('privacy', ['export', '--dossier', dossierNumber], environmentOf(source))).toEqual({ status: 0, said: '' });
    const nowhere = join(directory, 'nowhere');
    const asked = await command('privacy', ['views', '--dossier', dossierNumber], { DATA_DIR: nowhere });
    expect(asked).toMatchObject({ status: 2, output: expect.stringContaining(`there is no database in ${nowhere}`) });
    expect((await readdir(directory)).includes('nowhere')).toBe(false);
  });
});

describe('the rotation of keys', () => {
  it('is done beside the service that runs on the embedded PostgreSQL', async () => {
    const { status, output } = await command('keys-rotate', [], environmentOf(source));
    expect([status, output]).toEqual([0, expect.stringContaining('Everything rests under the newest key')]);
  });
});

describe('a restore', () => {
  it('goes only where nothing is yet', async () => {
    const environment = { DATA_DIR: join(directory, 'elsewhere'), DATABASE_URL: place.requestUrl, DATABASE_OWNER_URL: place.ownerUrl };
    expect(await command('restore', ['--from', backup, '--without-newer-ledger'], environment)).toEqual({
      status: 1,
      output: 'Nothing is restored: the database is not empty: a restore goes where nothing is yet\n',
    });
  });

  it('touches nothing when a table of the backup is not as it was written', async () => {
    const damaged = join(directory, 'damaged');
    await cp(backup, damaged, { recursive: true });
    await appendFile(join(damaged, 'database', 'declarations.copy'), ' ');
    const environment = { DATA_DIR: join(directory, 'elsewhere'), DATABASE_URL: place.requestUrl, DATABASE_OWNER_URL: place.ownerUrl };
    expect(await command('restore', ['--from', damaged], environment)).toEqual({
      status: 1,
      output: `Nothing is restored: the table declarations in ${damaged} is not as it was written\n`,
    });
  });
});

/** What guards the data, object by object. */
async function shapeOf(database: pg.Client): Promise<unknown> {
  const { rows } = await database.query(
    `SELECT 'trigger' AS kind, tgrelid::regclass || ' ' || tgname AS name, tgenabled::text AS how FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT 'right', table_name || ' ' || privilege_type, 'request role' FROM information_schema.role_table_grants
       WHERE grantee = 'intake_request' AND table_schema = 'public' ORDER BY 1, 2, 3`,
  );
  return rows;
}

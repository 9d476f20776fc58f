import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Keyring } from '../../src/platform/keyring.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { SealedFile } from '../../src/platform/sealed-file.ts';
import { DirectoryKeyStore } from '../../src/photos/directory-key-store.ts';
import { PhotoKeys } from '../../src/photos/photo-keys.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import { World, type Citizen } from '../support/people.ts';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { TusUpload } from '../support/tus.ts';
import { Wizard } from '../support/wizard.ts';

/** So many keys that a rotation takes a while: those of declarations long decided. */
const MANY = 2_400;
/** So many turns of each lane of the load happen while keys are rotated. */
const FLOOR = 3;

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];

let database: TestDatabase;
let dataDir: string;
let records: Records;
let server: TestServer;
let world: World;

beforeAll(async () => {
  [database, dataDir] = [await cloneDatabase(), await mkdtemp(join(tmpdir(), 'bhxh-intake-rotation-'))];
  records = Records.of(database);
});
afterAll(async () => {
  await server.stop();
  await records.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function starts(keys: NodeJS.ProcessEnv): Promise<void> {
  server = await startServer({ beside: { database, dataDir }, environment: { RATE_LIMIT_FACTOR: '1000000', ...keys } });
  world = new World(server.url);
}

/** `npm run keys:rotate`, without the build; killed once this many keys are wrapped anew. */
async function rotates(killedAfter = Infinity): Promise<{ code: number | string; output: string }> {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'src', 'keys-rotate.command.js')], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      DATABASE_URL: database.requestUrl,
      PHOTO_KEY: NEW.toString('hex'),
      PHOTO_KEY_PREVIOUS: OLD.toString('hex'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  // It stands still while it is looked at: the quickest cannot slip through to its end.
  while (killedAfter !== Infinity && !hasEnded) {
    child.kill('SIGCONT');
    for (let looks = 0; looks < 3; looks++) await readdir(join(dataDir, 'photo-keys'), { recursive: true });
    child.kill('SIGSTOP');
    if ((await wrappedBy(NEW)) >= killedAfter) child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  return { code: code ?? signal!, output };
}

async function sealedFiles(...folders: string[]): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile() && !one.name.endsWith('.tmp'))) {
      found.push(await readFile(join(entry.parentPath, entry.name)));
    }
  }
  return found;
}

function idOf(master: Buffer): Buffer {
  return createHash('sha256').update('key-id').update(master).digest().subarray(0, 8);
}

async function wrappedBy(master: Buffer): Promise<number> {
  const keys = await sealedFiles('photo-keys');
  return keys.filter((file) => file.subarray(5, 13).equals(idOf(master))).length;
}

/** A photo as it rested before declarations had keys of their own. */
async function restsAsBefore(declarationId: string, slot: string): Promise<void> {
  const [photo] = await records.rows<{ id: string }>('SELECT id FROM photos WHERE declaration_id = $1 AND slot = $2', [
    declarationId,
    slot,
  ]);
  const { portrait } = await smallPhotos();
  const sealed = new SealedFile('BHXP\x01', () => new Keyring([OLD]).keysFor('photos')).seal(
    portrait,
    `${photo!.id}/${declarationId}/${slot}`,
  );
  await writeFile(join(dataDir, 'photos', 'default', photo!.id.slice(-2), photo!.id), sealed);
}

it('keys are rotated while the service goes on, through a kill -9 half-way, and then the old one is dropped: everything opens', async () => {
  const photos = await smallPhotos();
  await starts({ PHOTO_KEY: OLD.toString('hex') });
  const [minh, stranger] = [world.citizen(), world.stranger()];
  await minh.submits({ photos });
  await stranger.submits({ photos });
  await restsAsBefore(stranger.receipt!.id, 'idFront');
  const wizard = await Wizard.begins(world);
  const upload = await TusUpload.begins(world, wizard, 'portrait', photos.portrait.length);
  const half = Math.floor(photos.portrait.length / 2);
  await upload.sends(0, photos.portrait.subarray(0, 100)).expect(204);
  await upload.sends(100, photos.portrait.subarray(100, half)).expect(204);
  // A password that cannot go out yet.
  await world.api.put('/_sim/faults').send({ 'sms-5xx': { probability: 1 } });
  expect((await (await world.staff('03102')).approves(minh)).status).toBe(200);
  const keyStore = new DirectoryKeyStore({ photoKeys: join(dataDir, 'photo-keys') });
  const keys = new PhotoKeys(keyStore, new Keyring([OLD]));
  for (let made = 0; made < MANY; made += 16) await Promise.all(Array.from({ length: 16 }, () => keys.getOrMake(randomUUID())));
  await server.stop();

  await starts({ PHOTO_KEY: NEW.toString('hex'), PHOTO_KEY_PREVIOUS: OLD.toString('hex') });
  const before = await wrappedBy(OLD);
  // A new world begins with the stranger whom the old one knew.
  world.stranger();
  const load = underLoad([minh, stranger]);
  expect((await rotates(before / 4)).code).toBe('SIGKILL');
  expect(await wrappedBy(OLD)).toBeGreaterThan(0);
  expect(await rotates()).toMatchObject({ code: 0, output: expect.stringContaining('PHOTO_KEY_PREVIOUS may be dropped') });
  // However quick it was: while it goes on, each lane has some turns.
  while (load.fewestTurns() < FLOOR) expect(await rotates()).toMatchObject({ code: 0 });
  expect(await load.ends()).toEqual([]);
  expect(await rotates()).toMatchObject({ code: 0, output: expect.stringContaining('keys 0 · photos 0 · parts 0 · secrets 0') });
  await server.stop();

  expect((await sealedFiles('photos', 'photo-keys')).filter((file) => file.subarray(5, 13).equals(idOf(OLD)))).toEqual([]);
  expect(await records.count('messages', 'secret IS NOT NULL AND substring(secret FROM 1 FOR 8) = $1', [idOf(OLD)])).toBe(0);

  await starts({ PHOTO_KEY: NEW.toString('hex') });
  const clerk = await world.staff('03102');
  for (const { receipt } of [minh, stranger, ...load.received]) {
    const { id } = receipt!;
    for (const slot of ['portrait', 'idFront', 'idBack'])
      expect([slot, (await clerk.calls('get', `/declarations/${id}/photos/${slot}`)).status]).toEqual([slot, 200]);
  }
  for (const draft of load.drafts) await draft.at(world).calls('get', '/photos/portrait').expect(200);
  // Shown once, before the rotation, and kept only as a hash under the old key.
  const { id, trackingCode } = stranger.receipt!;
  await world.api.get(`/v1/declarations/${id}`).auth(trackingCode, { type: 'bearer' }).expect(200);
  await upload.servedBy(world).sends(half, photos.portrait.subarray(half)).expect(204);
  await wizard.at(world).calls('get', '/photos/portrait').expect(200);
  await world.api.delete('/_sim/faults').expect(204);
  await world.timePasses('PT10M');
  const { fields } = await world.message({ template: 'credentials', dossierNumber: minh.receipt!.dossierNumber });
  await world.api.post('/v1/sessions').send({ insuranceNumber: minh.form['insuranceNumber'], password: fields['password'] }).expect(201);
});

it('what opens under no key that is set is told, and left as it is', async () => {
  const stray = randomUUID();
  const keyStore = new DirectoryKeyStore({ photoKeys: join(dataDir, 'photo-keys') });
  await new PhotoKeys(keyStore, new Keyring([randomBytes(32)])).getOrMake(stray);
  const wrapped = await keyStore.find(stray);
  expect(await rotates()).toMatchObject({ code: 1, output: expect.stringContaining('1 things open under no key') });
  expect(await keyStore.find(stray)).toEqual(wrapped);
});

interface Load {
  /** Whose dossiers were received. */
  readonly received: Citizen[];
  /** Drafts with a portrait that came in pieces. */
  readonly drafts: Wizard[];
  /** Of the lane that had the fewest. */
  fewestTurns(): number;
  /** @returns what was answered otherwise than on a good day */
  ends(): Promise<string[]>;
}

/** Lanes of people, each doing one thing after the other until told to end: they send, look, approve, and fill in drafts in pieces. */
function underLoad(known: readonly Citizen[]): Load {
  const [received, drafts, others]: [Citizen[], Wizard[], string[]] = [[], [], []];
  const turns = { sending: 0, looking: 0, approving: 0, uploading: 0 };
  let isOver = false;
  const sends = async () => {
    const citizen = world.stranger();
    const { status, body } = await citizen.sends({ photos: await smallPhotos() });
    if (status !== 201) throw new Error(`sent: ${status}`);
    citizen.receipt = body as Citizen['receipt'];
    received.push(citizen);
    return citizen;
  };
  const lanes: Record<keyof typeof turns, () => Promise<unknown>> = {
    sending: sends,
    looking: async () => {
      const clerk = await world.staff('03102');
      for (const { receipt } of known) await clerk.calls('get', `/declarations/${receipt!.id}/photos/idFront`).expect(200);
    },
    approving: async () => {
      const { status } = await (await world.staff('03102')).approves(await sends(), { registryUnknownConfirmed: true });
      if (status !== 200) throw new Error(`approved: ${status}`);
    },
    uploading: async () => {
      const [wizard, { portrait }] = [await Wizard.begins(world), await smallPhotos()];
      const upload = await TusUpload.begins(world, wizard, 'portrait', portrait.length);
      await upload.sends(0, portrait.subarray(0, 1_000)).expect(204);
      await upload.sends(1_000, portrait.subarray(1_000)).expect(204);
      await wizard.calls('get', '/photos/portrait').expect(200);
      drafts.push(wizard);
    },
  };
  const work = Promise.all(
    Object.entries(lanes).map(async ([name, turn]) => {
      while (!isOver) {
        await turn().catch((error: unknown) => others.push(`${name}: ${(error as Error).message}`));
        turns[name as keyof typeof turns]++;
      }
    }),
  );
  return {
    received,
    drafts,
    fewestTurns: () => Math.min(...Object.values(turns)),
    ends: async () => {
      isOver = true;
      await work;
      return others;
    },
  };
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Database } from '../../src/platform/database/database.ts';
import { Housekeeping } from '../../src/platform/housekeeping.ts';
import { PhotoSweep } from '../../src/photos/photo-sweep.ts';
import { Shredding } from '../../src/photos/shredding.ts';
import { DEFAULT_WORKSPACE, inWorkspace } from '../../src/platform/workspace/workspace.context.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { goodJpeg } from '../support/bad-files.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import { workbench, type Workbench } from './workbench.ts';

const TWO_HOURS_AGO = new Date(Date.now() - 2 * 3_600_000);
const DECLARATION = randomUUID();

let clone: TestDatabase;
let source: DataSource;
let database: Database;
let bench: Workbench;
let sweep: PhotoSweep;

beforeAll(async () => {
  clone = await cloneDatabase();
  source = await new DataSource({ type: 'postgres', url: clone.ownerUrl }).initialize();
  database = new Database(source);
  await database.rows(
    `INSERT INTO declarations (id, status, status_since, created_at, draft_token_hash) VALUES ($1, 'DRAFT', now(), now(), '\\x00')`,
    [DECLARATION],
  );
});
afterAll(async () => {
  await source?.destroy();
  await clone?.drop();
});
beforeEach(async () => {
  bench = await workbench();
  sweep = newSweep();
});
afterEach(() => bench.clear());

function newSweep(workspaces = new Workspaces()): PhotoSweep {
  const { store, keyStore, keys, ledger, spool, parts } = bench;
  const shredding = new Shredding(ledger, keys, keyStore, store, database, workspaces);
  return new PhotoSweep(store, keyStore, shredding, spool, parts, database, workspaces, new Housekeeping(workspaces));
}

async function stored({ old, named }: { old: boolean; named: boolean }): Promise<string> {
  const id = randomUUID();
  await bench.store.put(id, Buffer.from('sealed'));
  if (old) await utimes(pathOf(id), TWO_HOURS_AGO, TWO_HOURS_AGO);
  if (named) {
    await database.rows(
      `INSERT INTO photos (id, declaration_id, slot, current, sha256, stored_bytes, width, height, measures, created_at)
       VALUES ($1, $2, 'portrait', false, $3, 6, 1, 1, '{}', now())`,
      [id, DECLARATION, Buffer.alloc(32)],
    );
  }
  return id;
}

function pathOf(id: string, workspace = DEFAULT_WORKSPACE.name): string {
  return join(bench.storeDirectory, workspace, id.slice(-2), id);
}

async function storedIds(): Promise<string[]> {
  const entries = await readdir(bench.storeDirectory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name).sort(); // prettier-ignore
}

describe('the sweep of photos', () => {
  test('removes what has rested an hour without a row; what a row names stays, and so does what is young', async () => {
    const orphan = await stored({ old: true, named: false });
    const rest = [
      await stored({ old: true, named: true }),
      await stored({ old: false, named: false }),
      await stored({ old: false, named: true }),
    ];
    expect(await sweep.sweep()).toEqual({ photos: 1, keys: 0, parts: 0, unfinished: 0, spooled: 0 });
    expect(await storedIds()).toEqual(rest.sort());
    expect(await storedIds()).not.toContain(orphan);
  });

  test('takes every orphan at once when nothing else is running', async () => {
    const named = await stored({ old: false, named: true });
    await Promise.all(Array.from({ length: 7 }, () => stored({ old: false, named: false })));
    expect(await sweep.sweep({ olderThanMs: 0 })).toMatchObject({ photos: 7 });
    expect(await storedIds()).toEqual([named]);
  });

  test('goes through more photos than one question to the database holds', async () => {
    const named = await stored({ old: false, named: true });
    const orphans = Array.from({ length: 1001 }, () => randomUUID());
    for (const id of orphans) {
      await mkdir(dirname(pathOf(id)), { recursive: true });
      await writeFile(pathOf(id), 'sealed');
    }
    expect(await sweep.sweep({ olderThanMs: 0 })).toMatchObject({ photos: 1001 });
    expect(await storedIds()).toEqual([named]);
  });

  test('removes what a crash left half-written, and leaves alone what is not the store’s', async () => {
    const id = await stored({ old: false, named: true });
    const unfinished = `${pathOf(id)}.${randomUUID()}.tmp`;
    await writeFile(unfinished, 'half');
    await utimes(unfinished, TWO_HOURS_AGO, TWO_HOURS_AGO);
    const foreign = join(bench.storeDirectory, 'default', id.slice(-2), 'README');
    await writeFile(foreign, 'not a photo');
    await utimes(foreign, TWO_HOURS_AGO, TWO_HOURS_AGO);
    expect(await sweep.sweep()).toEqual({ photos: 0, keys: 0, parts: 0, unfinished: 1, spooled: 0 });
    expect(await storedIds()).toEqual([id, 'README'].sort());
  });

  test('removes pieces of uploads that no row names, and leaves those that one does', async () => {
    const [orphan, named] = [randomUUID(), randomUUID()];
    const folder = join(bench.storeDirectory, 'default', 'uploads');
    await mkdir(folder, { recursive: true });
    for (const id of [orphan, named]) await writeFile(join(folder, `${id}.part`), 'sealed');
    await database.rows(
      `INSERT INTO uploads (id, declaration_id, slot, length, received, parts, created_at, expires_at)
       VALUES ($1, $2, 'portrait', 10, 6, ARRAY[$3]::uuid[], now(), now())`,
      [randomUUID(), DECLARATION, named],
    );
    expect(await sweep.sweep()).toEqual({ photos: 0, keys: 0, parts: 0, unfinished: 0, spooled: 0 });
    await utimes(join(folder, `${orphan}.part`), TWO_HOURS_AGO, TWO_HOURS_AGO);
    await utimes(join(folder, `${named}.part`), TWO_HOURS_AGO, TWO_HOURS_AGO);
    expect(await sweep.sweep()).toEqual({ photos: 0, keys: 0, parts: 1, unfinished: 0, spooled: 0 });
    expect(await storedIds()).toEqual([`${named}.part`]);
  });

  test('what was arriving when its receiver died goes after ten minutes, with the round that comes every five: not what arrives now', async () => {
    const folder = join(bench.storeDirectory, 'default', 'uploads');
    await mkdir(folder, { recursive: true });
    await bench.spooled('portrait', await goodJpeg());
    const [spooled] = await readdir(bench.spoolDirectory);
    const part = `${randomUUID()}.part`;
    await writeFile(join(folder, part), 'sealed');
    expect(await sweep.sweepArrivals()).toBe(0);
    const tenMinutesAgo = new Date(Date.now() - 10 * 60_000 - 1_000);
    for (const path of [join(bench.spoolDirectory, spooled!), join(folder, part)]) await utimes(path, tenMinutesAgo, tenMinutesAgo);
    expect(await sweep.sweepArrivals()).toBe(2);
    expect([await readdir(bench.spoolDirectory), await readdir(folder)]).toEqual([[], []]);
  });

  test('removes the keys of declarations that never came to be; one that is there may take another photo', async () => {
    const never = randomUUID();
    for (const declarationId of [never, DECLARATION]) await bench.keys.getOrMake(declarationId);
    expect(await sweep.sweep()).toMatchObject({ keys: 0 });
    for (const id of [never, DECLARATION])
      await utimes(join(bench.keyDirectory, 'default', id.slice(-2), id), TWO_HOURS_AGO, TWO_HOURS_AGO);
    expect(await sweep.sweep()).toMatchObject({ keys: 1 });
    expect(await bench.keys.find(never)).toBeUndefined();
    expect(await bench.keys.find(DECLARATION)).toBeDefined();
  });

  test('writes into the ledger what it removes: a backup may still hold it, beside the row it once had', async () => {
    const orphan = await stored({ old: true, named: false });
    await sweep.sweep();
    const entries = [];
    for await (const entry of bench.ledger.entries()) entries.push(entry);
    expect(entries).toEqual([{ photos: [orphan], keys: [] }]);
  });

  test('may run in several copies at once', async () => {
    await Promise.all(Array.from({ length: 30 }, () => stored({ old: true, named: false })));
    const copies = [1, 2, 3].map(() => newSweep().sweep());
    await Promise.all(copies);
    expect(await storedIds()).toEqual([]);
  });

  test('has nothing to do where nothing was ever stored', async () => {
    expect(await sweep.sweep()).toEqual({ photos: 0, keys: 0, parts: 0, unfinished: 0, spooled: 0 });
  });

  test('runs by itself when the application starts, and ends with it', async () => {
    const orphan = await stored({ old: true, named: false });
    sweep.onApplicationBootstrap();
    await sweep.onApplicationShutdown();
    expect(await storedIds()).not.toContain(orphan);
  });

  test('fails in one workspace for itself: the next one is swept all the same', async () => {
    const workspace = { ...DEFAULT_WORKSPACE, name: 'team-a' };
    const workspaces = new Workspaces();
    workspaces.keptBy({ enter: () => Promise.resolve(workspace) });
    await workspaces.enter(workspace.name, { method: 'GET', url: '/' });
    const orphan = randomUUID();
    await inWorkspace(workspace, () => bench.store.put(orphan, Buffer.from('sealed')));
    await utimes(pathOf(orphan, workspace.name), TWO_HOURS_AGO, TWO_HOURS_AGO);
    await writeFile(join(bench.storeDirectory, DEFAULT_WORKSPACE.name), 'no folder');
    const sweeper = newSweep(workspaces);
    await expect(sweeper.sweep()).rejects.toThrow('ENOTDIR');
    expect(await storedIds()).toContain(orphan);
    sweeper.onApplicationBootstrap();
    await sweeper.onApplicationShutdown();
    expect(await storedIds()).not.toContain(orphan);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RetentionChores } from '../../src/declarations/retention.chores.ts';
import { UploadsStore } from '../../src/declarations/uploads/uploads.store.ts';
import { Shredding } from '../../src/photos/shredding.ts';
import { Housekeeping } from '../../src/platform/housekeeping.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { workbench, type Workbench } from '../photos/workbench.ts';
import { Bench, dossier } from './bench.ts';

const ENDED = '2026-06-01T02:00:00Z';
const SLOTS = ['portrait', 'idFront', 'idBack'];
/** Their photos are one more than a batch of 200 holds. */
const DOSSIERS = 67;
const COMMIT_LOCK = 4711;

let bench: Bench;
let files: Workbench;
let housekeeping: Housekeeping;

beforeAll(async () => {
  bench = await Bench.open();
  files = await workbench();
  const workspaces = new Workspaces();
  housekeeping = new Housekeeping(workspaces);
  const { ledger, keys, keyStore, store, parts } = files;
  const shredding = new Shredding(ledger, keys, keyStore, store, bench.database, workspaces);
  const uploads = new UploadsStore(bench.database, parts);
  new RetentionChores(bench.database, shredding, uploads, housekeeping, { retentionDays: 30 }).onModuleInit();
});
afterAll(async () => {
  await files.clear();
  await bench.close();
});

async function keysLeft(): Promise<string[]> {
  const left: string[] = [];
  for await (const id of files.keyStore.ids()) left.push(id);
  return left;
}

/** Whoever removes a photo commits no sooner than this says. */
async function commitsAreHeld(): Promise<() => Promise<unknown>> {
  await bench.owner.query(
    `CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${COMMIT_LOCK}); RETURN NULL; END $$;
     CREATE CONSTRAINT TRIGGER hold_commit AFTER DELETE ON photos DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();
     SELECT pg_advisory_lock(${COMMIT_LOCK})`,
  );
  return () => bench.owner.query(`SELECT pg_advisory_unlock(${COMMIT_LOCK})`);
}

it('two runs at once leave no photo of an ended dossier, and no key', async () => {
  for (let nth = 0; nth < DOSSIERS; nth++) {
    const row = dossier({ status: 'REJECTED', status_since: ENDED, rejection: { reasonCode: 'never-came' } });
    await bench.insert('declarations', row);
    await files.keys.getOrMake(row['id'] as string);
    await bench.request.query(
      `INSERT INTO photos (id, declaration_id, slot, sha256, stored_bytes, width, height, measures, created_at)
       SELECT gen_random_uuid(), $1, slot, decode(repeat('00', 32), 'hex'), 6, 1, 1, '{}', $3::timestamptz + $4 * interval '1 second'
       FROM unnest($2::text[]) AS slot`,
      [row['id'], SLOTS, '2026-05-01T02:00:00Z', nth],
    );
  }
  await bench.clockIsAt('2026-07-01T02:00:00Z');
  const goOn = await commitsAreHeld();
  const first = housekeeping.runDue();
  await bench.somebodyWaits();
  const second = housekeeping.runDue();
  await Promise.race([bench.somebodyWaits(2), second]);
  await goOn();
  await Promise.all([first, second]);
  expect((await bench.owner.query('SELECT FROM photos')).rowCount).toBe(0);
  expect(await keysLeft()).toEqual([]);
});

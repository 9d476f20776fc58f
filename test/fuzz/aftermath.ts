import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { storedPhotos } from '../crash/photo-files.ts';
import type { Book } from './book.ts';
import type { Footprint, Service } from './service.ts';

/** Requests whose clients left may still be at work for a moment. */
const SETTLE_MS = 15_000;
const LOOK_AGAIN_MS = 250;
/** What pools, timers and threads may hold more at one time than at another. */
const SPARE_DESCRIPTORS = 12;
/** The heap breathes, and so do the caches of the decoder. */
const SPARE_MEGABYTES = 150;

const INCOMPLETE = `
  SELECT declaration.id, concat_ws(', ',
    CASE WHEN missing.slots IS NOT NULL THEN 'no ' || missing.slots END,
    CASE WHEN revision.declaration_id IS NULL THEN 'no revision' END,
    CASE WHEN (SELECT count(*) FROM consents WHERE consents.declaration_id = declaration.id AND purpose IN ('commitment', 'data-processing')) < 2
      THEN 'no consent' END,
    CASE WHEN NOT EXISTS (SELECT FROM audit_entries WHERE subject_id = declaration.id AND action = 'submit') THEN 'no history' END,
    CASE WHEN (SELECT count(*) FROM messages WHERE messages.declaration_id = declaration.id AND purpose = 'declaration-copy')
      <> (email_copy AND revision.revision IS NOT NULL)::int THEN 'not one copy by mail' END,
    CASE WHEN status = 'APPROVED' AND NOT EXISTS (SELECT FROM accounts WHERE accounts.declaration_id = declaration.id) THEN 'no account' END) AS faults
  FROM declarations declaration
  LEFT JOIN declaration_revisions revision ON revision.declaration_id = declaration.id AND revision.revision = declaration.revision
  CROSS JOIN LATERAL (
    SELECT string_agg(slot, ' ') AS slots FROM unnest(ARRAY['portrait', 'idFront', 'idBack']) AS slot
    WHERE NOT (slot = 'idBack' AND id_type = 'passport')
      AND NOT EXISTS (SELECT FROM photos WHERE photos.declaration_id = declaration.id AND photos.slot = slot.slot AND current)) AS missing
  WHERE status <> 'DRAFT'`;

/** What the rows name in the store: photos, and pieces of uploads. */
const FILES = `SELECT id::text AS file FROM photos UNION ALL SELECT unnest(parts) || '.part' FROM uploads`;

/**
 * Holds what is stored against what must be, when nobody asks for anything.
 * @param hasTimePassed whether the clock was moved, so that photos may have ended with their purpose
 */
export async function checkRecords(service: Service, book: Book, hasTimePassed: boolean): Promise<void> {
  await service.inDatabase(async (database) => {
    if (!hasTimePassed) await checkDossiers(database, book);
    await checkPhotos(service, database, book);
  });
  await checkCounters(service, book);
}

async function checkDossiers(database: pg.Client, book: Book): Promise<void> {
  for (const { id, faults } of await rowsOf<{ id: string; faults: string }>(database, INCOMPLETE)) {
    if (faults !== '') book.breach('every dossier has all its parts, and every photo its file', `${id}: ${faults}`);
  }
}

async function checkPhotos({ photoStore, spool }: Service, database: pg.Client, book: Book): Promise<void> {
  const look = async () => {
    const rows = new Set((await rowsOf<{ file: string }>(database, FILES)).map(({ file }) => file));
    const files = (await storedPhotos(photoStore).catch(() => [])).map(({ name }) => name);
    const uploads = await readdir(spool).catch(() => []);
    return { missing: [...rows].filter((id) => !files.includes(id)), left: [...files.filter((name) => !rows.has(name)), ...uploads] };
  };
  const { missing, left } = await settled(look, (found) => found.missing.length + found.left.length === 0);
  for (const id of missing) book.breach('every dossier has all its parts, and every photo its file', `photo ${id} has no file`);
  for (const name of left) book.breach('no photo and no upload is left without a row', name);
}

async function checkCounters({ url }: Service, book: Book): Promise<void> {
  const response = await fetch(`${url}/_sim/counters/continuity`);
  if (response.status !== 200) return book.breach('the numbers of every counter are continuous', `it cannot be told: ${response.status}`);
  const { counters } = (await response.json()) as { counters: { officeCode: string; year: number; gaps: number[]; continuous: boolean }[] };
  for (const { officeCode, year, gaps } of counters.filter(({ continuous }) => !continuous)) {
    book.breach('the numbers of every counter are continuous', `${officeCode} ${year}: ${gaps.slice(0, 5).join(', ')}`);
  }
}

/** Once all connections are closed: the process is there and holds no more than it did. */
export async function checkProcess(service: Service, before: Footprint, book: Book): Promise<Footprint> {
  const ready = await fetch(`${service.url}/health/ready`, { headers: { Connection: 'close' } }).then(
    ({ status }) => status,
    () => 'no answer',
  );
  if (ready !== 200) book.breach('the process lives, is ready, and ends in order', `readiness: ${ready}`);
  if (!service.isAlive) return before;
  const after = await settled(
    () => service.footprint(),
    (now) => now.descriptors <= before.descriptors + SPARE_DESCRIPTORS && now.megabytes <= before.megabytes + SPARE_MEGABYTES,
  );
  if (after.descriptors > before.descriptors + SPARE_DESCRIPTORS) {
    book.breach('descriptors are back where they were', `${before.descriptors} after the warm-up, ${after.descriptors} at the end`);
  }
  if (after.megabytes > before.megabytes + SPARE_MEGABYTES) {
    book.breach('memory is back where it was', `${before.megabytes} MB after the warm-up, ${after.megabytes} MB at the end`);
  }
  return after;
}

/** Looks until it is as it should be, or time is over. */
async function settled<T>(look: () => Promise<T>, isGood: (seen: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + SETTLE_MS; ;) {
    const seen = await look();
    if (isGood(seen) || performance.now() > deadline) return seen;
    await pause(LOOK_AGAIN_MS);
  }
}

async function rowsOf<Row extends object>(database: pg.Client, sql: string): Promise<Row[]> {
  return (await database.query<Row>(sql)).rows;
}

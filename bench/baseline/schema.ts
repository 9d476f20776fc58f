import type pg from 'pg';

/** What a baseline writes. Offices, and the clock, it reads where the service has them. */
const TABLES = [
  ...['declarations', 'photos', 'declaration_revisions', 'consents', 'messages', 'audit_entries', 'idempotency_keys'],
  ...['dossier_counters', 'queue_tallies', 'comparisons', 'accounts', 'account_sessions', 'attempt_counters'],
];

/**
 * The schema `bare`: the service's tables as they are, with every column, default, check, index and foreign key, and without one trigger.
 * What the triggers write (the hash that links the audit trail, the queue's tally, the wish to be compared) the baselines write in their
 * one statement; what the triggers only guard (statuses, history) nobody guards there.
 */
export async function makeBareSchema(owner: pg.Pool): Promise<void> {
  const client = await owner.connect();
  try {
    await client.query('SET search_path TO public');
    const { rows: keys } = await client.query<{ name: string; of: string; definition: string }>(
      `SELECT conname AS name, relname AS of, pg_get_constraintdef(key.oid) AS definition
       FROM pg_constraint key JOIN pg_class ON pg_class.oid = conrelid
       WHERE contype = 'f' AND relnamespace = 'public'::regnamespace AND relname = ANY($1)`,
      [TABLES],
    );
    await client.query('CREATE SCHEMA bare');
    for (const table of TABLES) await client.query(`CREATE TABLE bare.${table} (LIKE public.${table} INCLUDING ALL)`);
    await client.query('SET search_path TO bare, public');
    for (const { name, of, definition } of keys) await client.query(`ALTER TABLE ${of} ADD CONSTRAINT ${name} ${definition}`);
    await client.query('RESET search_path');
  } finally {
    client.release();
  }
}

/** Takes over the drafts that the service has and the baseline has not. */
export async function copyDrafts(owner: pg.Pool): Promise<void> {
  await owner.query(`INSERT INTO bare.declarations SELECT * FROM public.declarations WHERE status = 'DRAFT' ON CONFLICT DO NOTHING`);
  await owner.query(`INSERT INTO bare.photos SELECT * FROM public.photos WHERE EXISTS (
    SELECT FROM bare.declarations WHERE declarations.id = photos.declaration_id) ON CONFLICT DO NOTHING`);
  await owner.query('VACUUM ANALYZE bare.declarations');
  await owner.query('VACUUM ANALYZE bare.photos');
  await owner.query('VACUUM ANALYZE public.declarations');
  await owner.query('VACUUM ANALYZE public.photos');
}

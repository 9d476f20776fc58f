import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { tableFile, type Manifest, type TableRecord } from './manifest.ts';

/** Not data: which migrations have run is told by the manifest. */
const LEFT_OUT = ['migrations'];

interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Writes down every table of the plain schema, as the snapshot of this transaction shows it. */
export async function writeTables(database: pg.Client, directory: string): Promise<TableRecord[]> {
  const records: TableRecord[] = [];
  for (const { name, columns } of await tablesInOrder(database)) {
    const copying = database.query(copyTo(`COPY ${target(name, columns)} TO STDOUT`));
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(copying, hashing, createWriteStream(tableFile(directory, name), { mode: 0o600, flags: 'wx', flush: true }));
    records.push({ name, columns, rows: copying.rowCount, sha256: hash.digest('hex') });
  }
  return records;
}

/**
 * Fills the tables of a schema that is as new, in one transaction. What the triggers would do has been done when the rows were written
 * for the first time, so they are off meanwhile; keys, checks and references are not.
 */
export async function fillTables(
  database: pg.Client,
  directory: string,
  { tables, sequences, photosGone, uploadsGone }: Pick<Manifest, 'tables' | 'sequences' | 'photosGone' | 'uploadsGone'>,
): Promise<void> {
  const names = tables.map(({ name }) => pg.escapeIdentifier(name));
  await database.query('BEGIN');
  for (const name of names) await database.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  // Migrations bring first rows, which the backup has too.
  await database.query(`TRUNCATE ${names.join(', ')}`);
  for (const { name, columns, rows } of tables) {
    const filling = database.query(copyFrom(`COPY ${target(name, columns)} FROM STDIN`));
    await pipeline(createReadStream(tableFile(directory, name)), filling);
    if (filling.rowCount !== rows) throw new Error(`the table ${name} came to ${filling.rowCount} rows instead of ${rows}`);
  }
  await database.query('DELETE FROM photos WHERE id = ANY($1::uuid[])', [photosGone]);
  await database.query('DELETE FROM uploads WHERE id = ANY($1::uuid[])', [uploadsGone]);
  for (const [name, next] of Object.entries(sequences))
    await database.query('SELECT setval($1::regclass, $2::bigint, false)', [name, next]);
  for (const name of names) await database.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  await database.query('COMMIT');
  await database.query('ANALYZE');
}

/** What each sequence would give next. */
export async function readSequences(database: pg.Client): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string; next: string }>(
    `SELECT sequencename AS name, coalesce(last_value + increment_by, start_value)::text AS next FROM pg_sequences WHERE schemaname = 'public'`,
  );
  return Object.fromEntries(
    rows.filter(({ name }) => !LEFT_OUT.some((table) => name.startsWith(`${table}_`))).map(({ name, next }) => [name, next]),
  );
}

/** Tables with the columns that can be written, each after those that it refers to. */
async function tablesInOrder(database: pg.Client): Promise<TableShape[]> {
  const { rows } = await database.query<{ name: string; columns: string[]; refers_to: string[] }>(
    `SELECT relname AS name,
       array(SELECT attname::text FROM pg_attribute WHERE attrelid = tables.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum) AS columns,
       array(SELECT confrelid::regclass::text FROM pg_constraint
             WHERE conrelid = tables.oid AND contype = 'f' AND confrelid <> conrelid) AS refers_to
     FROM pg_class tables WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL($1::text[]) ORDER BY relname`,
    [LEFT_OUT],
  );
  const ordered: TableShape[] = [];
  const done = new Set<string>();
  let waiting = rows;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ refers_to: others }) => others.every((other) => done.has(other)));
    if (ready.length === 0) throw new Error(`these tables refer to each other: ${waiting.map(({ name }) => name).join(', ')}`);
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      done.add(name);
    }
    waiting = waiting.filter(({ name }) => !done.has(name));
  }
  return ordered;
}

function target(table: string, columns: readonly string[]): string {
  return `${pg.escapeIdentifier(table)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`;
}

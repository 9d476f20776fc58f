import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';

const ROWS_AT_ONCE = 2_000;

/**
 * Every row of every table of the service as a line of JSON, in a file for each table: what `pg_dump` would hold, which the embedded
 * server comes without. Bytes are written in hexadecimal digits.
 * @returns the files, by table
 */
export async function dumpTables(database: pg.Client, parent: string): Promise<Map<string, string>> {
  const directory = join(parent, 'dump');
  await mkdir(directory, { recursive: true });
  const { rows } = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const files = new Map(rows.map(({ name }) => [name, join(directory, `${name}.jsonl`)]));
  for (const [table, file] of files) await pipeline(Readable.from(linesOf(database, table)), createWriteStream(file));
  return files;
}

async function* linesOf(database: pg.Client, table: string): AsyncGenerator<string> {
  await database.query('BEGIN');
  try {
    await database.query(`DECLARE dump CURSOR FOR SELECT to_json(one)::text AS line FROM ${pg.escapeIdentifier(table)} AS one`);
    for (;;) {
      const { rows } = await database.query<{ line: string }>(`FETCH ${ROWS_AT_ONCE} FROM dump`);
      if (rows.length === 0) break;
      yield rows.map(({ line }) => `${line}\n`).join('');
    }
  } finally {
    await database.query('ROLLBACK');
  }
}

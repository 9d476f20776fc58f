import { inBatches, type Chore } from '../housekeeping.ts';
import type { Database } from './database.ts';

const BATCH = 1_000;

/** Rows that are of no use after their time. SQL of ours, never of anybody else. */
interface AgedRows {
  readonly table: string;
  /** When a row's time is up, as an SQL expression over it. */
  readonly dueAt: string;
  /** Which rows are meant; all, when left out. */
  readonly where?: string;
}

/** The chore of removing them. It leaves no trace that anybody could see: the rows were dead already. */
export function removalOf(database: Database, { table, dueAt, where = 'true' }: AgedRows): Chore {
  const statement = `DELETE FROM ${table} aged WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${table} aged WHERE ${dueAt} <= domain_now() AND (${where}) ORDER BY ${dueAt} LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING 1 AS removed`;
  return {
    name: `remove aged ${table}`,
    run: inBatches(BATCH, async (size) => (await database.rows(statement, [size], `aged_${table}`)).length),
  };
}

import type pg from 'pg';
import type { Service } from '../fuzz/service.ts';

/** Counted and forgotten; what is denied is on record; what the desk keeps ready for workspaces to come. */
const NOT_LOOKED_AT = ['attempt_counters', 'audit_entries', 'spare_schemas'];

export interface Kept {
  /** Rows and a hash over all of them, by table. */
  readonly tables: ReadonlyMap<string, string>;
  /** How often each thing is on record. */
  readonly record: ReadonlyMap<string, number>;
}

/** Everything that is kept, in every workspace. */
export function lookAt(service: Service): Promise<Kept> {
  return service.inDatabase(async (database) => {
    const { rows: names } = await database.query<{ name: string; relation: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name, tablename AS relation FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND NOT starts_with(schemaname, 'spare_') ORDER BY 1`,
    );
    const tables = new Map<string, string>();
    for (const { name, relation } of names) if (!NOT_LOOKED_AT.includes(relation)) tables.set(name, await hashOf(database, name));
    const { rows } = await database.query<{ action: string; count: number }>(
      'SELECT action, count(*)::int AS count FROM audit_entries GROUP BY 1',
    );
    return { tables, record: new Map(rows.map(({ action, count }) => [action, count])) };
  });
}

async function hashOf(database: pg.Client, table: string): Promise<string> {
  const { rows } = await database.query<{ hash: string }>(
    `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(md5(record::text), '' ORDER BY md5(record::text))), '') AS hash FROM ${table} AS record`,
  );
  return rows[0]!.hash;
}

/** What is otherwise than it was; a denial on record is none. */
export function changesOf(before: Kept, after: Kept): string[] {
  const tables = [...after.tables]
    .filter(([name, hash]) => before.tables.get(name) !== hash)
    .map(([name, hash]) => `${name}: ${before.tables.get(name)} → ${hash}`);
  const actions = [...after.record]
    .filter(([action, count]) => !action.includes('denied') && before.record.get(action) !== count)
    .map(([action]) => `on record: ${action}`);
  return [...tables, ...actions];
}

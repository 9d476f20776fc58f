import pg from 'pg';

/** A table as SQL names it. */
export interface SchemaTable {
  readonly name: string;
  /** Those that can be written, separated by commas. */
  readonly columns: string;
}

/** Every table of a schema, those that others refer to first. */
export async function tablesOf(client: pg.PoolClient, schema: string): Promise<SchemaTable[]> {
  const { rows } = await client.query<SchemaTable & { refersTo: string[] }>(
    `SELECT quote_ident(relname) AS name,
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
       ARRAY(SELECT quote_ident(target.relname::text) FROM pg_constraint JOIN pg_class target ON target.oid = confrelid
             WHERE conrelid = class.oid AND contype = 'f' AND confrelid <> conrelid) AS "refersTo"
     FROM pg_class class WHERE relnamespace = $1::regnamespace AND relkind = 'r' ORDER BY relname`,
    [pg.escapeIdentifier(schema)],
  );
  const ordered: SchemaTable[] = [];
  const isPlaced = (name: string) => ordered.some((table) => table.name === name);
  while (ordered.length < rows.length) {
    const next = rows.filter(({ name, refersTo }) => !isPlaced(name) && refersTo.every(isPlaced));
    if (next.length === 0) throw new Error('tables that refer to each other in a circle cannot be copied');
    ordered.push(...next);
  }
  return ordered;
}

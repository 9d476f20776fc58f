import type pg from 'pg';

/**
 * What a server, as the connected role sees it, does not do before it says that a commit is done: by a setting of its own, or of the role or
 * the database, which would override it. `synchronous_commit` may wait for less than other machines (`local`), but not for nothing. PostgreSQL's
 * manual has it under "Reliability and the Write-Ahead Log": any of the three being off loses acknowledged data, or whole tables, with the power.
 * @returns such as `fsync is off`, one for each
 */
export async function lossySettings(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ fault: string }>(
    `SELECT name || ' is ' || setting AS fault FROM pg_settings
     WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`,
  );
  return rows.map(({ fault }) => fault);
}

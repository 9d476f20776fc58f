import { connectionTo } from './connections.ts';
import { lossySettings } from './durability.ts';

/** The PostgreSQL that was configured does not keep what the service promises; the message is one sentence that says what to do. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/** What the configured PostgreSQL must be. */
export interface DatabaseDemands {
  /** Whether a commit must be on the disk before it is acknowledged. */
  readonly durable: boolean;
  /** Whether the role of requests must be one that can make and own nothing. */
  readonly apart: boolean;
}

/** The first that puts multiranges together (`range_agg`), by which the desk proves that no number is missing. */
const LEAST_VERSION = 15;

const PATIENCE_MS = 10_000;

/**
 * Asks a PostgreSQL that is not our own, as the role of requests, before anything is written to it.
 * @throws UnfitDatabase naming the setting or the right
 */
export async function mustBeFit(requestUrl: string, ownerUrl: string, { durable, apart }: DatabaseDemands): Promise<void> {
  const client = connectionTo(requestUrl, { connectionTimeoutMillis: PATIENCE_MS });
  try {
    await client.connect();
    const { rows: servers } = await client.query<{ version: number; name: string; encoding: string }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name, current_setting('server_encoding') AS encoding`,
    );
    const { version, name, encoding } = servers[0]!;
    if (version < LEAST_VERSION * 10_000)
      throw new UnfitDatabase(`DATABASE_URL: the server is PostgreSQL ${name}, and the service needs ${LEAST_VERSION} or newer.`);
    if (encoding !== 'UTF8')
      throw new UnfitDatabase(`DATABASE_URL: the database is encoded in ${encoding}: make one with ENCODING 'UTF8' TEMPLATE template0.`);
    const lossy = durable ? await lossySettings(client) : [];
    if (lossy.length > 0) {
      throw new UnfitDatabase(
        `DATABASE_URL: the database would lose acknowledged declarations in a power failure (${lossy.join(', ')}): set it on; or, for tests alone, set DURABLE_DATABASE=off.`,
      );
    }
    if (!apart) return;
    const { rows } = await client.query<{ fault: string | null }>(RIGHTS, [decodeURIComponent(new URL(ownerUrl).username)]);
    const faults = rows.flatMap(({ fault }) => fault ?? []);
    if (faults.length > 0)
      throw new UnfitDatabase(`DATABASE_URL: in production its role must own nothing, and it ${faults.join(', and ')}.`);
  } finally {
    await client.end();
  }
}

/**
 * A temporary table stands before the real one for every function that names it, the clock's too; PostgreSQL lets everybody make them in a new
 * database.
 */
const RIGHTS = `
  SELECT format('may act as %I: make a role of its own for requests', rolname) AS fault FROM pg_roles
    WHERE rolname = $1 AND pg_has_role(oid, 'MEMBER')
  UNION ALL SELECT format('may make temporary tables: REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())
    WHERE has_database_privilege(current_database(), 'TEMPORARY')
  UNION ALL SELECT format('may make tables in %I: REVOKE CREATE ON SCHEMA %I FROM PUBLIC', nspname, nspname) FROM pg_namespace
    WHERE nspname = 'public' AND has_schema_privilege(oid, 'CREATE')`;

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './platform/database/embedded-postgres.ts';
import type { Environment } from './platform/env.ts';

/** A service's own database, for a command that works beside it. */
export interface ServiceDatabase {
  readonly ownerUrl: string;
  readonly requestUrl: string;
  readonly stop: () => Promise<void>;
}

/** The configured database; the embedded one only while the service is stopped. @throws EmbeddedPostgresError while it runs */
export async function openServiceDatabase({
  databaseUrl,
  databaseOwnerUrl,
  dataDir,
}: Pick<Environment, 'databaseUrl' | 'databaseOwnerUrl' | 'dataDir'>): Promise<ServiceDatabase> {
  if (databaseUrl) return { requestUrl: databaseUrl, ownerUrl: databaseOwnerUrl ?? databaseUrl, stop: async () => undefined };
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new Error(`there is no database in ${dataDir}; set DATABASE_URL, or DATA_DIR to where the service keeps its data.`);
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log: (message) => process.stderr.write(`${message}\n`) });
  return { ownerUrl: embedded.ownerUrl, requestUrl: embedded.requestUrl, stop: () => embedded.stop() };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { visitEmbeddedPostgres } from './platform/database/embedded-visit.ts';
import type { Environment } from './platform/env.ts';

/** The database that the service of this configuration uses, for a command beside it. */
export interface DatabasePlace {
  readonly ownerUrl: string;
  readonly requestUrl: string;
  readonly end: () => Promise<void>;
}

export async function databaseOf({ databaseUrl, databaseOwnerUrl, dataDir }: Environment): Promise<DatabasePlace> {
  if (databaseUrl) return { ownerUrl: databaseOwnerUrl ?? databaseUrl, requestUrl: databaseUrl, end: async () => undefined };
  return visitEmbeddedPostgres(dataDir, (message) => process.stderr.write(`${message}\n`));
}

/** The same, where a service has been before: whoever asks something must not make a database to ask it of. @throws Error where there is none */
export async function existingDatabaseOf(environment: Environment): Promise<DatabasePlace> {
  const { databaseUrl, dataDir } = environment;
  if (!databaseUrl && !existsSync(join(dataDir, 'postgres')))
    throw new Error(`there is no database in ${dataDir}; set DATABASE_URL, or DATA_DIR to where the service keeps its data`);
  return databaseOf(environment);
}

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

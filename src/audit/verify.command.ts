import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { connectionTo } from '../platform/database/connections.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded-postgres.ts';
import { BadEnvironment, readEnvironment } from '../platform/env.ts';
import { verifyChains, type BrokenEntry, type ChainFault } from './audit-chain.ts';

/**
 * `npm run audit:verify` reads the whole history and says whether it is as it was written. Exit status 0 it is · 1 it is not ·
 * 2 that could not be found out. It only reads, so a running service is not disturbed.
 */
try {
  const { entries, broken, first } = await withDatabase(verifyChains);
  process.stdout.write(first ? sentenceOf(first, broken, entries) : `${entries} audit entries checked: all as they were written.\n`);
  process.exitCode = first ? 1 : 0;
} catch (fault) {
  const { message, code } = fault as NodeJS.ErrnoException;
  process.stderr.write(fault instanceof BadEnvironment ? `${message}\n` : `The history could not be checked: ${message || code}\n`);
  process.exitCode = 2;
}

function sentenceOf({ subjectKind, subjectId, sequence, fault }: BrokenEntry, broken: number, entries: number): string {
  const words: Record<ChainFault, string> = {
    missing: 'entries before it are missing',
    unlinked: 'it does not follow the entry before it',
    altered: 'its content was altered',
    'cut-off': 'it is missing, since those before it do not lead to the status that the dossier has',
  };
  return `${entries} audit entries checked, ${broken} broken; the first is entry ${sequence} of ${subjectKind} ${subjectId}: ${words[fault]}.\n`;
}

/** The service's own database; the embedded one only while the service is stopped. A long history may take its time. */
async function withDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { url, stop } = await openDatabase();
  const client = connectionTo(url, { application_name: 'bhxh-intake audit' });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
    await stop();
  }
}

async function openDatabase(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { databaseUrl, databaseOwnerUrl, dataDir } = readEnvironment();
  const configured = databaseOwnerUrl ?? databaseUrl;
  if (configured) return { url: configured, stop: async () => undefined };
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new Error(`there is no database in ${dataDir}; set DATABASE_URL, or DATA_DIR to where the service keeps its data.`);
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log: (message) => process.stderr.write(`${message}\n`) });
  return { url: embedded.requestUrl, stop: () => embedded.stop() };
}

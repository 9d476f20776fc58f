import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Records } from './records.ts';
import type { SharedServer } from './shared-server.ts';

/** How much a server keeps, by what it is: rows, the sum of all counters, files. What a citizen's phone got arrives when it arrives. */
export type Kept = Record<string, number>;

const TABLES = ['declarations', 'photos', 'declaration_revisions', 'consents', 'messages', 'idempotency_keys', 'uploads'];
const COUNTS = TABLES.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ');

/** Looks at what a server keeps of declarations, to tell that a refusal left nothing behind. */
export class Keeping {
  private readonly records: Records;

  constructor(private readonly server: SharedServer) {
    this.records = Records.of(server.database);
  }

  async now(): Promise<Kept> {
    const [rows] = await this.records.rows<Kept>(
      `SELECT ${COUNTS}, (SELECT count(*)::int FROM audit_entries WHERE subject_kind = 'declaration') AS steps,
         (SELECT coalesce(sum(last), 0)::int FROM dossier_counters) AS numbers`,
    );
    return { ...rows!, storedPhotos: await this.files('photos'), spooledPhotos: await this.files('spool') };
  }

  /** Does something and says what has come to be kept by it: nothing is `{}`. */
  async addedBy(work: () => Promise<unknown>): Promise<Kept> {
    const before = await this.now();
    await work();
    const after = await this.now();
    return Object.fromEntries(
      Object.keys(after)
        .map((name) => [name, after[name]! - before[name]!] as const)
        .filter(([, difference]) => difference !== 0),
    );
  }

  /** Waits until no more is kept than then: for what is cleared away after nobody listens any more. */
  async comesBackTo(then: Kept): Promise<void> {
    while (!isDeepStrictEqual(await this.now(), then));
  }

  close(): Promise<void> {
    return this.records.close();
  }

  private async files(folder: string): Promise<number> {
    const entries = await readdir(join(this.server.dataDir, folder), { withFileTypes: true, recursive: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).length;
  }
}

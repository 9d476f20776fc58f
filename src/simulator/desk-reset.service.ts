import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { PhotosService } from '../photos/photos.service.ts';
import { UploadParts } from '../photos/upload-parts.storage.ts';
import { unlessTurnedAway } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

export const OWNER_URL = Symbol('database owner');

/** What a workspace gathers while it is used. Offices, staff and their sessions stay: they are its furniture. */
const GATHERED = [
  'account_sessions',
  'accounts',
  'attempt_counters',
  'audit_entries',
  'consents',
  'declaration_revisions',
  'declarations',
  'dossier_counter_jumps',
  'dossier_counters',
  'idempotency_keys',
  'messages',
  'password_resets',
  'phone_changes',
  'photos',
  'queue_tallies',
  'simulator_inbox',
  'staff_notes',
  'uploads',
  'visits',
];

/** In milliseconds: whoever asks for a reset hears of a database that does not answer as soon as everybody else. */
const PATIENCE = { connectionTimeoutMillis: 4_000, query_timeout: 6_000, statement_timeout: 5_000, lock_timeout: 4_000 };

/** Empties the workspace. Done as the database's owner: the role of requests may not erase history. */
@Injectable()
export class DeskReset implements OnApplicationShutdown {
  private pool: pg.Pool | undefined;

  constructor(
    private readonly photos: PhotosService,
    private readonly parts: UploadParts,
    @Inject(OWNER_URL) private readonly ownerUrl: string,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }

  /** @throws Refusal `not-simulators-own` for a database that the simulator neither made nor marked */
  async reset(): Promise<void> {
    this.pool ??= new pg.Pool({ connectionString: this.ownerUrl, max: 1, idleTimeoutMillis: 10_000, ...PATIENCE }).on(
      'error',
      () => undefined,
    );
    const { rowCount } = await this.pool.query('SELECT FROM simulator_mark');
    if (!rowCount) throw new Refusal('not-simulators-own');
    const { photos, parts } = await this.empty(this.pool);
    await this.photos.discard(photos);
    await this.parts.discard(parts);
  }

  /**
   * Whoever is at work meanwhile locks the tables in another order, so that PostgreSQL may have to turn one of the two away.
   * @returns ids of the photos, and of the pieces of uploads, that had a row: one that is just being received has none yet, and its
   *   sender is still waiting
   */
  private async empty(pool: pg.Pool): Promise<{ photos: string[]; parts: string[] }> {
    // Sent as one, these are one transaction; a BEGIN of our own would outlive a failure, on a connection that is used again.
    const statements = `LOCK photos, uploads; SELECT id, NULL AS part FROM photos UNION ALL SELECT NULL, unnest(parts) FROM uploads; TRUNCATE ${GATHERED.join(', ')}; UPDATE clock SET shift_ms = 0, frozen_at = NULL`;
    const results = (await unlessTurnedAway(() => pool.query(statements))) as unknown as pg.QueryResult<{
      id: string | null;
      part: string | null;
    }>[];
    const rows = results.flatMap((result) => result.rows);
    return { photos: rows.flatMap(({ id }) => id ?? []), parts: rows.flatMap(({ part }) => part ?? []) };
  }
}

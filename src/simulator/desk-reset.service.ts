import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { PhotoSweep } from '../photos/photo-sweep.ts';
import { sqlState } from '../platform/database/database.ts';
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
  'photos',
  'simulator_inbox',
];

const DEADLOCK = '40P01';
const MOST_TRIES = 5;

/** Empties the workspace. Done as the database's owner: the role of requests may not erase history. */
@Injectable()
export class DeskReset implements OnApplicationShutdown {
  private pool: pg.Pool | undefined;

  constructor(
    private readonly sweep: PhotoSweep,
    @Inject(OWNER_URL) private readonly ownerUrl: string,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }

  /** @throws Refusal `not-simulators-own` for a database that the simulator neither made nor marked */
  async reset(): Promise<void> {
    this.pool ??= new pg.Pool({ connectionString: this.ownerUrl, max: 1, idleTimeoutMillis: 10_000 }).on('error', () => undefined);
    const { rowCount } = await this.pool.query('SELECT FROM simulator_mark');
    if (!rowCount) throw new Refusal('not-simulators-own');
    await this.empty(this.pool);
    await this.sweep.sweep({ olderThanMs: 0 });
  }

  /** Whoever is at work meanwhile locks the tables in another order; when PostgreSQL has to choose, the reset tries again. */
  private async empty(pool: pg.Pool): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        // Sent as one, both are one transaction; a BEGIN of our own would outlive a failure, on a connection that is used again.
        await pool.query(`TRUNCATE ${GATHERED.join(', ')}; UPDATE clock SET shift_ms = 0, frozen_at = NULL`);
        return;
      } catch (error) {
        if (sqlState(error) !== DEADLOCK || attempt >= MOST_TRIES) throw error;
      }
    }
  }
}

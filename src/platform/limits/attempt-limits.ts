import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { removalOf } from '../database/aged-rows.ts';
import { Database } from '../database/database.ts';
import { ENV, type Environment } from '../env.ts';
import { Housekeeping } from '../housekeeping.ts';
import { Refusal } from '../refusal.ts';
import { currentWorkspace } from '../workspace/workspace.context.ts';
import { LIMITS, type LimitName } from './limits.ts';

/** One attempt to count: which limit, and whom or what it is counted for (hashed before it is stored). */
export interface Attempt {
  readonly limit: LimitName;
  readonly subject: string;
}

/**
 * Limits shared by all copies and kept across crashes, counted in PostgreSQL *before* the work in one atomic statement, so
 * that a burst of guesses is not all let through while the first is being checked.
 */
@Injectable()
export class AttemptLimits {
  constructor(
    private readonly database: Database,
    @Inject(ENV) private readonly env: Pick<Environment, 'rateLimitFactor'>,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register(removalOf(database, { table: 'attempt_counters', dueAt: 'window_ends_at' }));
  }

  /** @throws Refusal `too-many-attempts` with the seconds until the window ends */
  async count(...attempts: Attempt[]): Promise<void> {
    // In one order for everybody, so that two requests never wait for each other's rows.
    const sorted = attempts
      .map((attempt) => ({ ...attempt, bucket: bucketOf(attempt) }))
      .sort((one, other) => (one.bucket < other.bucket ? -1 : 1));
    const rows = await this.database.rows<{ bucket: string; attempts: number; seconds_left: number }>(
      `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
       INSERT INTO attempt_counters AS counted (bucket, window_ends_at, attempts)
       SELECT bucket, domain_now() + seconds * interval '1 second', 1
       FROM quick, unnest($1::text[], $2::int[]) AS wanted (bucket, seconds) ORDER BY bucket
       ON CONFLICT (bucket) DO UPDATE SET
         attempts = CASE WHEN counted.window_ends_at <= domain_now() THEN 1 ELSE counted.attempts + 1 END,
         window_ends_at = CASE WHEN counted.window_ends_at <= domain_now() THEN excluded.window_ends_at ELSE counted.window_ends_at END
       RETURNING bucket, attempts, extract(epoch FROM window_ends_at - domain_now())::float AS seconds_left`,
      [sorted.map(({ bucket }) => bucket), sorted.map(({ limit }) => LIMITS[limit].seconds)],
      'count_attempts',
    );
    const wait = rows
      .filter(({ bucket, attempts: made }) => made > this.most(sorted.find((attempt) => attempt.bucket === bucket)!.limit))
      .map(({ seconds_left }) => seconds_left);
    if (wait.length > 0) throw new Refusal('too-many-attempts', { retryAfter: Math.max(...wait) });
  }

  /** Forgets the attempts of subjects that have proven themselves. What a crash brings back was counted before, so nobody waits for the disk. */
  async forget(...attempts: Attempt[]): Promise<void> {
    await this.database.rows(
      `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
         proven AS (SELECT bucket FROM attempt_counters WHERE bucket = ANY ($1::text[]) ORDER BY bucket FOR UPDATE)
       DELETE FROM attempt_counters forgotten USING quick, proven WHERE forgotten.bucket = proven.bucket`,
      [attempts.map(bucketOf)],
      'forget_attempts',
    );
  }

  /** Takes back one attempt that was no guess, and leaves those before it counted. */
  async giveBack(attempt: Attempt): Promise<void> {
    await this.database.rows(
      `UPDATE attempt_counters SET attempts = attempts - 1 WHERE bucket = $1 AND attempts > 0`,
      [bucketOf(attempt)],
      'give_back_attempt',
    );
  }

  private most(limit: LimitName): number {
    const { most, rule } = LIMITS[limit];
    return rule === 'domain' ? most : Math.ceil(most * (currentWorkspace().rateLimitFactor ?? this.env.rateLimitFactor));
  }
}

function bucketOf({ limit, subject }: Attempt): string {
  return `${limit}:${createHash('sha256').update(subject).digest('base64url')}`;
}

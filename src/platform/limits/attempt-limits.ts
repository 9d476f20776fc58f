import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { removalOf } from '../database/aged-rows.ts';
import { Database } from '../database/database.ts';
import { ENV, type Environment } from '../env.ts';
import { Metrics } from '../health/metrics.ts';
import { Housekeeping } from '../housekeeping.ts';
import { tellClient } from '../http/request-context.ts';
import { log } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { currentWorkspace } from '../workspace/workspace.context.ts';
import { addressBlock } from './address-block.ts';
import { CEILING_SLOTS, isCeiling, isOwn, LIMITS, type Limit, type LimitName } from './limits.ts';
import { rateLimitHeaders, type Standing } from './rate-limit-headers.ts';

/** One attempt to count: which limit, and whom or what it is counted for (hashed before it is stored). */
export interface Attempt {
  readonly limit: LimitName;
  readonly subject: string;
  /** Where from, for a limit per subject and address. */
  readonly address?: string;
}

interface Bucket {
  readonly name: LimitName;
  readonly bucket: string;
  readonly limit: Limit;
}

interface Counted {
  bucket: string;
  attempts: number;
  seconds_left: number;
  /** One of its ceilings was passed when the statement began, or is by this attempt. */
  is_strained: boolean;
}

/** How often a lock doubles at most. */
const MOST_DOUBLINGS = 3;

/**
 * Limits shared by all copies and kept across crashes, counted in PostgreSQL *before* the work in one atomic statement, so
 * that a burst of guesses is not all let through while the first is being checked.
 */
@Injectable()
export class AttemptLimits {
  private readonly refusals: Counter<'limit'>;
  private readonly alarms: Counter<'limit'>;

  constructor(
    private readonly database: Database,
    @Inject(ENV) private readonly env: Pick<Environment, 'rateLimitFactor'>,
    housekeeping: Housekeeping,
    metrics: Metrics,
  ) {
    housekeeping.register(removalOf(database, { table: 'attempt_counters', dueAt: 'remembered_until' }));
    this.refusals = metrics.counter('rate_limit_refusals_total', 'Attempts that were one too many, by limit', ['limit']);
    this.alarms = metrics.counter('rate_limit_alarms_total', 'Times that somebody did more than is usual, by limit', ['limit']);
  }

  /**
   * The answer to the request at hand says how much is left to the caller's own address or office hand; a refusal names the limits passed.
   * Where one of the caller's own is passed, the others stay as they are: whoever is shut out uses up nothing of anybody else.
   * @returns the limits whose alarm this very attempt sets off
   * @throws Refusal `too-many-attempts` with the seconds until the door opens again
   */
  async count(...attempts: Attempt[]): Promise<LimitName[]> {
    const buckets = bucketsOf(attempts);
    const counted = await this.add(buckets);
    const rowOf = (bucket: string) => counted.find((row) => row.bucket === bucket);
    const isPassed = (name: string) =>
      buckets.some((bucket) => bucket.name === name && (rowOf(bucket.bucket)?.attempts ?? 0) > this.most(bucket.limit));
    const standings = buckets
      .filter(({ limit }) => !isCeiling(limit))
      .flatMap(({ name, bucket, limit }): (Standing & { over: boolean })[] => {
        const row = rowOf(bucket);
        if (!row) return [];
        const isStrained = row.is_strained || (limit.strainedBy?.some(isPassed) ?? false);
        const most = this.most(limit, isStrained);
        return [{ name, limit, most, left: Math.max(0, most - row.attempts), seconds: row.seconds_left, over: row.attempts > most }];
      });
    const over = standings.filter((standing) => standing.over);
    tellClient(
      rateLimitHeaders(over.length > 0 ? over : standings.filter(({ limit }) => limit.per === 'address' || limit.per === 'officer')),
    );
    if (over.length > 0) {
      for (const { name } of over) this.refusals.inc({ limit: name });
      throw new Refusal('too-many-attempts', { retryAfter: Math.max(...over.map(({ seconds }) => seconds)) });
    }
    return this.alarmed(buckets, rowOf);
  }

  /** As `count`, for what nobody may learn of. */
  async isWithin(attempt: Attempt): Promise<boolean> {
    const buckets = bucketsOf([attempt]);
    const [counted] = await this.add(buckets);
    const isWithin = counted!.attempts <= this.most(buckets[0]!.limit);
    if (!isWithin) this.refusals.inc({ limit: attempt.limit });
    return isWithin;
  }

  /** What was counted turned out to be no guess: each limit takes it as it says, in one statement. */
  async proven(...attempts: Attempt[]): Promise<void> {
    const buckets = bucketsOf(attempts).filter(({ limit }) => limit.proof);
    const of = (proof: Limit['proof']) => buckets.filter(({ limit }) => limit.proof === proof).map(({ bucket }) => bucket);
    await this.database.rows(
      `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
       ${LOCKED},
       forgotten AS (DELETE FROM attempt_counters USING held WHERE bucket = ANY(held.buckets) AND bucket = ANY($2::text[]))
       UPDATE attempt_counters SET attempts = attempts - 1 FROM held
       WHERE bucket = ANY(held.buckets) AND bucket = ANY($3::text[]) AND attempts > 0`,
      [buckets.map(({ bucket }) => bucket), of('forgets'), of('gives-back')],
      'prove_attempts',
    );
  }

  /**
   * What was counted came to nothing: limits that say so take it back, in one statement. Only for attempts that were within, and of which
   * nothing is left. Those that were one too many meanwhile go with it, or a burst of them would outlive what it waited for.
   */
  async cameToNothing(because: NonNullable<Limit['takenBack']>, attempts: readonly Attempt[]): Promise<void> {
    const buckets = bucketsOf(attempts).filter(({ limit: { takenBack } }) => takenBack && (because === 'failure' || takenBack === because));
    if (buckets.length === 0) return;
    await this.database.rows(
      `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
       ${LOCKED}
       UPDATE attempt_counters SET attempts = least(attempts, most) - 1
       FROM held, unnest($1::text[], $2::int[]) AS rule (name, most)
       WHERE bucket = ANY(held.buckets) AND bucket = name AND attempts > 0`,
      [buckets.map(({ bucket }) => bucket), buckets.map(({ limit }) => this.most(limit))],
      'take_back_attempts',
    );
  }

  /** Forgets the attempts of a subject that has proven itself elsewhere. What a crash brings back was counted before, so nobody waits for the disk. */
  async forget(attempt: Attempt): Promise<void> {
    await this.database.rows(
      `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)) DELETE FROM attempt_counters USING quick WHERE bucket = $1`,
      [bucketOf(attempt)],
      'forget_attempts',
    );
  }

  private add(buckets: readonly Bucket[]): Promise<Counted[]> {
    const own = buckets.filter(({ limit }) => isOwn(limit)).length;
    const isSplit = own > 0 && own < buckets.length;
    return this.database.rows<Counted>(
      isSplit ? ADD_UNLESS_SHUT : ADD,
      [
        buckets.map(({ bucket }) => bucket),
        buckets.map(({ limit }) => limit.seconds),
        buckets.map(({ limit }) => this.most(limit)),
        buckets.map(({ limit }) => limit.lockSeconds ?? 0),
        buckets.map(({ limit }) => (limit.grows ? MOST_DOUBLINGS : 0)),
        ...(isSplit ? [own, ...this.strains(buckets)] : []),
      ],
      isSplit ? 'count_attempts_unless_shut' : 'count_attempts',
    );
  }

  /** For each limit of the caller's own and each ceiling that tightens it: the two, from which count on it does, and what then holds. */
  private strains(buckets: readonly Bucket[]): [string[], string[], number[], number[]] {
    const strains = buckets.flatMap(({ bucket, limit }) =>
      buckets
        .filter(({ name }) => limit.strainedBy?.includes(name))
        .map((ceiling) => ({ bucket, ceiling: ceiling.bucket, brim: this.most(ceiling.limit), few: this.most(limit, true) })),
    );
    return [
      strains.map(({ bucket }) => bucket),
      strains.map(({ ceiling }) => ceiling),
      strains.map(({ brim }) => brim),
      strains.map(({ few }) => few),
    ];
  }

  private alarmed(buckets: readonly Bucket[], rowOf: (bucket: string) => Counted | undefined): LimitName[] {
    return buckets
      .filter(({ bucket, limit }) => limit.alarmAt !== undefined && rowOf(bucket)?.attempts === Math.ceil(limit.alarmAt * this.factor()))
      .map(({ name }) => {
        this.alarms.inc({ limit: name });
        log.warn({ limit: name }, 'more than is usual');
        return name;
      });
  }

  private most({ rule, most, strained }: Limit, isStrained = false): number {
    const wanted = isStrained ? (strained ?? most) : most;
    return rule === 'domain' ? wanted : Math.ceil(wanted * this.factor());
  }

  private factor(): number {
    return currentWorkspace().rateLimitFactor ?? this.env.rateLimitFactor;
  }
}

/** One count more for those of the rules for which that holds, in their order. */
const grow = (which: string) => `
  INSERT INTO attempt_counters AS counted (bucket, window_ends_at, attempts, remembered_until)
  SELECT bucket, at + seconds * interval '1 second', 1, at + seconds * interval '1 second' FROM rule WHERE ${which} ORDER BY place
  ON CONFLICT (bucket) DO UPDATE SET (attempts, window_ends_at, strikes, remembered_until) = (
    SELECT attempts, ends_at, strikes, CASE WHEN strikes > 0 THEN ends_at + interval '1 day' ELSE ends_at END
    FROM (
      SELECT CASE WHEN is_over THEN 1 ELSE counted.attempts + 1 END AS attempts,
        CASE WHEN is_over THEN excluded.window_ends_at
          WHEN is_struck THEN at + lock * power(2, least(counted.strikes, doublings)) * interval '1 second'
          ELSE counted.window_ends_at END AS ends_at,
        CASE WHEN is_struck THEN least(counted.strikes + 1, 100)
          WHEN is_over AND counted.remembered_until <= at THEN 0
          ELSE counted.strikes END AS strikes
      FROM (
        SELECT at, counted.window_ends_at <= at AS is_over, lock, doublings,
          counted.window_ends_at > at AND counted.attempts = most AND lock > 0 AS is_struck
        FROM rule WHERE rule.bucket = counted.bucket) AS judged) AS next)
  RETURNING bucket, attempts, window_ends_at`;

/**
 * `$1` buckets in order, `$2` windows, `$3` limits, `$4` locks or 0, `$5` how often the lock may double. The time is asked for once: a
 * function of SQL costs some ten microseconds each time, and a subquery that fetches it from elsewhere a few.
 */
const RULES = `rule AS MATERIALIZED (SELECT rule.*, at
    FROM (SELECT set_config('synchronous_commit', 'off', true), domain_now() AS at OFFSET 0) AS quick,
      unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[]) WITH ORDINALITY AS rule (bucket, seconds, most, lock, doublings, place))`;
const SECONDS_LEFT = `extract(epoch FROM window_ends_at - (SELECT at FROM rule LIMIT 1))::float AS seconds_left`;

/** For limits none of which holds another one up. */
const ADD = `WITH ${RULES}, counted AS (${grow('true')}) SELECT bucket, attempts, ${SECONDS_LEFT}, false AS is_strained FROM counted`;

/**
 * The caller's own come first, `$6` of them, and the others only where none of those is passed; `$7` to `$10` what tightens them. Whether a
 * ceiling is passed is looked up before anything is counted, so that it need not be counted for that. No request has more than three such
 * pairs: without the bound PostgreSQL expects ten, and plans the statement anew each time, which takes longer than to run it.
 */
const ADD_UNLESS_SHUT = `
  WITH ${RULES}, own AS (${grow('place <= $6')}),
  judged AS MATERIALIZED (SELECT own.*, few IS NOT NULL AS is_strained,
      attempts > coalesce(few, (SELECT most FROM rule WHERE rule.bucket = own.bucket)) AS is_passed
    FROM own, LATERAL (SELECT min(few) AS few
      FROM (SELECT * FROM unnest($7::text[], $8::text[], $9::int[], $10::int[]) LIMIT 3) AS strain (tightened, ceiling, brim, few)
      WHERE tightened = own.bucket AND (SELECT attempts >= brim AND window_ends_at > (SELECT at FROM rule LIMIT 1)
        FROM attempt_counters WHERE bucket = ceiling)) AS strained),
  others AS (${grow('place > $6 AND NOT EXISTS (SELECT FROM judged WHERE is_passed)')})
  SELECT bucket, attempts, ${SECONDS_LEFT}, is_strained
  FROM (SELECT bucket, attempts, window_ends_at, is_strained FROM judged UNION ALL SELECT *, false FROM others) AS counted`;

/** Takes hold of the counters `$1` in their order before any of them is changed. */
const LOCKED = `locked AS (SELECT bucket FROM attempt_counters, quick WHERE bucket = ANY($1::text[])
    ORDER BY array_position($1::text[], bucket) FOR UPDATE OF attempt_counters),
  held AS (SELECT array_agg(bucket) AS buckets FROM locked)`;

/**
 * With the ceilings over everybody that they come under. The caller's own first, and in one order for everybody, so that two requests never
 * wait for each other's rows.
 */
function bucketsOf(attempts: readonly Attempt[]): Bucket[] {
  return attempts
    .flatMap((attempt) => {
      const { strainedBy = [] }: Limit = LIMITS[attempt.limit];
      const common = (strainedBy as readonly LimitName[]).filter((name) => LIMITS[name].per === 'all');
      return [attempt, ...common.map((limit) => ({ limit, subject: attempt.subject }))];
    })
    .map((attempt) => ({ name: attempt.limit, bucket: bucketOf(attempt), limit: limitOf(attempt.limit) }))
    .sort((one, other) => Number(isOwn(other.limit)) - Number(isOwn(one.limit)) || (one.bucket < other.bucket ? -1 : 1));
}

/** A ceiling is divided among its slots, of which each address has one. */
function limitOf(name: LimitName): Limit {
  const limit: Limit = LIMITS[name];
  return limit.per === 'all' ? { ...limit, most: limit.most / CEILING_SLOTS } : limit;
}

/** Spaces around it make a text nobody else's; and whoever has one IPv6 address has very many, as has whoever has one mailbox. */
function bucketOf({ limit, subject, address = '' }: Attempt): string {
  const { per }: Limit = LIMITS[limit];
  const own = per === 'address' || per === 'all' ? addressBlock(subject) : per === 'mailbox' ? mailboxOf(subject) : subject.trim();
  const plain = per === 'dossier-and-address' ? `${own} ${addressBlock(address)}` : own;
  const hash = createHash('sha256').update(plain).digest();
  return `${limit}:${per === 'all' ? hash.readUInt32BE(0) % CEILING_SLOTS : hash.toString('base64url')}`;
}

/** The mailbox that an address reaches nearly everywhere: capitals make no other one, nor does a `+tag`. What is sent goes to the address as typed. */
function mailboxOf(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^([^+@]+)\+[^@]*@/, '$1@');
}

import { Injectable } from '@nestjs/common';
import { removalOf } from '../database/aged-rows.ts';
import { Database, type Transaction } from '../database/database.ts';
import { Housekeeping } from '../housekeeping.ts';
import { Randomness } from '../randomness.ts';
import { Refusal } from '../refusal.ts';
import { openAnswer, sealAnswer, type IdempotencyKey } from './idempotency-key.ts';

/** How long a claim whose holder died keeps others out [D]. */
export const CLAIM_LEASE = `interval '60 seconds'`;
/** How long a key is remembered [D]. */
export const KEY_LIFETIME = `interval '24 hours'`;

export interface Replay {
  readonly status: number;
  readonly answer: unknown;
  readonly declarationId: string | null;
}

export type Claim = { readonly claimId: string } | { readonly replay: Replay };

/** Writes the answer under the key of the work, in its transaction; without a key it does nothing. @throws Refusal when the claim is lost */
export type Settle<T> = (tx: Pick<Transaction, 'rows'>, body: T) => Promise<void>;

/** The rule for taking a key, shared by every statement that takes one: a dead claim for the same content, or an expired key. */
export const TAKES_OVER = `(idempotency_keys.status IS NULL AND idempotency_keys.claimed_until <= domain_now()
    AND idempotency_keys.fingerprint = excluded.fingerprint) OR idempotency_keys.expires_at <= domain_now()`;

interface KeyRow {
  fingerprint: Buffer;
  status: number | null;
  answer: Buffer | null;
  declaration_id: string | null;
  seconds_left: number;
}

/** What of a key's row decides what is answered to whoever comes with it. */
const KEY_COLUMNS = `fingerprint, status, answer, declaration_id, extract(epoch FROM claimed_until - domain_now())::float AS seconds_left`;

/**
 * The same key with the same content does the work once. Only answers of success are kept: a refusal changed nothing, so the
 * same request may be tried again, and a failure of ours is never frozen.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly randomness: Randomness,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register(removalOf(database, { table: 'idempotency_keys', dueAt: 'expires_at' }));
  }

  /**
   * The answer that a request had already. Asked before anything is judged: an office may have closed, or a rule begun, since the request
   * was found sound. It also tells the time, which whoever judges needs next, so that it costs no statement of its own.
   * @throws Refusal when the key is in use or was used for other content
   */
  async recall(key: IdempotencyKey, fingerprint: Buffer): Promise<{ now: Date; replay?: Replay }> {
    const [known] = await this.database.rows<{ now: Date } & (KeyRow | { fingerprint: null })>(
      `SELECT moment.now, ${KEY_COLUMNS} FROM (SELECT domain_now() AS now) AS moment
       LEFT JOIN idempotency_keys ON scope = $1 AND key_hash = $2 AND expires_at > moment.now`,
      [key.scope, key.hash],
      'recall_key',
    );
    const { now, ...row } = known!;
    // Nobody holds a dead claim, and nobody had an answer: the request is judged as a new one.
    if (row.fingerprint === null || (isDead(row) && row.fingerprint.equals(fingerprint))) return { now };
    return { now, replay: replayOf(row, key, fingerprint) };
  }

  /** Takes the key in a statement of its own, committed before long work begins. */
  begin(key: IdempotencyKey, fingerprint: Buffer): Promise<Claim> {
    return this.claim((sql, parameters) => this.database.rows(sql, parameters), key, fingerprint);
  }

  /**
   * Does quick work in one transaction with the key: a crash leaves either both or neither. Without a key the work just runs.
   * @param work returns the answer's body
   */
  async once<T extends object>(
    key: IdempotencyKey | undefined,
    fingerprint: Buffer,
    status: number,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<{ body: T; replayed: boolean }> {
    return this.database.transaction(async (tx) => {
      if (!key) return { body: await work(tx), replayed: false };
      const claim = await this.claim((sql, parameters) => tx.rows(sql, parameters), key, fingerprint);
      if ('replay' in claim) return { body: claim.replay.answer as T, replayed: true };
      const body = await work(tx);
      await tx.rows(`UPDATE idempotency_keys SET status = $3, answer = $4 WHERE scope = $1 AND key_hash = $2`, [
        key.scope,
        key.hash,
        status,
        sealAnswer(key, body),
      ]);
      return { body, replayed: false };
    });
  }

  /** As `once`, for work that is one statement: without a key there is no transaction around it. */
  async onceByStatement<T extends object>(
    key: IdempotencyKey | undefined,
    fingerprint: Buffer,
    status: number,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<{ body: T; replayed: boolean }> {
    if (key) return this.once(key, fingerprint, status, work);
    return { body: await this.database.statement(work), replayed: false };
  }

  /**
   * Does longer work, in transactions of its own, under the key. Work that can be begun again need do no more: after a crash whoever comes
   * with the key finds the claim dead, and goes on with what is left. Other work settles the answer in the transaction that does what is done
   * once: a crash leaves either both or neither.
   */
  async around<T extends object>(
    key: IdempotencyKey | undefined,
    fingerprint: Buffer,
    status: number,
    work: (settle: Settle<T>) => Promise<T>,
  ): Promise<{ body: T; replayed: boolean }> {
    if (!key) return { body: await work(async () => undefined), replayed: false };
    const claim = await this.begin(key, fingerprint);
    if ('replay' in claim) return { body: claim.replay.answer as T, replayed: true };
    let isSettled = false;
    const finish = (tx: Pick<Transaction, 'rows'>, body: T) =>
      tx.rows(
        `UPDATE idempotency_keys SET status = $3, answer = $4 WHERE scope = $1 AND key_hash = $2 AND claim_id = $5 RETURNING claim_id`,
        [key.scope, key.hash, status, sealAnswer(key, body), claim.claimId],
      );
    try {
      const body = await work(async (tx, answer) => {
        // A retry has taken the claim over, and answers.
        if ((await finish(tx, answer)).length === 0) throw new Refusal('request-in-progress', { retryAfter: 1 });
        isSettled = true;
      });
      if (!isSettled) await finish(this.database, body);
      return { body, replayed: false };
    } catch (error) {
      if (error instanceof Refusal) await this.abandon(key, claim.claimId);
      throw error;
    }
  }

  /** Gives a claim back after a refusal, so that the corrected request need not wait for the lease. */
  async abandon(key: IdempotencyKey, claimId: string): Promise<void> {
    await this.database.rows(`DELETE FROM idempotency_keys WHERE scope = $1 AND key_hash = $2 AND claim_id = $3 AND status IS NULL`, [
      key.scope,
      key.hash,
      claimId,
    ]);
  }

  /** Forgets a finished key before its time. */
  async forget(key: IdempotencyKey): Promise<void> {
    await this.database.rows(`DELETE FROM idempotency_keys WHERE scope = $1 AND key_hash = $2 AND status IS NOT NULL`, [
      key.scope,
      key.hash,
    ]);
  }

  /** The stored answer of a key that is finished. @throws Refusal when the key is in use or was used for other content */
  async replayOf(key: IdempotencyKey, fingerprint: Buffer): Promise<Replay> {
    return this.explain((sql, parameters) => this.database.rows(sql, parameters), key, fingerprint);
  }

  private async claim(rows: Database['rows'], key: IdempotencyKey, fingerprint: Buffer): Promise<Claim> {
    const claimId = this.randomness.uuid();
    const taken = await rows<{ claim_id: string }>(
      `INSERT INTO idempotency_keys (scope, key_hash, fingerprint, claim_id, claimed_until, expires_at)
       VALUES ($1, $2, $3, $4, domain_now() + ${CLAIM_LEASE}, domain_now() + ${KEY_LIFETIME})
       ON CONFLICT (scope, key_hash) DO UPDATE SET fingerprint = excluded.fingerprint, claim_id = excluded.claim_id,
         claimed_until = excluded.claimed_until, expires_at = excluded.expires_at, status = NULL, answer = NULL, declaration_id = NULL
       WHERE ${TAKES_OVER}
       RETURNING claim_id`,
      [key.scope, key.hash, fingerprint, claimId],
    );
    return taken.length > 0 ? { claimId } : { replay: await this.explain(rows, key, fingerprint) };
  }

  private async explain(rows: Database['rows'], key: IdempotencyKey, fingerprint: Buffer): Promise<Replay> {
    const [row] = await rows<KeyRow>(`SELECT ${KEY_COLUMNS} FROM idempotency_keys WHERE scope = $1 AND key_hash = $2`, [
      key.scope,
      key.hash,
    ]);
    return replayOf(row, key, fingerprint);
  }
}

function isDead({ status, seconds_left }: KeyRow): boolean {
  return status === null && seconds_left <= 0;
}

/** @throws Refusal when the key is in use or was used for other content */
function replayOf(row: KeyRow | undefined, key: IdempotencyKey, fingerprint: Buffer): Replay {
  if (row && !row.fingerprint.equals(fingerprint)) throw new Refusal('idempotency-key-reused');
  if (row?.status == null || !row.answer) throw new Refusal('request-in-progress', { retryAfter: Math.min(5, row?.seconds_left ?? 1) });
  return { status: row.status, answer: openAnswer(key, row.answer), declarationId: row.declaration_id };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import type pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { currentWorkspace } from '../workspace/workspace.context.ts';

export type Parameter = string | number | boolean | bigint | Buffer | Date | null | undefined | object;

/** An open transaction. */
export interface Transaction {
  /** Runs one statement and gives its rows (for UPDATE and DELETE: those of RETURNING). */
  rows<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** Runs after the commit, never after a rollback; must not throw. */
  afterCommit(work: () => void): void;
}

const MOST_TRIES = 3;
/** How long whoever was turned away waits before the next try, in milliseconds: those who met would meet again, at once or in step. */
const REST_MS = [5, 25, 50] as const;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** A connection that somebody keeps for long work, in one schema, until it is given back. */
interface Kept {
  readonly schema: string;
  client: pg.PoolClient | undefined;
  /** A connection answers one question at a time. */
  readonly line: LimitFunction;
}

/** The door to PostgreSQL, in the schema of the current workspace. */
@Injectable()
export class Database {
  private readonly kept = new AsyncLocalStorage<Kept>();

  constructor(private readonly source: DataSource) {}

  get manager(): EntityManager {
    return this.source.manager;
  }

  /**
   * One statement on its own, atomic by itself, tried again like a transaction. A `name` makes it a prepared statement of its
   * connection.
   */
  async rows<Row extends object>(sql: string, parameters: readonly Parameter[] = [], name?: string): Promise<Row[]> {
    const kept = this.kept.getStore();
    return unlessTurnedAway(async () => {
      const client = kept?.schema === currentWorkspace().schema ? kept.client : undefined;
      if (kept && client) return kept.line(() => statement<Row>(client, sql, parameters, name));
      return this.onFreeConnection((free) => statement<Row>(free, sql, parameters, name));
    });
  }

  /**
   * One intention, one transaction. Deadlocks and serialization failures are tried again, three times in all, so `work` must
   * hold nothing but database work.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return unlessTurnedAway(async () => {
      const afterCommit: (() => void)[] = [];
      const result = await this.once(work, afterCommit);
      for (const then of afterCommit) then();
      return result;
    });
  }

  /**
   * An intention that is one statement, which is atomic by itself: nobody waits for a BEGIN and a COMMIT around it. What follows its commit
   * follows as in a transaction. Tried again like one, so `work` must hold nothing but this statement.
   * @throws Error when `work` runs a second one
   */
  async statement<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    let isSpent = false;
    const result = await work({
      rows: (sql, parameters) => {
        if (isSpent) throw new Error('what takes more than one statement needs a transaction');
        isSpent = true;
        return this.rows(sql, parameters, preparedName(sql));
      },
      afterCommit: (then) => afterCommit.push(then),
    });
    for (const then of afterCommit) then();
    return result;
  }

  /**
   * Runs work that nobody else runs under this name at the same time, in any copy of the service. It may take long: what waits holds a
   * connection, and no transaction. The work's single statements run on the connection that it holds anyway.
   * @throws a lock timeout when somebody else takes longer than a statement may
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.underLock(
      name,
      `SELECT pg_advisory_lock(hashtextextended(current_schema() || $1, 0)) IS NOT NULL AS held`,
      work,
    ) as Promise<T>;
  }

  /** As `alone`, where nobody is at it. @returns undefined where somebody is */
  async aloneIfFree<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    return this.underLock(name, `SELECT pg_try_advisory_lock(hashtextextended(current_schema() || $1, 0)) AS held`, work);
  }

  private async underLock<T>(name: string, locking: string, work: () => Promise<T>): Promise<T | undefined> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      const [lock] = await statement<{ held: boolean }>(client, locking, [name]);
      if (!lock!.held) return undefined;
      const kept: Kept = { schema: currentWorkspace().schema, client, line: pLimit(1) };
      try {
        return await this.kept.run(kept, work);
      } finally {
        // Whatever the work has set going, and did not wait for, looks for another one.
        kept.client = undefined;
        await kept.line(() => statement(client, `SELECT pg_advisory_unlock(hashtextextended(current_schema() || $1, 0))`, [name]));
      }
    } finally {
      await runner.release();
    }
  }

  /** From the pool itself: a query runner is an object, three promises and a search through a list, which a single statement can do without. */
  private async onFreeConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await ((this.source.driver as PostgresDriver).master as pg.Pool).connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }

  private async once<T>(work: (tx: Transaction) => Promise<T>, afterCommit: (() => void)[]): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      await runner.startTransaction();
      const result = await work({
        rows: (sql, parameters) => statement(client, sql, parameters ?? [], preparedName(sql)),
        afterCommit: (then) => afterCommit.push(then),
      });
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

/**
 * Whom PostgreSQL turns away because of somebody else has changed nothing, and may try again: three times in all, after a rest of random
 * length, the second one longer. `work` lets go of its connection before it fails, so that nobody waits for one that rests.
 */
export async function unlessTurnedAway<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const state = sqlState(error);
      if ((state !== SERIALIZATION_FAILURE && state !== DEADLOCK) || attempt >= MOST_TRIES) throw error;
      await pause(randomInt(REST_MS[attempt - 1]!, REST_MS[attempt]! + 1));
    }
  }
}

async function statement<Row extends object>(
  client: pg.PoolClient,
  sql: string,
  parameters: readonly Parameter[],
  name?: string,
): Promise<Row[]> {
  const { rows } = await client.query<Row>({ text: sql, values: parameters as unknown[], name });
  return rows;
}

/** So many statements at most are kept ready on each connection. */
const MOST_PREPARED = 200;
const preparedNames = new Map<string, string>();

/**
 * The statements of transactions are few, fixed, and find their rows by keys. To plan one costs more than to run it, so each is planned once
 * for a connection. Where there should ever be very many texts, those that come late are planned each time.
 */
function preparedName(sql: string): string | undefined {
  const known = preparedNames.get(sql);
  if (known !== undefined || preparedNames.size >= MOST_PREPARED) return known;
  const name = `tx_${preparedNames.size}`;
  preparedNames.set(sql, name);
  return name;
}

/** PostgreSQL's SQLSTATE of an error, if it is one of PostgreSQL's. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The name of the constraint that a unique or check violation broke. */
export function violatedConstraint(error: unknown): string | undefined {
  const state = sqlState(error);
  return state === '23505' || state === '23514' || state === '23503' ? (error as { constraint?: string }).constraint : undefined;
}

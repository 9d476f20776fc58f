import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { poolOf } from '../../platform/database/connections.ts';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { OWNER_URL } from '../workspaces/owner-url.ts';
import type { ArmedFault } from './armed-fault.entity.ts';
import type { FaultName, FaultParameters } from './fault-catalogue.ts';
import type { FaultWish } from './fault-wish.ts';

/** What an occasion came to. */
export interface Meeting {
  /** The fault's parameters where it struck. */
  readonly struck: FaultParameters | undefined;
  /** Whether it may strike again. */
  readonly spent: boolean;
}

const PATIENCE = { connectionTimeoutMillis: 4_000, query_timeout: 6_000, statement_timeout: 5_000, lock_timeout: 4_000 };

/**
 * Whether the n-th occasion is one at which the fault strikes: a pure function of its row and n, so that the same seed strikes at the
 * same occasions in every copy, and again in a repetition.
 */
const strikesAt = (n: string) =>
  `(${n} > skip AND (count IS NOT NULL
     OR ('x' || left(encode(sha256(convert_to(seed || ':' || ${n}, 'UTF8')), 'hex'), 8))::bit(32)::bigint < probability * 4294967296))`;

/**
 * The faults of the current workspace, in its schema. Over connections of its own: it is asked while others are held, and no fault of
 * the database strikes it.
 */
@Injectable()
export class FaultStore implements OnApplicationShutdown {
  private pool: pg.Pool | undefined;

  constructor(@Inject(OWNER_URL) private readonly ownerUrl: string) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }

  /** Arms these and no others. */
  async replace(wishes: readonly FaultWish[]): Promise<void> {
    const rows = wishes.map((wish) => ({ count: null, probability: null, seed: null, ...wish }));
    // Sent as one, these are one transaction; JSON, quoted, is the only way to hand values to it.
    const json = pg.escapeLiteral(JSON.stringify(rows));
    await this.ask(
      `DELETE FROM ${this.table};
       INSERT INTO ${this.table} (name, count, probability, seed, skip, parameters)
       SELECT name, count, probability, seed, skip, parameters FROM jsonb_to_recordset(${json}::jsonb)
         AS wish (name text, count integer, probability double precision, seed integer, skip integer, parameters jsonb)`,
    );
  }

  async list(): Promise<ArmedFault[]> {
    return this.ask<ArmedFault>(
      `SELECT name, count, probability, seed, skip, parameters, met, hits FROM ${this.table} ORDER BY name COLLATE "C"`,
    );
  }

  /** Names of those that may still strike. */
  async armed(): Promise<FaultName[]> {
    const rows = await this.ask<{ name: FaultName }>(`SELECT name FROM ${this.table} WHERE count IS NULL OR met < skip + count`);
    return rows.map(({ name }) => name);
  }

  /** One more occasion, counted once however many copies count; undefined for a fault that is not armed any more. */
  async meet(name: FaultName): Promise<Meeting | undefined> {
    const [row] = await this.ask<{ strikes: boolean; spent: boolean; parameters: FaultParameters }>(
      `UPDATE ${this.table} SET met = met + 1, hits = hits + ${strikesAt('(met + 1)')}::int
       WHERE name = $1 AND (count IS NULL OR met < skip + count)
       RETURNING ${strikesAt('met')} AS strikes, count IS NOT NULL AND met >= skip + count AS spent, parameters`,
      [name],
    );
    return row && { struck: row.strikes ? row.parameters : undefined, spent: row.spent };
  }

  private get table(): string {
    return `${pg.escapeIdentifier(currentWorkspace().schema)}.simulator_faults`;
  }

  private async ask<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    this.pool ??= poolOf(this.ownerUrl, { max: 2, idleTimeoutMillis: 10_000, ...PATIENCE });
    return (await this.pool.query<Row & pg.QueryResultRow>(sql, values)).rows;
  }
}

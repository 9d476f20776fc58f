import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pLimit from 'p-limit';
import pg from 'pg';
import { poolOf } from '../../platform/database/connections.ts';
import { unlessTurnedAway } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/refusal.ts';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { OWNER_URL } from './owner-url.ts';

const CONNECTIONS = 5;

/** Of long work: more at once would only wait for each other. Whoever asks for a hundred workspaces waits in a line. */
const ABREAST = 3;

/** In milliseconds: whoever asks hears of a database that does not answer as soon as everybody else. */
const PATIENCE = { connectionTimeoutMillis: 4_000, query_timeout: 6_000, statement_timeout: 5_000, lock_timeout: 4_000 };

/** The database as its owner: the role of requests may neither make schemas nor erase history. No connection is held while idle. */
@Injectable()
export class OwnerDoor implements OnApplicationShutdown {
  private readonly line = pLimit(ABREAST);
  private pool: pg.Pool | undefined;

  constructor(@Inject(OWNER_URL) private readonly ownerUrl: string) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }

  async rows<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.open().query<Row>(sql, [...parameters])).rows;
  }

  /** Statements without parameters, sent as one: one transaction. Gives the rows of all of them. */
  async script<Row extends object>(sql: string): Promise<Row[]> {
    const results: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await unlessTurnedAway(() => this.open().query<Row>(sql));
    return [results].flat().flatMap(({ rows }) => rows);
  }

  /** One transaction; tried again when PostgreSQL turns it away because of somebody else. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>, isolation = 'READ COMMITTED'): Promise<T> {
    return this.line(() => unlessTurnedAway(() => this.once(work, `BEGIN ISOLATION LEVEL ${isolation}`)));
  }

  /** A short transaction in the current workspace, which waits for nobody's long work. */
  async here<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const schema = pg.escapeIdentifier(currentWorkspace().schema);
    return unlessTurnedAway(() => this.once(work, `BEGIN; SET LOCAL search_path TO ${schema}`));
  }

  private async once<T>(work: (client: pg.PoolClient) => Promise<T>, begin: string): Promise<T> {
    const client = await this.open().connect();
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // A connection in an unknown state is nobody else's.
      client.release(true);
      throw error;
    }
  }

  /** @throws Refusal `not-simulators-own` for a database that the simulator neither made nor marked */
  async mustBeOurs(): Promise<void> {
    if ((await this.rows('SELECT FROM public.simulator_mark')).length === 0) throw new Refusal('not-simulators-own');
  }

  private open(): pg.Pool {
    return (this.pool ??= poolOf(this.ownerUrl, { max: CONNECTIONS, idleTimeoutMillis: 10_000, ...PATIENCE }));
  }
}

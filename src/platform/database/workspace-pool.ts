import pg from 'pg';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../workspace/workspace.context.ts';
import { survives } from './connections.ts';

type ConnectCallback = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error | boolean) => void) => void;

/** What pg says when `query_timeout` is over. */
const LATE = 'Query read timeout';

/** Connections for all workspaces but `default`, together. */
export const VISITING_CONNECTIONS = 10;

/** PostgreSQL remembers every table that a connection has seen: one that has been in many schemas is replaced before it grows heavy. */
const MOST_VISITS = 1_000;

/**
 * A pg pool that knows workspaces, of which the domain knows nothing. `default` has connections of its own, which never stand elsewhere:
 * it costs no statement, whatever goes on beside it. The others share connections that are moved into their schema when they are
 * checked out.
 */
export class WorkspacePool extends pg.Pool {
  private readonly given: pg.PoolConfig;
  private visiting: VisitingPool | undefined;

  constructor(options: pg.PoolConfig = {}) {
    super(options);
    this.given = options;
    this.on('connect', survives).on('connect', closeWhenLate);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    const { schema } = currentWorkspace();
    const checkedOut = schema === DEFAULT_WORKSPACE.schema ? super.connect() : (this.visiting ??= this.openVisiting()).visit(schema);
    if (!callback) return checkedOut;
    checkedOut.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    const ended = Promise.all([super.end(), this.visiting?.end()]).then(() => undefined);
    if (!callback) return ended;
    ended.then(callback, callback);
  }

  private openVisiting(): VisitingPool {
    const pool = new VisitingPool({ ...this.given, max: VISITING_CONNECTIONS, maxUses: MOST_VISITS });
    pool.on('connect', survives).on('connect', closeWhenLate);
    return pool.on('error', (error, client) => this.emit('error', error, client));
  }
}

/** Connections that stand in the schema where they were last. */
class VisitingPool extends pg.Pool {
  private readonly schemaOf = new WeakMap<object, string>();

  async visit(schema: string): Promise<pg.PoolClient> {
    const client = await this.connect();
    if (this.schemaOf.get(client) === schema) return client;
    try {
      await client.query(`SET search_path TO ${pg.escapeIdentifier(schema)}`);
      this.schemaOf.set(client, schema);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

/**
 * Makes a connection end when an answer is late. pg by itself only stops waiting: it would hand the connection on with the statement
 * still under way, and drop the ROLLBACK that waits behind it. When the server woke up, the connection would stand in a transaction that
 * nobody ends, and whoever used it next would be told of success for work that is never committed.
 */
function closeWhenLate(client: pg.PoolClient): void {
  const ask = client.query.bind(client) as (...statement: unknown[]) => unknown;
  client.query = ((...statement: unknown[]) => {
    const answer = ask(...statement);
    if (answer instanceof Promise) {
      answer.catch((error: Error) => {
        if (error.message === LATE) void (client as unknown as pg.Client).end();
      });
    }
    return answer;
  }) as pg.PoolClient['query'];
}

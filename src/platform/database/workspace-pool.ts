import pg from 'pg';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../workspace/workspace.context.ts';

type ConnectCallback = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error | boolean) => void) => void;

const schemaOf = new WeakMap<object, string>();

/** What pg says when `query_timeout` is over. */
const LATE = 'Query read timeout';

/**
 * A pg pool whose connections stand in the schema of the workspace that checks them out. The domain knows nothing of it.
 * A connection that already stands there — always, while only `default` is used — costs no statement.
 */
export class WorkspacePool extends pg.Pool {
  constructor(options?: pg.PoolConfig) {
    super(options);
    this.on('connect', closeWhenLate);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    const checkedOut = this.checkOut();
    if (!callback) return checkedOut;
    checkedOut.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  private async checkOut(): Promise<pg.PoolClient> {
    const { schema } = currentWorkspace();
    const client = await super.connect();
    if ((schemaOf.get(client) ?? DEFAULT_WORKSPACE.schema) === schema) return client;
    try {
      await client.query(`SET search_path TO ${pg.escapeIdentifier(schema)}`);
      schemaOf.set(client, schema);
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

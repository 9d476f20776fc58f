import pg from 'pg';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../workspace/workspace.context.ts';

type ConnectCallback = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error | boolean) => void) => void;

const schemaOf = new WeakMap<object, string>();

/**
 * A pg pool whose connections stand in the schema of the workspace that checks them out. The domain knows nothing of it.
 * A connection that already stands there — always, while only `default` is used — costs no statement.
 */
export class WorkspacePool extends pg.Pool {
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

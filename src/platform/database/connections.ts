import pg from 'pg';

/**
 * Connections that break without taking the process with them. pg tells of a break as an `error` event, which ends a process where nobody
 * listens, and its pool listens only to connections that nobody has: one that was just handed out, or that waits between two questions,
 * would be enough. Whoever uses the connection is told by its next question.
 */
export function survives<Connection extends pg.ClientBase>(connection: Connection): Connection {
  return connection.on('error', () => undefined);
}

/** A connection of its own, not yet connected. */
export function connectionTo(url: string, options: Omit<pg.ClientConfig, 'connectionString'> = {}): pg.Client {
  return survives(new pg.Client({ ...options, connectionString: url }));
}

/** A pool beside the domain's; its idle connections leave it when they break. */
export function poolOf(url: string, options: Omit<pg.PoolConfig, 'connectionString'> = {}): pg.Pool {
  return new pg.Pool({ ...options, connectionString: url }).on('connect', survives).on('error', () => undefined);
}

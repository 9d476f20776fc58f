import pg from 'pg';

/**
 * Connections that break without taking the process with them. pg tells of a break as an `error` event, which ends a process where nobody
 * listens, and its pool listens only to connections that nobody has: one that was just handed out, or that waits between two questions,
 * would be enough. Whoever uses the connection is told by its next question.
 */
export function survives<Connection extends pg.ClientBase>(connection: Connection): Connection {
  return connection.on('error', () => undefined);
}

/**
 * The database's URL, for sessions in UTC whatever zone the server, the database or the role has: where clocks are put forward a day has 23
 * hours, and times as text would bear another offset in summer. What else the URL asks of its sessions stays.
 */
export function inUtc(url: string): string {
  const [place = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const options = [...parameters.getAll('options'), '-c TimeZone=UTC'].join(' ');
  parameters.delete('options');
  parameters.append('options', options);
  return `${place}?${parameters.toString()}`;
}

/** A connection of its own, not yet connected. */
export function connectionTo(url: string, options: Omit<pg.ClientConfig, 'connectionString'> = {}): pg.Client {
  return survives(new pg.Client({ ...options, connectionString: inUtc(url) }));
}

/** A pool beside the domain's; its idle connections leave it when they break. */
export function poolOf(url: string, options: Omit<pg.PoolConfig, 'connectionString'> = {}): pg.Pool {
  return new pg.Pool({ ...options, connectionString: inUtc(url) }).on('connect', survives).on('error', () => undefined);
}

import { once } from 'node:events';
import type pg from 'pg';
import { WorkspacePool } from '../../platform/database/workspace-pool.ts';
import type { FaultBoard } from './fault-board.ts';
import { faultsOf, type FaultNameOf } from './fault-catalogue.ts';

type DatabaseFault = FaultNameOf<'database'>;
type Ask = (...statement: unknown[]) => Promise<unknown>;

const DEADLOCKS: readonly DatabaseFault[] = ['database-deadlock'];
const AT_THE_END: readonly DatabaseFault[] = faultsOf('database').filter((name) => !DEADLOCKS.includes(name));

/** PostgreSQL itself says it, so that an open transaction really is ended. */
const raise = (sqlstate: string) => `DO $$ BEGIN RAISE 'a fault of the simulator' USING ERRCODE = '${sqlstate}'; END $$`;
const TERMINATE = 'SELECT pg_terminate_backend(pg_backend_pid())';

/** A pool whose connections meet the faults of the database, while such are armed and a request of the API uses them. */
export function faultyPool(board: FaultBoard): typeof WorkspacePool {
  return class FaultyPool extends WorkspacePool {
    override connect(): Promise<pg.PoolClient>;
    override connect(callback: Parameters<WorkspacePool['connect']>[0]): void;
    override connect(callback?: Parameters<WorkspacePool['connect']>[0]): Promise<pg.PoolClient> | void {
      const taken = this.take();
      if (!callback) return taken;
      taken.then(
        (client) => callback(undefined, client, (error) => client.release(error)),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    }

    private async take(): Promise<pg.PoolClient> {
      if (!board.isRequest || !(await board.mayStrike(faultsOf('database')))) return super.connect();
      return exposed(await super.connect(), board);
    }
  };
}

/** Exposes the connection to faults until it is released. An occasion is every transaction that writes, be it a lone statement. */
function exposed(client: pg.PoolClient, board: FaultBoard): pg.PoolClient {
  const [query, release] = [Reflect.get(client, 'query'), Reflect.get(client, 'release')];
  const ask = query.bind(client) as unknown as Ask;
  let open = false;
  let wrote = false;
  const meeting: Ask = async (...statement) => {
    const text = textOf(statement[0]);
    if (/^\s*(BEGIN|START TRANSACTION)\b/i.test(text)) [open, wrote] = [true, false];
    const ends = /^\s*COMMIT\b/i.test(text);
    const writes = /\b(INSERT|UPDATE|DELETE)\b/i.test(text);
    if (writes && !wrote && (await board.meet(DEADLOCKS))) await ask(raise('40P01'));
    wrote ||= writes;
    const strike = (ends && wrote) || (writes && !open) ? await board.meet(AT_THE_END) : undefined;
    if (ends || !open) [open, wrote] = [false, false];
    switch (strike?.name) {
      case 'database-serialization-failure':
        return ask(raise('40001'));
      case 'database-connection-lost-before-commit':
        return lose(client, ask);
      case 'database-connection-lost-after-commit':
        await ask(...statement);
        return lose(client, ask);
      case 'database-deadlock':
      case undefined:
        return ask(...statement);
    }
  };
  client.query = meeting as unknown as pg.PoolClient['query'];
  client.release = (error) => {
    client.query = query;
    release.call(client, error);
  };
  return client;
}

/** Only when it is gone for us too, so that nobody is handed it meanwhile. */
async function lose(client: pg.PoolClient, ask: Ask): Promise<never> {
  const ended = once(client, 'end');
  const lost: unknown = await ask(TERMINATE).catch((error: unknown) => error);
  await ended;
  throw lost instanceof Error ? lost : new Error('Connection terminated unexpectedly');
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | null)?.text ?? '');
}

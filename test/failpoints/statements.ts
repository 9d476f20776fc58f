import { once } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { fuse } from './fuse.ts';
import type { Effect } from './order.ts';
import { isUnderTest } from './under-test.ts';

type Ask = (...statement: unknown[]) => Promise<unknown>;

const STATES: Partial<Record<Effect, string>> = {
  deadlock: '40P01',
  'serialization-failure': '40001',
  'disk-full': '53100',
  cancelled: '57014',
};

/** Every statement of the request under test, transactions' own included, at the one door through which they all go. */
export function fuseStatements(): void {
  const client = pg.Client.prototype as unknown as { query: Ask };
  const { query } = client;
  client.query = function (this: pg.Client, ...statement) {
    const ask: Ask = (...asked) => query.apply(this, asked);
    const isWatched = fuse.isAbout('sql') || fuse.isAbout('commit.before') || fuse.isAbout('commit.after');
    if (!isWatched || !isUnderTest()) return ask(...statement);
    if (isStream(statement[0])) throw new Error('a statement that is a stream cannot be failed yet');
    const told = statement.at(-1);
    if (typeof told !== 'function') return fused(this, ask, statement);
    // As `pool.query` asks.
    fused(this, ask, statement.slice(0, -1)).then(
      (result) => (told as Told)(null, result),
      (error: unknown) => (told as Told)(error),
    );
    return undefined as never;
  };
}

type Told = (error: unknown, result?: unknown) => void;

function isStream(statement: unknown): boolean {
  return typeof (statement as { submit?: unknown } | null)?.submit === 'function';
}

async function fused(client: pg.Client, ask: Ask, statement: unknown[]): Promise<unknown> {
  const isCommit = /^\s*COMMIT\b/i.test(textOf(statement[0]));
  if (isCommit) await fuse.line('commit.before');
  const result = await asked(client, ask, statement, fuse.meet('sql')?.effect);
  if (isCommit) await fuse.line('commit.after');
  return result;
}

async function asked(client: pg.Client, ask: Ask, statement: unknown[], effect: Effect | undefined): Promise<unknown> {
  if (effect === undefined) return ask(...statement);
  if (effect === 'cut-before') {
    await cut(client);
    return ask(...statement);
  }
  if (effect === 'cut-after') {
    await ask(...statement);
    await cut(client);
    throw new Error('Connection terminated unexpectedly');
  }
  // PostgreSQL itself says it, so that an open transaction really is ended.
  return ask(`DO $$ BEGIN RAISE 'a failpoint' USING ERRCODE = '${STATES[effect]}'; END $$`);
}

/** Only when it is gone for us too. */
async function cut(client: pg.Client): Promise<void> {
  const ended = once(client, 'end');
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  await ended.catch(() => undefined);
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | null)?.text ?? '');
}

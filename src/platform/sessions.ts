import { createHash } from 'node:crypto';
import type { Transaction } from './database/database.ts';
import type { Randomness } from './randomness.ts';

/** How long an access token holds, in seconds [D]. */
export const ACCESS_SECONDS = 15 * 60;
/** How long a session can be refreshed, in seconds [D]. */
export const REFRESH_SECONDS = 12 * 3600;

export interface IssuedTokens {
  accessToken: string;
  /** Seconds until the access token ends. */
  expiresIn: number;
  refreshToken: string;
}

/** Tokens are opaque and random, so an unsalted hash cannot be turned back. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A table of sessions: which, and the column of whose they are. The two kinds of session differ in nothing else. */
export interface SessionTable {
  readonly name: 'staff_sessions' | 'account_sessions';
  readonly owner: 'staff_id' | 'account_id';
}

export async function openSession(
  tx: Pick<Transaction, 'rows'>,
  randomness: Randomness,
  table: SessionTable,
  ownerId: string,
): Promise<IssuedTokens> {
  const tokens = newTokens(randomness);
  await tx.rows(
    `INSERT INTO ${table.name} (id, ${table.owner}, access_hash, access_until, refresh_hash, refresh_until, created_at)
     VALUES ($1, $2, $3, domain_now() + $4 * interval '1 second', $5, domain_now() + $6 * interval '1 second', domain_now())`,
    [randomness.uuid(), ownerId, tokenHash(tokens.accessToken), ACCESS_SECONDS, tokenHash(tokens.refreshToken), REFRESH_SECONDS],
  );
  return tokens;
}

/** Exchanges a live refresh token for a new pair, once: the old pair is dead. Undefined when the token is not live. */
export async function refreshSession(
  tx: Pick<Transaction, 'rows'>,
  randomness: Randomness,
  table: SessionTable,
  refreshToken: string,
): Promise<{ ownerId: string; tokens: IssuedTokens } | undefined> {
  const tokens = newTokens(randomness);
  const [row] = await tx.rows<{ owner_id: string }>(
    `UPDATE ${table.name} SET access_hash = $2, access_until = domain_now() + $3 * interval '1 second', refresh_hash = $4
     WHERE refresh_hash = $1 AND refresh_until > domain_now() RETURNING ${table.owner} AS owner_id`,
    [tokenHash(refreshToken), tokenHash(tokens.accessToken), ACCESS_SECONDS, tokenHash(tokens.refreshToken)],
  );
  return row && { ownerId: row.owner_id, tokens };
}

export async function endSession(tx: Pick<Transaction, 'rows'>, table: SessionTable, sessionId: string): Promise<void> {
  await tx.rows(`DELETE FROM ${table.name} WHERE id = $1`, [sessionId]);
}

export async function endOtherSessions(tx: Pick<Transaction, 'rows'>, table: SessionTable, ownerId: string, keptId: string): Promise<void> {
  await tx.rows(`DELETE FROM ${table.name} WHERE ${table.owner} = $1 AND id <> $2`, [ownerId, keptId]);
}

function newTokens(randomness: Randomness): IssuedTokens {
  return { accessToken: randomness.token(), expiresIn: ACCESS_SECONDS, refreshToken: randomness.token() };
}

import type pg from 'pg';
import { rowsOf } from '../crash/aftermath.ts';
import { clerkTokens } from '../crash/desk.ts';
import { exchange } from '../crash/exchange.ts';
import { inTurns } from '../crash/in-turns.ts';

/** Whoever never got a password is given another. @returns how many those were */
export async function reissueFailed(database: pg.Client, url: string, round: string): Promise<number> {
  const failed = await rowsOf<{ id: string; office_code: string }>(
    database,
    `SELECT id, office_code FROM declarations JOIN LATERAL (
       SELECT state FROM messages WHERE declaration_id = declarations.id AND purpose = 'credentials' ORDER BY issue DESC LIMIT 1) AS latest ON true
     WHERE latest.state = 'permanent-failure'`,
  );
  const tokens = await clerkTokens(url, new Set(failed.map(({ office_code: office }) => office)));
  await inTurns(failed, async ({ id, office_code: office }) => {
    const outcome = await exchange({
      method: 'POST',
      url: `${url}/v1/staff/declarations/${id}/credentials`,
      headers: { Authorization: `Bearer ${tokens.get(office)}`, 'Idempotency-Key': `anew-${round}-${id}` },
      body: { reason: 'The gateway refused the message' },
    });
    if (outcome.kind !== 'answer' || outcome.status !== 200)
      throw new Error(`a password could not be issued anew: ${outcome.kind === 'answer' ? outcome.code : outcome.why}`);
  });
  return failed.length;
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqlState, unlessTurnedAway, type Transaction } from '../../src/platform/database/database.ts';
import { Bench, dossier } from './bench.ts';

/** A connection for each of two who meet, and none to spare. */
const CONNECTIONS = 2;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open({ poolSize: CONNECTIONS });
});
afterAll(() => bench.close());

/** What PostgreSQL says when it turns somebody away, said by PostgreSQL. */
const refusal = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${state}'; END $$`;

/** Runs work that is turned away as often as there are tries. @returns the milliseconds from each try's end to the next one's beginning */
async function restsOf(state: string): Promise<number[]> {
  const rests: number[] = [];
  let endedAt: number | undefined;
  const failing = bench.database.transaction(async (tx) => {
    if (endedAt !== undefined) rests.push(performance.now() - endedAt);
    await tx.rows(refusal(state)).finally(() => (endedAt = performance.now()));
  });
  await expect(failing.catch((error: unknown) => Promise.reject(new Error(sqlState(error))))).rejects.toThrow(state);
  return rests;
}

describe.each(['40P01', '40001'])('whoever is turned away with %s', (state) => {
  it('tries three times in all, and rests in between, longer the second time', async () => {
    const rests = await restsOf(state);
    expect(rests).toHaveLength(2);
    // A timer may be early by less than a millisecond.
    expect(rests[0]).toBeGreaterThan(4);
    expect(rests[1]).toBeGreaterThan(24);
  });

  it('rests for a time of their own, not in step with whom they met', async () => {
    const rests = await Promise.all(
      Array.from({ length: 40 }, async () => {
        let triedAt = 0;
        let rest = 0;
        const work = async () => {
          rest = performance.now() - triedAt;
          triedAt = performance.now();
          throw Object.assign(new Error(), { code: state });
        };
        await unlessTurnedAway(work).catch(() => undefined);
        return rest;
      }),
    );
    // In step they would all wake in the same turn of the event loop.
    expect(Math.max(...rests) - Math.min(...rests)).toBeGreaterThan(8);
    expect(new Set(rests.map(Math.round)).size).toBeGreaterThan(5);
  });

  it('holds no connection meanwhile', async () => {
    let begun = 0;
    const resting = Array.from({ length: CONNECTIONS }, () =>
      bench.database
        .transaction(async (tx) => {
          begun++;
          while (begun < CONNECTIONS) await tx.rows('SELECT 1');
          await tx.rows(refusal(state));
        })
        .catch(() => undefined),
    );
    // These stand in line for the connections: whoever kept one while resting would begin three times before it is theirs.
    const begunWhenServed: number[] = [];
    const waiting = Array.from({ length: CONNECTIONS }, () =>
      bench.database.transaction(async (tx) => {
        begunWhenServed.push(begun);
        while (begunWhenServed.length < CONNECTIONS) await tx.rows('SELECT 1');
      }),
    );
    await Promise.all([...resting, ...waiting]);
    expect(begunWhenServed).toEqual([CONNECTIONS, CONNECTIONS]);
    expect(begun).toBe(CONNECTIONS * 3);
  });
});

describe('anything else that goes wrong', () => {
  it('is not tried again', async () => {
    let tries = 0;
    const failing = bench.database.transaction(async (tx) => {
      tries++;
      await tx.rows(refusal('23505'));
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(tries).toBe(1);
  });
});

describe('two who lock each other’s dossier', () => {
  it('both come through: PostgreSQL turns one away, who comes again', async () => {
    const [one, other] = [dossier(), dossier()];
    for (const row of [one, other]) await bench.insert('declarations', row);
    const locked = (tx: Transaction, row: Record<string, unknown>) =>
      tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [String(row['id'])]);
    let met: () => void;
    const bothHoldOne = new Promise<void>((resolve) => (met = resolve));
    let holding = 0;
    let tries = 0;
    const crosswise = (first: Record<string, unknown>, second: Record<string, unknown>) =>
      bench.database.transaction(async (tx) => {
        tries++;
        await locked(tx, first);
        if (++holding === 2) met();
        await bothHoldOne;
        await locked(tx, second);
      });
    await Promise.all([crosswise(one, other), crosswise(other, one)]);
    const versions = await bench.database.rows('SELECT version FROM declarations WHERE id = ANY($1)', [[one['id'], other['id']]]);
    expect(versions).toEqual([{ version: 3 }, { version: 3 }]);
    expect(tries).toBe(3);
  });
});

describe('an intention of one statement', () => {
  it('is no more than that', async () => {
    const two = bench.database.statement(async (tx) => [await tx.rows('SELECT 1'), await tx.rows('SELECT 2')]);
    await expect(two).rejects.toThrow('more than one statement needs a transaction');
  });

  it('is followed by what follows a commit, and by nothing when it fails', async () => {
    const followed: string[] = [];
    const attempt = (sql: string) =>
      bench.database.statement(async (tx) => {
        tx.afterCommit(() => followed.push(sql));
        await tx.rows(sql);
      });
    await attempt('SELECT 1');
    await expect(attempt(refusal('P0001'))).rejects.toThrow('not now');
    expect(followed).toEqual(['SELECT 1']);
  });
});

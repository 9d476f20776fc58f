import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/platform/health/metrics.ts';
import { Housekeeping } from '../../src/platform/housekeeping.ts';
import { Idempotency, type Claim } from '../../src/platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../../src/platform/limits/attempt-limits.ts';
import { LIMITS } from '../../src/platform/limits/limits.ts';
import { Randomness } from '../../src/platform/randomness.ts';
import { Refusal, type RefusalDetails } from '../../src/platform/refusal.ts';
import { Workspaces } from '../../src/platform/workspace/workspaces.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let idempotency: Idempotency;
let limits: AttemptLimits;

beforeAll(async () => {
  bench = await Bench.open({ poolSize: 20 });
  idempotency = new Idempotency(bench.database, new Randomness(), new Housekeeping(new Workspaces()));
  limits = new AttemptLimits(bench.database, { rateLimitFactor: 1 }, new Housekeeping(new Workspaces()), new Metrics());
});
afterAll(() => bench.close());

interface Outcomes<T> {
  done: T[];
  refused: string[];
  details: RefusalDetails[];
}

/** So many at once; anything but success and refusals is thrown. */
async function atOnce<T>(count: number, work: (turn: number) => Promise<T>): Promise<Outcomes<T>> {
  const outcomes: Outcomes<T> = { done: [], refused: [], details: [] };
  for (const result of await Promise.allSettled(Array.from({ length: count }, (_none, turn) => work(turn)))) {
    if (result.status === 'fulfilled') outcomes.done.push(result.value);
    else if (result.reason instanceof Refusal) {
      outcomes.refused.push(result.reason.code);
      outcomes.details.push(result.reason.details);
    } else throw result.reason;
  }
  return outcomes;
}

const newKey = () => ({ raw: randomBytes(16).toString('hex'), scope: randomBytes(32), hash: randomBytes(32) });
const claimIdOf = (claim: Claim) => ('claimId' in claim ? claim.claimId : undefined);

describe('an idempotency key', () => {
  it('is claimed once by twenty who want it at the same time', async () => {
    const key = newKey();
    const fingerprint = randomBytes(32);
    const { done, refused } = await atOnce(20, () => idempotency.begin(key, fingerprint));
    expect(done.map(claimIdOf)).toEqual([expect.any(String)]);
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'request-in-progress'));
  });

  it('is taken over once, when the one who claimed it has been silent for a minute', async () => {
    const key = newKey();
    const fingerprint = randomBytes(32);
    await bench.owner.query('UPDATE clock SET frozen_at = domain_now()');
    const dead = claimIdOf(await idempotency.begin(key, fingerprint));
    await bench.timePasses('59 seconds');
    expect((await atOnce(1, () => idempotency.begin(key, fingerprint))).refused).toEqual(['request-in-progress']);
    await bench.timePasses('1 second');
    const { done, refused } = await atOnce(20, () => idempotency.begin(key, fingerprint));
    expect(done).toHaveLength(1);
    expect(claimIdOf(done[0]!)).not.toBe(dead);
    expect(refused).toHaveLength(19);
    await bench.owner.query('UPDATE clock SET frozen_at = NULL');
  });

  it('is not taken over by other content, however long its claim has been dead', async () => {
    const key = newKey();
    await idempotency.begin(key, randomBytes(32));
    await bench.timePasses('2 minutes');
    expect((await atOnce(5, () => idempotency.begin(key, randomBytes(32)))).refused).toEqual(
      Array.from({ length: 5 }, () => 'idempotency-key-reused'),
    );
  });

  it('is anybody’s again after a day', async () => {
    const key = newKey();
    await idempotency.begin(key, randomBytes(32));
    await bench.timePasses('24 hours');
    expect((await atOnce(5, () => idempotency.begin(key, randomBytes(32)))).done).toHaveLength(1);
  });

  it('keeps the answer of long work with what the work does once, or neither', async () => {
    const key = newKey();
    const fingerprint = randomBytes(32);
    const crashes = (when: 'before' | 'after') =>
      idempotency.around<{ answer: string }>(key, fingerprint, 201, async (settle) => {
        await bench.database.transaction(async (tx) => {
          await settle(tx, { answer: when });
          if (when === 'before') throw new Error('before the commit');
        });
        throw new Error('after the commit');
      });
    await expect(crashes('before')).rejects.toThrow('before the commit');
    expect(await idempotency.recall(key, fingerprint).catch((error: Refusal) => error.code)).toBe('request-in-progress');
    await bench.timePasses('1 minute');
    expect(await idempotency.recall(key, fingerprint)).toEqual({ now: expect.any(Date) });
    await expect(crashes('after')).rejects.toThrow('after the commit');
    expect(await idempotency.recall(key, fingerprint)).toMatchObject({ replay: { status: 201, answer: { answer: 'after' } } });
  });

  it('lets nobody settle whose claim a retry has taken over', async () => {
    const key = newKey();
    const fingerprint = randomBytes(32);
    const { refused } = await atOnce(1, () =>
      idempotency.around<{ by: string }>(key, fingerprint, 201, async (settle) => {
        await bench.timePasses('1 minute');
        await idempotency.around(key, fingerprint, 201, async () => ({ by: 'the retry' }));
        return bench.database.transaction(async (tx) => {
          await settle(tx, { by: 'the first' });
          return { by: 'the first' };
        });
      }),
    );
    expect(refused).toEqual(['request-in-progress']);
    expect((await idempotency.recall(key, fingerprint)).replay?.answer).toEqual({ by: 'the retry' });
  });

  it('lets quick work happen once, and gives everybody the same answer', async () => {
    const key = newKey();
    const fingerprint = randomBytes(32);
    let worked = 0;
    const { done, refused } = await atOnce(20, () => idempotency.once(key, fingerprint, 201, async () => ({ answer: ++worked })));
    expect(refused).toEqual([]);
    expect(worked).toBe(1);
    expect(done.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, () => ({ answer: 1 })));
    expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });
});

describe('a limit of five', () => {
  const login = (subject: string) => () => limits.count({ limit: 'citizen-login', subject });

  it('lets exactly five of fifty through that come at once, and tells the others how long to wait', async () => {
    const { done, refused, details } = await atOnce(50, login('at-once'));
    expect([LIMITS['citizen-login'].most, done.length, refused.length]).toEqual([5, 5, 45]);
    for (const { retryAfter } of details) expect(retryAfter).toBeGreaterThan(890);
  });

  it('counts every subject for itself', async () => {
    const { done } = await atOnce(50, (turn) => login(`subject-${turn % 10}`)());
    expect(done).toHaveLength(50);
  });

  it('begins anew when its quarter of an hour is over, for exactly five again', async () => {
    await atOnce(6, login('later'));
    await bench.timePasses('14 minutes 50 seconds');
    expect((await atOnce(3, login('later'))).done).toHaveLength(0);
    await bench.timePasses('10 seconds');
    expect((await atOnce(20, login('later'))).done).toHaveLength(5);
  });

  it('counts several limits in one step without anybody waiting for anybody for ever', async () => {
    const subjects = ['one', 'two', 'three', 'four'];
    const { refused } = await atOnce(40, (turn) => {
      const order = turn % 2 ? subjects : [...subjects].reverse();
      return limits.count(...order.map((subject) => ({ limit: 'submit-by-address', subject }) as const));
    });
    expect(refused).toEqual([]);
    const [row] = await bench.database.rows(
      `SELECT array_agg(attempts) AS attempts FROM attempt_counters WHERE bucket LIKE 'submit-by-address:%'`,
    );
    expect(row).toEqual({ attempts: [40, 40, 40, 40] });
  });

  it('comes out even when many count, prove and take back the same at once, in whatever order', async () => {
    const roomy = new AttemptLimits(bench.database, { rateLimitFactor: 1000 }, new Housekeeping(new Workspaces()), new Metrics());
    const [address, office, number, dossier] = ['203.0.113.7', '03101', '0397000007', '00007.GD/2021/03101'];
    const tracking = [
      { limit: 'tracking-by-number', subject: dossier, address },
      { limit: 'tracking-by-address', subject: address },
      { limit: 'tracking-failures-by-office', subject: office },
    ] as const;
    const sending = [
      { limit: 'submit-by-insurance-number', subject: number },
      { limit: 'submit-by-phone', subject: '0901200007' },
      { limit: 'submit-by-address', subject: address },
    ] as const;
    const { refused } = await atOnce(40, async (turn) => {
      const [tracks, sends] = turn % 2 ? [tracking, sending] : [[...tracking].reverse(), [...sending].reverse()];
      await roomy.count(...tracks, ...sends);
      await roomy.proven(...tracks);
      await roomy.cameToNothing('failure', sends);
    });
    expect(refused).toEqual([]);
    const [left] = await bench.database.rows(
      `SELECT sum(attempts)::int AS attempts FROM attempt_counters
       WHERE split_part(bucket, ':', 1) IN ('tracking-by-address', 'tracking-failures-by-office', 'submit-by-insurance-number', 'submit-by-phone')`,
    );
    expect(left).toEqual({ attempts: 0 });
  });
});

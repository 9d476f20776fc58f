import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Records } from '../support/records.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { World } from '../support/people.ts';

/** As in production: every volume limit holds as it is written. */
const environment = { RATE_LIMIT_FACTOR: '1' };

let first: TestServer;
let records: Records;

beforeAll(async () => {
  first = await startServer({ environment });
  records = Records.of(first.database);
});
afterAll(async () => {
  await records.close();
  await first.dispose();
});

const ELIGIBILITY = { insuranceNumber: '0397097379', idNumber: '031165000124', phone: '0352153000' };

async function attempts(world: World, path: string, body: object, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push((await world.api.post(path).send(body)).status);
  return statuses;
}

describe('a limit', () => {
  it('survives the end of the process: who was at the end of it still is, and hears when to come again', async () => {
    const before = new World(first.url);
    expect(await attempts(before, '/v1/eligibility', ELIGIBILITY, 7)).toEqual(Array.from({ length: 7 }, () => 200));
    await first.stop('SIGKILL');

    const second = await startServer({ environment, beside: first });
    try {
      const after = new World(second.url);
      expect(await attempts(after, '/v1/eligibility', ELIGIBILITY, 4)).toEqual([200, 200, 200, 429]);
      const refused: Response = await after.api.post('/v1/eligibility').send(ELIGIBILITY);
      expect(refused.body.code).toBe('too-many-attempts');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(86_000);

      const guess = { dossierNumber: '00001.GD/2021/03102', trackingCode: '0000-0000-0000-0000' };
      expect(await attempts(after, '/v1/declarations/tracking', guess, 6)).toEqual([404, 404, 404, 404, 404, 429]);
      await after.timePasses('P1D');
      expect(await attempts(after, '/v1/eligibility', ELIGIBILITY, 1)).toEqual([200]);
      expect(await attempts(after, '/v1/declarations/tracking', guess, 1)).toEqual([404]);
    } finally {
      await second.dispose();
    }
  });

  it('is counted for a hash: no number and no address of anybody stands in the counters', async () => {
    const buckets = await records.rows<{ bucket: string }>('SELECT bucket FROM attempt_counters');
    expect(buckets.length).toBeGreaterThan(2);
    for (const { bucket } of buckets) expect(bucket).toMatch(/^[a-z-]+:([\w-]{43}|\d\d?)$/);
  });
});

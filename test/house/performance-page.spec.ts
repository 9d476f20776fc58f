import { describe, expect, it } from '@jest/globals';
import { writeTables } from '../../bench/harness/table.ts';

describe('the page about performance', () => {
  it('has the tables that the saved results make', async () => {
    expect(await writeTables(false)).toBe(true);
  });
});

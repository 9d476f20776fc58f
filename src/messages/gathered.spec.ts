import { describe, expect, it } from '@jest/globals';
import { Gathered } from './gathered.ts';

/** Writes end when the test says so. */
function controlled() {
  const writes: { items: readonly string[]; end: (results: string[]) => void; fail: (error: Error) => void }[] = [];
  const gathered = new Gathered<string, string>(
    (items) => new Promise((resolve, reject) => writes.push({ items, end: resolve, fail: reject })),
  );
  return { gathered, writes };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what is gathered', () => {
  it('is written at once, and what comes meanwhile in one write afterwards', async () => {
    const { gathered, writes } = controlled();
    const [first, second, third] = ['a', 'b', 'c'].map((item) => gathered.add(item));
    expect(writes.map(({ items }) => items)).toEqual([['a']]);
    writes[0]!.end(['A']);
    expect(await first).toBe('A');
    await turn();
    expect(writes[1]!.items).toEqual(['b', 'c']);
    writes[1]!.end(['B', 'C']);
    expect(await Promise.all([second, third])).toEqual(['B', 'C']);
  });

  it('fails for those alone whose write failed', async () => {
    const { gathered, writes } = controlled();
    const first = gathered.add('a');
    const second = gathered.add('b');
    writes[0]!.fail(new Error('no database'));
    await expect(first).rejects.toThrow('no database');
    await turn();
    writes[1]!.end(['B']);
    expect(await second).toBe('B');
    const third = gathered.add('c');
    writes[2]!.end(['C']);
    expect(await third).toBe('C');
  });
});

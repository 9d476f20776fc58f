import { describe, expect, it } from '@jest/globals';
import { inShare } from './loop-share.ts';

/** Something that takes so long, by the clock. */
function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('work in small pieces', () => {
  it('leaves the event loop to others between them', async () => {
    let turns = 0;
    let isOver = false;
    const others = (): void => {
      turns++;
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    await Promise.all(Array.from({ length: 60 }, () => inShare(0, () => busy(1))));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it('is done first for what began first, whoever brings it first', async () => {
    const done: number[] = [];
    const piece = (since: number) =>
      inShare(since, () => {
        busy(1);
        done.push(since);
      });
    await Promise.all([...Array.from({ length: 12 }, () => piece(2)), ...Array.from({ length: 12 }, () => piece(1))]);
    // The first few found room.
    expect(done.indexOf(1)).toBeLessThan(6);
    expect(done.slice(-6)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('does not begin more than a few that are still on their way to a disk', async () => {
    let [under, most] = [0, 0];
    const piece = () =>
      inShare(
        0,
        () => undefined,
        async () => {
          most = Math.max(most, ++under);
          await new Promise((turn) => setImmediate(turn));
          under--;
        },
      );
    await Promise.all(Array.from({ length: 40 }, piece));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('hands a failure to whoever brought it, and goes on', async () => {
    const failing = inShare(0, () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await inShare(0, () => 1)).toBe(1);
  });
});

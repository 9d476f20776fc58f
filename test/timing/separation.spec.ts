import { describe, expect, it } from '@jest/globals';
import { bandOf, separationOf } from './separation.ts';

describe('what times tell', () => {
  it('is nothing where they are the same', () => {
    expect(separationOf([1, 2, 3, 4], [1, 2, 3, 4])).toEqual({ auc: 0.5, paired: 0.5, medianGap: 0 });
    expect(separationOf([1, 4], [2, 3])).toMatchObject({ auc: 0.5, paired: 0.5 });
  });

  it('is everything where one is always longer', () => {
    expect(separationOf([5, 6, 7], [1, 2, 3])).toEqual({ auc: 1, paired: 1, medianGap: 4 });
    expect(separationOf([1, 2, 3], [5, 6, 7])).toMatchObject({ auc: 0, paired: 0 });
  });

  it('shows in pairs although the machine is noisy', () => {
    const noise = Array.from({ length: 1_000 }, (_, pair) => ((pair * 7919) % 1_000) / 10);
    const { auc, paired } = separationOf(
      noise.map((time) => time + 0.1),
      noise,
    );
    expect(auc).toBeCloseTo(0.5, 2);
    expect(paired).toBe(1);
  });

  it('may be chance in few pairs, not in a thousand', () => {
    expect(bandOf(100)).toBeGreaterThan(0.15);
    expect(bandOf(1_000)).toBeLessThan(0.056);
    expect(bandOf(5_000)).toBe(0.05);
  });
});

import { describe, expect, it } from '@jest/globals';
import { periodOf } from './period.ts';

const NOW = new Date('2021-04-20T18:00:00Z');

describe('the period of a statistic', () => {
  it.each([
    [{}, { from: '2021-03-23', to: '2021-04-21' }],
    [{ to: '2021-03-01' }, { from: '2021-01-31', to: '2021-03-01' }],
    [{ from: '2021-04-21' }, { from: '2021-04-21', to: '2021-04-21' }],
    [
      { from: '2020-01-01', to: '2020-12-31' },
      { from: '2020-01-01', to: '2020-12-31' },
    ],
  ])('asked for by %j is %j', (wish, period) => {
    expect(periodOf(wish, NOW)).toEqual(period);
  });

  it.each([
    { from: '2021-02-30' },
    { to: '2021-13-01' },
    { from: '2021-04-22' },
    { from: '2021-04-02', to: '2021-04-01' },
    { from: '2019-01-01', to: '2021-01-01' },
    { from: 'yesterday' },
    { from: '21-04-2021' },
  ])('is not %j', (wish) => {
    expect(() => periodOf(wish, NOW)).toThrow('malformed-request');
  });
});

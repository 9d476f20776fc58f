import { describe, expect, it } from '@jest/globals';
import { fourEyesOf } from './four-eyes.rule.ts';

describe('four eyes', () => {
  it.each([
    ['what a citizen sent needs no second officer', null, false, 'kept'],
    ['what a colleague typed has its second officer', 'colleague', false, 'kept'],
    ['what one typed oneself lacks the second officer', 'approver', false, 'missing'],
    ['what one typed oneself may be answered for with a reason', 'approver', true, 'overridden'],
    ['a reason for nothing is no override: a citizen sent it', null, true, 'nothing-to-override'],
    ['a reason for nothing is no override: a colleague typed it', 'colleague', true, 'nothing-to-override'],
  ])('%s', (_rule, typedBy, isOverride, verdict) => {
    expect(fourEyesOf(typedBy, 'approver', isOverride)).toBe(verdict);
  });
});

import { describe, expect, it } from '@jest/globals';
import { erasureVerdict } from './erasure.rule.ts';

describe('what was declared is erased on request', () => {
  it.each([
    ['APPROVED', true, false, 'account-not-named'],
    ['APPROVED', true, true, 'erase'],
    ['APPROVED', false, false, 'erase'],
    ['REJECTED', false, false, 'erase'],
    ['WITHDRAWN', false, false, 'erase'],
    ['EXPIRED', false, true, 'erase'],
    ['DRAFT', false, false, 'remove-draft'],
    ['SUBMITTED', false, true, 'still-open'],
    ['IN_VERIFICATION', false, true, 'still-open'],
    ['RETURNED', false, true, 'still-open'],
  ])('of a dossier that is %s, account %s, account named %s: %s', (status, hasAccount, withAccount, verdict) => {
    expect(erasureVerdict({ status, hasAccount, erased: false }, withAccount)).toBe(verdict);
    expect(erasureVerdict({ status, hasAccount, erased: true }, withAccount)).toBe('erased-already');
  });
});

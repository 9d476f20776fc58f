import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differingSigns, MOST_DIFFERING_SIGNS, partsOf } from './likeness.rule.ts';

const aHash = fc.array(fc.constantFrom('0', '1'), { minLength: 256, maxLength: 256 }).map((signs) => signs.join(''));

describe('near hashes', () => {
  it('have a part in common, wherever they differ, so that an index finds them by equality', () => {
    const places = fc.uniqueArray(fc.nat(255), { maxLength: MOST_DIFFERING_SIGNS });
    fc.assert(
      fc.property(aHash, places, (hash, changed) => {
        const near = Array.from(hash, (sign, at) => (changed.includes(at) ? (sign === '1' ? '0' : '1') : sign)).join('');
        expect(differingSigns(hash, near)).toBe(changed.length);
        expect(partsOf(near).some((part) => partsOf(hash).includes(part))).toBe(true);
      }),
    );
  });

  it('are no nearer than the parts allow: one more difference than parts could hide in all of them', () => {
    expect(partsOf('0'.repeat(256))).toHaveLength(MOST_DIFFERING_SIGNS + 1);
  });
});

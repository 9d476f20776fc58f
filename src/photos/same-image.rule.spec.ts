import { describe, expect, test } from '@jest/globals';
import { sameImageFaults } from './same-image.rule.ts';

const [one, two, three] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));

describe('the same picture in two slots', () => {
  test('three different pictures are in order, and so is one alone', () => {
    expect(sameImageFaults({ portrait: one, idFront: two, idBack: three })).toEqual([]);
    expect(sameImageFaults({ idFront: one })).toEqual([]);
    expect(sameImageFaults({})).toEqual([]);
  });

  test('the later slot carries the fault, whatever order they are named in', () => {
    const fault = { pointer: '/idBack', code: 'same-as-other-slot' };
    expect(sameImageFaults({ idBack: one, idFront: one, portrait: two })).toEqual([fault]);
    expect(sameImageFaults({ idBack: one, portrait: one })).toEqual([fault]);
  });

  test('one picture three times is two faults', () => {
    expect(sameImageFaults({ portrait: one, idFront: one, idBack: one }).map(({ pointer }) => pointer)).toEqual(['/idFront', '/idBack']);
  });
});

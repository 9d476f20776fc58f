import { describe, expect, it } from '@jest/globals';
import { missingSlots } from './required-photos.rule.ts';

describe('the photos of a declaration', () => {
  it('are three for every card, and for a paper that nobody has named yet', () => {
    for (const idType of ['cccd', 'cmnd', undefined] as const) {
      expect(missingSlots(idType, new Set())).toEqual(['portrait', 'idFront', 'idBack']);
      expect(missingSlots(idType, new Set(['portrait', 'idFront']))).toEqual(['idBack']);
    }
  });

  it('are two for a passport; a third is welcome', () => {
    expect(missingSlots('passport', new Set(['idBack']))).toEqual(['portrait', 'idFront']);
    expect(missingSlots('passport', new Set(['portrait', 'idFront', 'idBack']))).toEqual([]);
  });
});

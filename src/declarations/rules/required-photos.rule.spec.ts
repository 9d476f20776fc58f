import { describe, expect, it } from '@jest/globals';
import { dependsOnRegistry, missingSlots } from './required-photos.rule.ts';

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

  it('are the portrait alone where the sides of the paper are not asked for', () => {
    expect(missingSlots('cccd', new Set(), false)).toEqual(['portrait']);
    expect(missingSlots('cccd', new Set(['portrait']), false)).toEqual([]);
  });

  it('depend on the registry for a CCCD without its photos, and where the process says so', () => {
    const later = 'unless-population-matches';
    expect(dependsOnRegistry(later, 'cccd', ['idFront', 'idBack'])).toBe(true);
    expect(dependsOnRegistry(later, 'cccd', ['portrait'])).toBe(false);
    expect(dependsOnRegistry(later, 'passport', ['idFront'])).toBe(false);
    expect(dependsOnRegistry(later, 'cmnd', ['idFront', 'idBack'])).toBe(false);
    expect(dependsOnRegistry('required', 'cccd', ['idFront', 'idBack'])).toBe(false);
  });
});

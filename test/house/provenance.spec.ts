import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { ownProvenance, provenanceOf } from '../provenance/marks.ts';
import { provenanceJson, provenancePage } from '../provenance/pages.ts';

const own = ownProvenance();

describe('every rule', () => {
  it('says where it comes from', () => {
    expect(own.unmarked).toEqual([]);
    expect(own.entries.length).toBeGreaterThan(200);
  });

  it.each([
    ['docs/provenance.json', provenanceJson],
    ['docs/provenance.md', provenancePage],
  ])('stands in %s as the code says it: else run `npm run provenance`', (path, write) => {
    expect(readFileSync(join(packageRoot(), path), 'utf8')).toBe(write(own.entries));
  });

  it('would be missed without its mark, and each statement is as sure as the mark behind it', () => {
    const text = `
      /** Ten digits [S], never refused by prefix [D]. */
      export const NUMBER = 1;
      /** It just is so. */
      export function mystery() {}
      /** Not for others. */
      const inner = 2;`;
    const { entries, unmarked } = provenanceOf([{ path: 'src/made-up/number.rule.ts', text }]);
    expect(unmarked).toEqual(['src/made-up/number.rule.ts#mystery']);
    expect(entries).toEqual([
      { rule: 'made-up/number.rule.ts#NUMBER', statement: 'Ten digits', origin: 'public', confidence: 'high' },
      { rule: 'made-up/number.rule.ts#NUMBER', statement: 'never refused by prefix.', origin: 'decided', confidence: 'ours' },
    ]);
  });

  it('of a table is a row of its own', () => {
    const text = `
      export const LIMITS = {
        /** Five [S]. */
        login: { most: 5 },
        other: { most: 1 },
      } as const satisfies object;`;
    const { entries, unmarked } = provenanceOf([{ path: 'src/platform/limits/limits.ts', text }]);
    expect(entries.map(({ rule }) => rule)).toEqual(['platform/limits/limits.ts#LIMITS.login']);
    expect(unmarked).toEqual(['src/platform/limits/limits.ts#LIMITS.other']);
  });
});

import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { patchedFiles, patchOf, run } from '../mutants/copy.ts';
import { MUTANTS } from '../mutants/mutants.ts';

describe('the planted bugs', () => {
  it('are twelve, and each has its patch', () => {
    const patches = readdirSync(dirname(patchOf('any'))).sort();
    expect(patches).toEqual(MUTANTS.map(({ name }) => `${name}.patch`).sort());
    expect(MUTANTS).toHaveLength(12);
  });

  it.each(MUTANTS.map(({ name }) => name))('can be planted in the present sources: %s', async (name) => {
    expect((await patchedFiles(patchOf(name))).length).toBeGreaterThan(0);
    // As if this tree stood in no repository, so that it is the same in a clone, a copy and an image.
    const { output } = await run('git', ['apply', '--check', patchOf(name)], packageRoot());
    expect(output).toBe('');
  });
});

import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../../src/platform/http/fault-catalogue.ts';
import { REFUSALS } from '../../src/platform/refusal-catalogue.ts';
import { isSpec, sources, withoutComments } from './sources.ts';

const CATALOGUES = ['src/platform/refusal-catalogue.ts', 'src/platform/http/fault-catalogue.ts'];

const code = sources('src')
  .filter((source) => !isSpec(source) && !CATALOGUES.includes(source.path))
  .map(({ path, text }) => ({ path, text: withoutComments(text) }));

const isSaid = (name: string) => code.some(({ text }) => text.includes(`'${name}'`));

describe('the catalogue of refusals', () => {
  it('has no code that nobody says', () => {
    expect(Object.keys(REFUSALS).filter((name) => !isSaid(name))).toEqual([]);
  });

  it('has no code that is only written into the API document', () => {
    const documented = /@ApiProblems\([^)]*\)/g;
    const said = code.map(({ text }) => text.replace(documented, '')).join('\n');
    expect(Object.keys(REFUSALS).filter((name) => !said.includes(`'${name}'`))).toEqual([]);
  });

  it('says everything in two languages, in composed letters, and says no two things alike', () => {
    const texts = Object.values(REFUSALS).flatMap(({ vi, en }) => [vi.title, vi.detail, en.title, en.detail]);
    expect(texts.filter((text) => text !== text.normalize('NFC') || text.trim() !== text || text === '')).toEqual([]);
    expect(Object.values(REFUSALS).filter(({ vi, en }) => vi.title === en.title || vi.detail === en.detail)).toEqual([]);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('the catalogue of faults', () => {
  it('has no code that nobody says', () => {
    expect(Object.keys(FAULTS).filter((name) => !isSaid(name))).toEqual([]);
  });

  it('has every code that is said of a field or a photo', () => {
    const said = code.flatMap(({ path, text }) =>
      [...text.matchAll(/pointer[^{}]*\bcode:\s*'([^']+)'/g)].map(([, name]) => ({ path, name: name! })),
    );
    expect(said.length).toBeGreaterThan(5);
    expect(said.filter(({ name }) => !Object.hasOwn(FAULTS, name))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { COVERABLE, COVERAGE_AREAS, coverageOf, DESKS_OWN_REFUSALS, transitionsOf } from './coverage.ts';

const nothing = () => Object.fromEntries(COVERAGE_AREAS.map((area) => [area, new Set<string>()])) as never;

describe('coverage', () => {
  it('of nothing is 0, of everything 1, and of all but one thing less than 1', () => {
    expect(coverageOf(nothing()).overall).toBe(0);
    const everything = Object.fromEntries(COVERAGE_AREAS.map((area) => [area, new Set(COVERABLE[area])])) as never;
    expect(coverageOf(everything).overall).toBe(1);
    const nearly = { ...(everything as object), reasons: new Set(COVERABLE.reasons.slice(1)) } as never;
    const { areas, overall } = coverageOf(nearly);
    expect(overall).toBeLessThan(1);
    expect(areas.reasons.untouched).toEqual([COVERABLE.reasons[0]]);
  });

  it('counts what is in the catalogues, and nothing else', () => {
    const { areas } = coverageOf({ ...(nothing() as object), states: new Set(['SUBMITTED', 'LOST']) } as never);
    expect(areas.states).toMatchObject({ touched: ['SUBMITTED'], share: 0.125 });
  });

  it('asks nobody for refusals that only the desk gives', () => {
    const codes = { desk: new Set<string>(), api: new Set<string>() };
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, Documented>> };
    for (const [path, operations] of Object.entries(paths)) {
      const given = Object.values(operations).flatMap(({ responses }) => Object.values(responses).flatMap(examplesOf));
      for (const code of given) (path.startsWith('/_sim') ? codes.desk : codes.api).add(code);
    }
    expect([...codes.desk].filter((code) => !codes.api.has(code)).sort()).toEqual([...DESKS_OWN_REFUSALS].sort());
  });
});

interface Documented {
  responses: Record<string, { content?: Record<string, { examples?: object }> }>;
}

function examplesOf({ content }: Documented['responses'][string]): string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {});
}

describe('a transition', () => {
  it('is gone from where history says, or from the only status that knows the action', () => {
    expect(transitionsOf([{ action: 'lease', from: 'SUBMITTED' }])).toEqual(['SUBMITTED lease IN_VERIFICATION']);
    expect(transitionsOf([{ action: 'submit', from: null }])).toEqual(['DRAFT submit SUBMITTED']);
    expect(transitionsOf([{ action: 'lease', from: null }])).toEqual([]);
  });
});

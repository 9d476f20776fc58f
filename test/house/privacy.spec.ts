import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ABOUT_NOBODY, HOLDINGS, type Holding } from '../support/holdings.ts';
import { Bench } from '../database/bench.ts';

const holdings: readonly Holding[] = Object.values(HOLDINGS);

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

/** The table as docs/privacy.md shows it. */
function asMarkdown(): string {
  const rows = holdings.map(({ what, where, kept, why }) => {
    const places = [...new Set(where.map((place) => (place.includes(' ') ? place : place.split('.')[0]!)))];
    return `| ${what} | ${places.map((place) => (place.includes(' ') ? place : `\`${place}\``)).join(', ')} | ${kept} | ${why} |`;
  });
  return ['| what | where | how long | why |', '|---|---|---|---|', ...rows].join('\n');
}

describe('the table of what is held about people', () => {
  it('stands in the documentation word for word', () => {
    expect(readFileSync('docs/privacy.md', 'utf8')).toContain(asMarkdown());
  });

  it('names every column of the schema, or its table is about nobody', async () => {
    const { rows } = await bench.owner.query<{ place: string; whole: string }>(
      `SELECT table_name || '.' || column_name AS place, table_name || '.*' AS whole FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const named = new Set<string>([...holdings.flatMap(({ where }) => where), ...ABOUT_NOBODY]);
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ place, whole }) => !named.has(place) && !named.has(whole)).map(({ place }) => place)).toEqual([]);
  });

  it('names no table and no column that is not there', async () => {
    const { rows } = await bench.owner.query<{ place: string; whole: string }>(
      `SELECT table_name || '.' || column_name AS place, table_name || '.*' AS whole FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const there = new Set(rows.flatMap(({ place, whole }) => [place, whole]));
    const places = [...holdings.flatMap(({ where }) => where), ...ABOUT_NOBODY];
    expect(places.filter((place) => !place.includes(' ') && !there.has(place))).toEqual([]);
  });
});

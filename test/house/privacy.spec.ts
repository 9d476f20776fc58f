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
  const rows = holdings.map(({ what, class: dataClass, where, kept, why }) => {
    const places = [...new Set(where.map((place) => (place.includes(' ') ? place : place.split('.')[0]!)))];
    return `| ${what} | ${dataClass} | ${places.map((place) => (place.includes(' ') ? place : `\`${place}\``)).join(', ')} | ${kept} | ${why} |`;
  });
  return ['| what | class | where | how long | why |', '|---|---|---|---|---|', ...rows].join('\n');
}

describe('the table of what is held about people', () => {
  it('stands in the documentation word for word', () => {
    expect(readFileSync('docs/privacy.md', 'utf8')).toContain(asMarkdown());
  });

  it('names every column of the schema, and so gives it a class, or its table is about nobody', async () => {
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

describe('whoever gets in by something', () => {
  it('does not find it at rest: what is secret, and a password, is a hash or sealed', () => {
    const secrets = holdings.filter((holding) => holding.class === 'secret' || /password/.test(holding.what));
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets.filter(({ what }) => !/hash|sealed/.test(what)).map(({ what }) => what)).toEqual([]);
  });
});

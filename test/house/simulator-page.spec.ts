import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULT_NAMES } from '../../src/simulator/faults/fault-catalogue.ts';
import { MAGIC_VALUES } from '../../src/simulator/magic/magic-values.ts';
import { simulatorTables } from '../support/simulator-page.ts';

const page = readFileSync('docs/simulator.md', 'utf8');

describe('the page of the simulator', () => {
  it.each(simulatorTables().map((table) => [table.slice(0, table.indexOf('\n')), table]))('shows the catalogue: %s', (_head, table) => {
    expect(page).toContain(table);
  });

  it('names no fault that there is not', () => {
    const named = [...page.matchAll(/\b(?:sms|smtp|storage|registry|database|http)-[a-z0-9]+(?:-[a-z]+)*/g)].map(([name]) => name);
    expect(named.filter((name) => !(FAULT_NAMES as readonly string[]).includes(name))).toEqual([]);
  });
});

describe('a magic value', () => {
  it('is one: of two the last would win in silence', () => {
    const values = MAGIC_VALUES.map(({ value }) => value);
    expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
  });
});

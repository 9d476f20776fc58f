import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { FILE_EFFECTS, LINE_EFFECTS, SQL_EFFECTS, type Order } from './order.ts';
import type { Scenario } from './scenarios.ts';

/** One fault at one place of one story. */
export interface Cell {
  readonly name: string;
  readonly scenario: Scenario;
  readonly order: Order;
}

/** The fewest and the most that undisturbed requests had of something. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** How many statements and file operations one undisturbed request has. */
export interface Length {
  readonly sql: Range;
  readonly file: Range;
}

/**
 * Every named point with every effect, and, one beyond the last included, every statement and file operation. The last ones first: they
 * are there while folders are still to be made.
 */
export function cellsOf(name: string, scenario: Scenario, { sql, file }: Length): Cell[] {
  const orders: Order[] = [
    ...scenario.points.flatMap((point) => LINE_EFFECTS.map((effect) => ({ point, effect, nth: 1 }))),
    ...nths(sql).flatMap((nth) => SQL_EFFECTS.map((effect) => ({ point: 'sql' as const, effect, nth }))),
    ...nths(file).flatMap((nth) => FILE_EFFECTS.map((effect) => ({ point: 'file' as const, effect, nth }))),
  ];
  return orders.map((order) => ({ name, scenario, order }));
}

function nths({ most }: Range): number[] {
  return most === 0 ? [] : Array.from({ length: most + 1 }, (_, index) => most + 1 - index);
}

/** So many of them, in the order that they are in. */
export function sampleOf<T>(cells: readonly T[], size: number, seed: string): T[] {
  if (size >= cells.length) return [...cells];
  const dice = new Dice(`${seed} sample`);
  const drawn = cells.map((cell, place) => ({ cell, place, lot: dice.next() })).sort((one, other) => one.lot - other.lot);
  return drawn
    .slice(0, size)
    .sort((one, other) => one.place - other.place)
    .map(({ cell }) => cell);
}

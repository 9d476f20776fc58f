import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isScenario, SCENARIO_NAMES, type ScenarioName } from './scenarios.ts';

/** One run of the failpoints. */
export interface FailpointOptions {
  /** How often each fault strikes. */
  readonly repeats: number;
  /** So many of all faults, chosen by the seed. */
  readonly sample: number;
  readonly seed: string;
  readonly scenarios: readonly ScenarioName[];
}

export class BadOptions extends Error {}

export const USAGE = `npm run test:failpoints -- [--repeats 1] [--sample <how many, all by default>] [--seed <text>] [--only ${SCENARIO_NAMES.join(',')}]`;

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): FailpointOptions {
  const given = parse(args);
  const whole = (name: 'repeats' | 'sample', fallback: number) => {
    const text = given[name];
    if (text === undefined) return fallback;
    if (!/^\d{1,7}$/.test(text) || text === '0') throw new BadOptions(`--${name}: expected a whole number, 1 or more`);
    return Number(text);
  };
  const scenarios = given.only?.split(',') ?? [...SCENARIO_NAMES];
  const unknown = scenarios.find((name) => !isScenario(name));
  if (unknown !== undefined) throw new BadOptions(`--only: there is no ${unknown}`);
  return {
    repeats: whole('repeats', 1),
    sample: whole('sample', Infinity),
    seed: given.seed ?? String(randomInt(1_000_000)),
    scenarios: scenarios.filter(isScenario),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { repeats: text, sample: text, seed: text, only: text } }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

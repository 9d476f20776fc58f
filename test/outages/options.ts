import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface OutageOptions {
  readonly seed: string;
  /** The rehearsals by name. */
  readonly only: readonly string[];
  /** How often the service is told to stop under load. */
  readonly sigterms: number;
  /** Sockets that dribble. */
  readonly slow: number;
  /** Whether a rehearsal that this machine cannot give is no failure. */
  readonly allowSkips: boolean;
}

export class BadOptions extends Error {}

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[], names: readonly string[]): OutageOptions {
  const given = parse(args);
  const whole = (name: 'sigterms' | 'slow', fallback: number) => {
    const text = given[name];
    if (text === undefined) return fallback;
    if (!/^\d{1,5}$/.test(text) || text === '0') throw new BadOptions(`--${name}: expected a whole number, 1 or more`);
    return Number(text);
  };
  const only = given.only?.split(',') ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BadOptions(`--only: there is no ${unknown}; there are ${names.join(', ')}`);
  return {
    seed: given.seed ?? String(randomInt(1_000_000)),
    only,
    sigterms: whole('sigterms', 20),
    slow: whole('slow', 500),
    allowSkips: given['allow-skips'] ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { seed: text, only: text, sigterms: text, slow: text, 'allow-skips': { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

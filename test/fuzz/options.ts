import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** One run of the fuzz test. */
export interface FuzzOptions {
  readonly requests: number;
  /** Decides every request but for the ids and tokens in it, which are the service's. */
  readonly seed: string;
  /** Requests under way at the same time, each over a connection of its own. */
  readonly connections: number;
}

export class BadOptions extends Error {}

export const USAGE = 'npm run test:fuzz -- [--requests 3000] [--seed <text>] [--connections 20]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): FuzzOptions {
  const given = parse(args);
  const whole = (name: 'requests' | 'connections', fallback: number) => {
    const text = given[name];
    if (text === undefined) return fallback;
    if (!/^[1-9]\d{0,7}$/.test(text)) throw new BadOptions(`--${name}: expected a whole number, 1 or more`);
    return Number(text);
  };
  return { requests: whole('requests', 3_000), seed: given.seed ?? String(randomInt(1_000_000)), connections: whole('connections', 20) };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { requests: text, seed: text, connections: text } }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

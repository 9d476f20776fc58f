import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ModelOptions } from './model-run.ts';

export class BadOptions extends Error {}

export const USAGE = 'npm run test:model -- [--runs 1000] [--seed <text>]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): ModelOptions {
  const { runs = '1000', seed = String(randomInt(1_000_000)) } = parse(args);
  if (!/^[1-9]\d{0,6}$/.test(runs)) throw new BadOptions('--runs: expected a whole number, 1 or more');
  return { runs: Number(runs), seed };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { runs: text, seed: text } }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface TimingOptions {
  readonly pairs: number;
  /** Decides which of a pair comes first. */
  readonly seed: string;
  /** Only doors whose name holds this text. */
  readonly door: string;
}

export class BadOptions extends Error {}

export const USAGE = 'npm run test:timing -- [--pairs 1000] [--seed <text>] [--door <part of a name>]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): TimingOptions {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { pairs: text, seed: text, door: text } });
    if (values.pairs !== undefined && !/^[1-9]\d{0,5}$/.test(values.pairs)) throw new Error('--pairs: expected a whole number, 1 or more');
    return { pairs: Number(values.pairs ?? 1_000), seed: values.seed ?? String(randomInt(1_000_000)), door: values.door ?? '' };
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

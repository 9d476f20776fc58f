import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface BadPhotoOptions {
  readonly files: number;
  /** Decides every file. */
  readonly seed: string;
  /** Files under way at the same time. */
  readonly lanes: number;
  /** Good photos like a phone's, before the bad ones. */
  readonly good: number;
}

export class BadOptions extends Error {}

export const USAGE = 'npm run test:bad-photos -- [--files 600] [--good 100] [--seed <text>] [--lanes 4]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): BadPhotoOptions {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { files: text, seed: text, lanes: text, good: text } });
    const whole = (name: 'files' | 'lanes' | 'good', fallback: number) => {
      const given = values[name];
      if (given !== undefined && !/^\d{1,7}$/.test(given)) throw new Error(`--${name}: expected a whole number`);
      return given === undefined ? fallback : Number(given);
    };
    return {
      files: whole('files', 600),
      good: whole('good', 100),
      lanes: Math.max(1, whole('lanes', 4)),
      seed: values.seed ?? String(randomInt(1_000_000)),
    };
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

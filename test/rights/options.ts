import { parseArgs } from 'node:util';

export interface RightsOptions {
  /** Of so many cells one is tried: 1 tries all. */
  readonly every: number;
  readonly lanes: number;
}

export class BadOptions extends Error {}

export const USAGE = 'npm run test:rights -- [--every 1] [--lanes 8]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): RightsOptions {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { every: text, lanes: text } });
    for (const [name, value] of Object.entries(values))
      if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error(`--${name}: expected a whole number, 1 or more`);
    return { every: Number(values.every ?? 1), lanes: Number(values.lanes ?? 8) };
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** One run of the approvals under fire. */
export interface ApprovalOptions {
  /** Dossiers, each of which four clerks race for. */
  readonly approvals: number;
  /** Processes that are killed with SIGKILL meanwhile. */
  readonly kills: number;
  readonly copies: number;
  /** Decides who does what, how the gateway fails, and who is killed when; the machine's timing stays its own. */
  readonly seed: string;
}

export class BadOptions extends Error {}

export const USAGE = 'npm run test:approve-crash -- [--approvals 200] [--kills 8] [--copies 2] [--seed <text>]';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): ApprovalOptions {
  const given = parse(args);
  const whole = (name: 'approvals' | 'kills' | 'copies', fallback: number, least: number) => {
    const text = given[name];
    if (text === undefined) return fallback;
    if (!/^\d{1,7}$/.test(text) || Number(text) < least) throw new BadOptions(`--${name}: expected a whole number, ${least} or more`);
    return Number(text);
  };
  return {
    approvals: whole('approvals', 200, 1),
    kills: whole('kills', 8, 0),
    copies: whole('copies', 2, 1),
    seed: given.seed ?? String(randomInt(1_000_000)),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { approvals: text, kills: text, copies: text, seed: text } }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

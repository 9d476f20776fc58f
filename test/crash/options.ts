import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** One run of the crash test. */
export interface CrashOptions {
  /** Declarations that are sent, rivals for one insurance number included. */
  readonly submissions: number;
  /** Processes that are killed with SIGKILL while they are sent. */
  readonly kills: number;
  /** Copies of the service. One runs its own PostgreSQL, as `npm start` does; several share one beside them. */
  readonly copies: number;
  /** Decides who sends what and how, and who is killed when; the machine's timing stays its own. */
  readonly seed: string;
  /** `real`: 20–60 kB each; `small`: the least that the gate lets in, for very long runs. */
  readonly photos: 'real' | 'small';
  /** Nothing new is sent after so many minutes. */
  readonly minutes: number;
}

/**
 * A directory that a run has left. `judge`: nothing is sent, what is there is held once more against what its clients were told.
 * `continue`: the run was broken off and goes on.
 */
export type EarlierRun = { readonly judge: string } | { readonly continue: string };

export class BadOptions extends Error {}

export const USAGE =
  'npm run test:crash -- [--submissions 300] [--kills 10] [--copies 1] [--seed <text>] [--photos real|small] [--minutes <limit>]\n' +
  'npm run test:crash -- --judge <directory that a run has left> | --continue <directory of a run that was broken off>';

/** @throws BadOptions in one sentence */
export function readOptions(args: readonly string[]): CrashOptions | EarlierRun {
  const { judge, continue: goOn, ...given } = parse(args);
  const earlier = judge ?? goOn;
  if (earlier !== undefined) {
    if (Object.keys(given).length > 0 || (judge !== undefined && goOn !== undefined))
      throw new BadOptions('--judge, --continue: everything else was decided by the run');
    return judge !== undefined ? { judge } : { continue: earlier };
  }
  const whole = (name: 'submissions' | 'kills' | 'copies' | 'minutes', fallback: number, least: number) => {
    const text = given[name];
    if (text === undefined) return fallback;
    if (!/^\d{1,7}$/.test(text) || Number(text) < least) throw new BadOptions(`--${name}: expected a whole number, ${least} or more`);
    return Number(text);
  };
  const photos = given.photos ?? 'real';
  if (photos !== 'real' && photos !== 'small')
    throw new BadOptions('--photos: expected real or small (no declaration goes without photos)');
  return {
    submissions: whole('submissions', 300, 1),
    kills: whole('kills', 10, 0),
    copies: whole('copies', 1, 1),
    seed: given.seed ?? String(randomInt(1_000_000)),
    photos,
    minutes: whole('minutes', Infinity, 1),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { submissions: text, kills: text, copies: text, seed: text, photos: text, minutes: text, judge: text, continue: text },
    }).values;
  } catch (error) {
    throw new BadOptions((error as Error).message);
  }
}

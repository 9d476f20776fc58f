import type { MessageState } from './message.types.ts';
import type { SendOutcome } from './send-outcome.ts';

/** What happens to a message after a try: an end, or another try in so many seconds. */
export type Verdict =
  | {
      readonly kind: 'end';
      readonly state: Exclude<MessageState, 'created' | 'sending' | 'temporary-failure'>;
      readonly error: string | null;
    }
  | { readonly kind: 'retry'; readonly inSeconds: number; readonly error: string };

/** The first repeat comes at once, every later one after five minutes, as GOV.UK Notify does it [S]. */
const FIRST_REPEAT = 0;
const LATER_REPEATS = 300;

/** What follows from a try: the end, or another try until the message's time is over, as GOV.UK Notify does it [S]. @param attempts tries so far, this one included */
export function verdictOn(outcome: SendOutcome, attempts: number): Verdict {
  switch (outcome.kind) {
    case 'sent':
    case 'delivered':
      return { kind: 'end', state: outcome.kind, error: null };
    case 'permanent-failure':
    case 'technical-failure':
      return { kind: 'end', state: outcome.kind, error: outcome.code };
    case 'temporary-failure':
      return { kind: 'retry', inSeconds: attempts <= 1 ? FIRST_REPEAT : LATER_REPEATS, error: outcome.code };
  }
}

/** The end of a message whose occasion was over before it could be told: no failure that somebody has to see to, which its error says [D]. */
export const VERDICT_ON_OVER: Verdict = { kind: 'end', state: 'expired', error: 'superseded' };

/** The end of a message whose time ran out: never tried is `expired`, tried in vain is `technical-failure` [D]. */
export function verdictOnOverdue(attempts: number): Verdict {
  return attempts === 0
    ? { kind: 'end', state: 'expired', error: 'never-tried' }
    : { kind: 'end', state: 'technical-failure', error: 'tries-exhausted' };
}

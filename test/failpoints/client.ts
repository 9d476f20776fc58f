import { setTimeout as pause } from 'node:timers/promises';
import type { Application } from '../crash/applications.ts';
import { advanceClock } from '../crash/desk.ts';
import { exchange, type Answer, type Asking } from '../crash/exchange.ts';
import type { Journal } from '../crash/journal.ts';
import { MARK } from './order.ts';

const MOST_ATTEMPTS = 12;
/** A little more than the lease of a claim whose holder has died. */
const LEASE = 'PT61S';
const REST_MS = 20;

export interface Errand {
  readonly application: Application;
  readonly ask: (url: string) => Asking;
  /** Whether these are the requests under test. */
  readonly isMarked: boolean;
}

/** Whom is asked, and who takes note. */
export interface Counterpart {
  readonly journal: Journal;
  readonly service: {
    readonly url: string;
    /** Resolves when it can be asked. */
    revive(): Promise<void>;
  };
}

/** Asks, with the same key, until there is an answer that will not change; whoever died meanwhile is started again. */
export async function insists(counterpart: Counterpart, errand: Errand): Promise<Answer | undefined> {
  const { journal, service } = counterpart;
  const { application } = errand;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    await service.revive();
    const answer = await asksOnce(counterpart, errand);
    if (answer && isFinal(answer)) {
      if (answer.status >= 400) journal.refused(application, answer.code);
      return answer.status >= 400 ? undefined : answer;
    }
    // Its lease is the domain's: the clock is moved, not waited for.
    if (answer?.code === 'request-in-progress' || answer?.status === 429) await advanceClock(service.url, LEASE);
    else await pause(REST_MS);
  }
  journal.breach('no key is stuck: every retry comes to an end', `application ${application.serial}`);
  return undefined;
}

/** One request, judged. */
export async function asksOnce({ journal, service }: Counterpart, { application, ask, isMarked }: Errand): Promise<Answer | undefined> {
  const asking = ask(service.url);
  const headers = { ...asking.headers, ...(isMarked && { [MARK]: 'yes' }) };
  const outcome = await exchange({ ...asking, headers });
  journal.asked(application, outcome);
  if (outcome.kind !== 'answer') return undefined;
  const { status, headers: answered } = outcome;
  if (status >= 500 && !(status === 503 && Number(answered.get('retry-after')) > 0)) {
    journal.breach(
      'no answer is a 5xx but 503, and that one names when to come back',
      `application ${application.serial}: ${asking.method} ${new URL(asking.url).pathname} is ${status}`,
    );
  }
  if (status >= 400 && !answered.get('content-type')?.startsWith('application/problem+json')) {
    journal.breach('refusals are problem documents', `application ${application.serial}: ${status}`);
  }
  return outcome;
}

/** A refusal is an answer too, unless it only says that this is not the moment. */
function isFinal({ status, code }: Answer): boolean {
  return status < 500 && status !== 429 && code !== 'request-in-progress';
}

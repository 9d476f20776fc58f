import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { isFinal } from '../crash/citizen.ts';
import { clerkTokens } from '../crash/desk.ts';
import { exchange, type Answer, type Asking } from '../crash/exchange.ts';
import type { Recovery } from '../crash/recovery.ts';
import type { ApprovalJournal, Waiting } from './approval-journal.ts';

/** What all clerks share. */
export interface Counter {
  readonly journal: ApprovalJournal;
  readonly urls: readonly string[];
  readonly badUrls: readonly string[];
  readonly seed: string;
  readonly recovery: Pick<Recovery, 'acknowledged' | 'lastFault'>;
}

/** Of all requests, those that go over a bad line. */
const BADLY_CONNECTED = 0.1;
const STUCK_AFTER_CALM_MS = 90_000;
const LONGEST_REST_MS = 1_500;

export class Stuck extends Error {}

/** A clerk's desk: asks on their behalf until there is an answer, and renews a session that ended. */
export class ClerksDesk {
  /** One log-in for all who ask at once: the desk gives out somebody else with every token, who would not hold the other's leases. */
  private token: Promise<string> | undefined;

  constructor(
    readonly name: string,
    private readonly officeCode: string,
    private readonly counter: Counter,
  ) {}

  /**
   * @param path under the dossier
   * @throws Stuck when no answer came long after the last fault
   */
  async insists(
    dossier: Waiting,
    dice: Dice,
    method: Asking['method'],
    path: string,
    told: Omit<Asking, 'method' | 'url'>,
  ): Promise<Answer> {
    const { journal, recovery, urls, badUrls } = this.counter;
    const began = performance.now();
    for (let attempt = 1; performance.now() < Math.max(began, recovery.lastFault) + STUCK_AFTER_CALM_MS; attempt++) {
      const url = dice.pick(dice.next() < BADLY_CONNECTED ? badUrls : urls);
      const token = (this.token ??= this.logsIn(dice));
      const askedAt = performance.now();
      const headers = { Authorization: `Bearer ${await token}`, ...told.headers };
      const outcome = await exchange({ ...told, method, url: `${url}/v1/staff/declarations/${dossier.id}${path}`, headers });
      journal.asked(dossier, this.name, outcome);
      if (outcome.kind === 'answer' && outcome.code === 'unauthenticated') {
        if (this.token === token) this.token = undefined;
      } else if (outcome.kind === 'answer' && isFinal(outcome)) {
        if (outcome.status < 300) recovery.acknowledged(askedAt);
        return outcome;
      }
      await pause(Math.min(40 * 2 ** attempt, LONGEST_REST_MS) * dice.between(0.5, 1));
    }
    journal.breach('every race comes to an end', `dossier ${dossier.serial}, ${this.name}: no answer to ${method} ${path}`);
    throw new Stuck();
  }

  private async logsIn(dice: Dice): Promise<string> {
    for (;;) {
      const tokens = await clerkTokens(dice.pick(this.counter.urls), [this.officeCode]).catch(() => undefined);
      const token = tokens?.get(this.officeCode);
      if (token !== undefined) return token;
      await pause(LONGEST_REST_MS * dice.next());
    }
  }
}

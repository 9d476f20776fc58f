import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from './health/metrics.ts';
import { currentRequestId } from './http/request-context.ts';
import { log } from './log.ts';
import { Refusal } from './refusal.ts';

/** Whose door somebody tries to get in by. */
export type LoginDoor = 'citizen' | 'staff';

/** `limited`: there had been too many before, and nobody looked whether this one was right. */
type LoginOutcome = 'let-in' | 'refused' | 'limited';

/** Puts on record how attempts to log in end: in the figures, and for refused ones a line of the log, which says the same of known and unknown names. */
@Injectable()
export class LoginRecord {
  private readonly attempts: Counter<'door' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter('login_attempts_total', 'Attempts to log in, by door and by how they ended', ['door', 'outcome']);
  }

  /** @throws what the log-in throws */
  async of<Session>(door: LoginDoor, login: () => Promise<Session>): Promise<Session> {
    try {
      const session = await login();
      this.tell(door, 'let-in');
      return session;
    } catch (error) {
      // What is no refusal is a fault of ours, and no attempt of theirs.
      if (error instanceof Refusal) this.tell(door, error.code === 'too-many-attempts' ? 'limited' : 'refused');
      throw error;
    }
  }

  private tell(door: LoginDoor, outcome: LoginOutcome): void {
    this.attempts.inc({ door, outcome });
    if (outcome !== 'let-in') log.info({ requestId: currentRequestId(), door, outcome }, 'log-in refused');
  }
}

import { Injectable } from '@nestjs/common';
import { secretFingerprintOf, type IdempotencyKey } from './idempotency/idempotency-key.ts';
import { Idempotency, type Settle } from './idempotency/idempotency.ts';
import { AttemptLimits, type Attempt } from './limits/attempt-limits.ts';
import { LoginRecord, type LoginDoor } from './login-record.ts';
import { Refusal } from './refusal.ts';

/** Somebody says who they are, and something that only they know. */
export interface Proof {
  readonly key: IdempotencyKey | undefined;
  /** All that was sent, the secret included. */
  readonly content: object;
  readonly attempts: readonly Attempt[];
  /** Where it is a log-in. */
  readonly door?: LoginDoor;
}

/** What is proven by something that may be guessed: counted before anything is looked at, and done once under a key. */
@Injectable()
export class Proofs {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly limits: AttemptLimits,
    private readonly record: LoginRecord,
  ) {}

  /**
   * An answer that was given before is no attempt, and neither counted nor on record. A refusal gives the key back, at once and for
   * everybody alike.
   * @param work may settle the answer in its transaction, as for `Idempotency.around`
   * @throws Refusal `too-many-attempts`, `idempotency-key-reused`, `request-in-progress`, and what `work` throws
   */
  async once<T extends object>(
    proof: Proof,
    status: number,
    work: (settle: Settle<T>) => Promise<T>,
  ): Promise<{ body: T; replayed: boolean }> {
    const { key, content, attempts } = proof;
    const fingerprint = secretFingerprintOf(key, content);
    const answer = key && (await this.recall<T>(proof, key, fingerprint));
    if (answer) return { body: answer, replayed: true };
    return this.attempted(proof, async () => {
      await this.limits.count(...attempts);
      return this.idempotency.around(key, fingerprint, status, work);
    });
  }

  private async recall<T>(proof: Proof, key: IdempotencyKey, fingerprint: Buffer): Promise<T | undefined> {
    try {
      const { replay } = await this.idempotency.recall(key, fingerprint);
      return replay?.answer as T | undefined;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'idempotency-key-reused') throw error;
      return this.attempted(proof, () => this.countGuess(proof, key, error));
    }
  }

  /**
   * Another secret under a used key may be a guess: it is counted like every other one. And whoever has made too many finds no answer any
   * more that a right guess would bring back.
   */
  private async countGuess({ attempts }: Proof, key: IdempotencyKey, reused: Refusal): Promise<never> {
    try {
      await this.limits.count(...attempts);
    } catch (error) {
      if (error instanceof Refusal) await this.idempotency.forget(key);
      throw error;
    }
    throw reused;
  }

  private attempted<Done>({ door }: Proof, work: () => Promise<Done>): Promise<Done> {
    return door ? this.record.of(door, work) : work();
  }
}

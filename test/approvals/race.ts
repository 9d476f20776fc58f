import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Answer } from '../crash/exchange.ts';
import type { Waiting } from './approval-journal.ts';
import { Stuck, type ClerksDesk, type Counter } from './counter.ts';

/** Refusals of who comes second, by what they tell. */
const SOMEBODY_HOLDS_IT = ['dossier-held', 'lease-lost', 'lease-required'];
const IT_IS_OVER = ['invalid-state'];
const IT_HAS_CHANGED = ['precondition-failed'];

/** One clerk's part in the race for a dossier. */
export class Racer {
  private readonly dice: Dice;
  private hasBeenBold = false;
  private hasBeenHasty = false;
  private hasGivenBack = false;

  constructor(
    private readonly dossier: Waiting,
    private readonly desk: ClerksDesk,
    private readonly counter: Counter,
  ) {
    this.dice = new Dice(`${counter.seed} ${dossier.serial} ${desk.name}`);
  }

  /** Until the dossier is approved, by whomever. */
  async races(): Promise<void> {
    try {
      await pause(this.dice.whole(0, 30));
      while (!(await this.tries())) await pause(this.dice.whole(100, 500));
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
    }
  }

  /** @returns whether the race is over */
  private async tries(): Promise<boolean> {
    const page = await this.asks('GET', '');
    if (page.body.status === 'APPROVED') return true;
    const etag = page.headers.get('etag') ?? '';
    const lease = await this.asks('POST', '/lease');
    if (lease.status !== 201) {
      this.loses(lease, [...SOMEBODY_HOLDS_IT, ...IT_IS_OVER]);
      if (lease.code === 'dossier-held') await this.isBold(etag);
      return lease.code === 'invalid-state';
    }
    const token = String(lease.body.leaseToken);
    if (!this.hasGivenBack && this.dice.next() < 0.15) return this.givesBack(token, etag);
    if (!this.hasBeenHasty && this.dice.next() < 0.2) await this.isHasty(token);
    return this.approves(token, etag);
  }

  /** The holder, at times with two clicks on the button; with a key or without. */
  private async approves(token: string, etag: string): Promise<boolean> {
    const { dice, dossier, desk } = this;
    const key =
      dice.next() < 0.6
        ? `approval-${this.counter.seed}-${dossier.serial}-${desk.name}-${token.slice(0, 12)}`.replace(/[^\w-]/g, '-')
        : undefined;
    const clicks = dice.next() < 0.4 ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: clicks }, () => this.sendsApproval(token, etag, key)));
    for (const answer of answers) {
      if (answer.status === 200) this.wins(answer);
      // What an unheard answer already did, or the other click, or a colleague after the lease was lost.
      else this.loses(answer, [...IT_IS_OVER, ...SOMEBODY_HOLDS_IT, ...IT_HAS_CHANGED]);
    }
    return answers.some(({ status, code }) => status === 200 || code === 'invalid-state');
  }

  private wins({ body, headers }: Answer): void {
    const { id } = body.message as { id: string };
    this.counter.journal.told(this.dossier, this.desk.name, id, headers.get('idempotent-replayed') === 'true');
  }

  /** Tries without a lease that counts. */
  private async isBold(etag: string): Promise<void> {
    if (this.hasBeenBold) return;
    this.hasBeenBold = true;
    const answer = await this.sendsApproval(this.dice.next() < 0.5 ? undefined : 'no-lease-of-anybody', etag);
    this.mustNotWin(answer, [...SOMEBODY_HOLDS_IT, ...IT_IS_OVER]);
  }

  /** Approves what somebody else has changed since, as the page that was read says. */
  private async isHasty(token: string): Promise<void> {
    this.hasBeenHasty = true;
    this.mustNotWin(await this.sendsApproval(token, '"0"'), [...IT_HAS_CHANGED, ...SOMEBODY_HOLDS_IT, ...IT_IS_OVER]);
  }

  /** Gives the dossier back, and is sorry: the lease is gone for ever. */
  private async givesBack(token: string, etag: string): Promise<false> {
    this.hasGivenBack = true;
    const released = await this.asks('DELETE', '/lease', { 'Lease-Token': token });
    // A repeat of a release that was not heard of finds no lease any more.
    if (released.status !== 204) this.loses(released, [...SOMEBODY_HOLDS_IT, ...IT_IS_OVER]);
    this.mustNotWin(await this.sendsApproval(token, etag), [...SOMEBODY_HOLDS_IT, ...IT_IS_OVER]);
    return false;
  }

  private mustNotWin(answer: Answer, expected: readonly string[]): void {
    if (answer.status === 200) {
      this.counter.journal.breach(
        'nobody approves without the lease or by an old page',
        `dossier ${this.dossier.serial}, ${this.desk.name}`,
      );
      this.wins(answer);
    } else this.loses(answer, expected);
  }

  private loses({ code }: Answer, expected: readonly string[]): void {
    this.counter.journal.refused(this.dossier, this.desk.name, code, expected);
  }

  private sendsApproval(token: string | undefined, etag: string, key?: string): Promise<Answer> {
    return this.asks(
      'POST',
      '/approval',
      { 'If-Match': etag, ...(token !== undefined && { 'Lease-Token': token }), ...(key !== undefined && { 'Idempotency-Key': key }) },
      { checklist: { ...CHECKED, originalIdNumber: this.dossier.idNumber } },
    );
  }

  private asks(method: 'GET' | 'POST' | 'DELETE', path: string, headers: Record<string, string> = {}, body?: object): Promise<Answer> {
    return this.desk.insists(this.dossier, this.dice, method, path, { headers, ...(body && { body }) });
  }
}

const CHECKED = {
  personPresent: true,
  originalIdSeen: true,
  portraitMatches: true,
  phoneConfirmed: true,
  formSigned: true,
  registryUnknownConfirmed: true,
};

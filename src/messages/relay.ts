import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describeError, log } from '../platform/log.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../platform/workspace/workspace.context.ts';
import { verdictOn, verdictOnOverdue, type Verdict } from './delivery.rule.ts';
import { maskedRecipient } from './masked-recipient.ts';
import { MessageDispatch, type Tried } from './message-dispatch.ts';
import { MessageFacts, type DossierFacts } from './message-facts.port.ts';
import type { Channel, Wording } from './message.types.ts';
import { Lane } from './relay.lane.ts';
import { RelayStore, type ClaimedMessage } from './relay.store.ts';

/**
 * Messages of one channel that are under way at the same time, and that one claim takes: so many wait for a provider, no connection
 * does. Mail renders a PDF each and shares five SMTP connections.
 */
const ABREAST: Readonly<Record<Channel, number>> = { sms: 20, email: 5 };
const CHANNELS = Object.keys(ABREAST) as Channel[];

const POLL_MILLISECONDS = 1_000;
const STOP_MILLISECONDS = 10_000;
const POLLED_WORKSPACES: readonly Workspace[] = [DEFAULT_WORKSPACE];

/**
 * Carries the outbox to the providers. A message is sent at least once: exactly once unless a copy dies between the provider's yes and
 * our note of it, and then the repeat carries the same key. Each workspace has a lane per channel, so that a slow mail server never
 * holds up a password.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly lanes = new Map<string, Lane>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly store: RelayStore,
    private readonly facts: MessageFacts,
    private readonly dispatch: MessageDispatch,
  ) {}

  /** Begins to look for messages by itself: what other copies left behind, and what a back-off made wait. */
  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.poll(), POLL_MILLISECONDS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  /** There is something new in the current workspace. Returns at once. */
  wake(): void {
    for (const channel of CHANNELS) this.runUnattended(this.lane(currentWorkspace(), channel));
  }

  /**
   * Sends until nothing of the current workspace is due, what is under way included.
   * @returns how many tries that took
   * @throws when the database fails
   */
  async drainOnce(): Promise<number> {
    const tries = await Promise.all(CHANNELS.map((channel) => this.lane(currentWorkspace(), channel).run()));
    return tries.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Claims nothing any more, and resolves when what was under way has its result, or after ten seconds: what has none by then is sent
   * again, under the same key, when its claim has run out.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    const patience = new AbortController();
    const settled = Promise.all([...this.lanes.values()].map((lane) => lane.settled()));
    await Promise.race([settled, pause(STOP_MILLISECONDS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }

  private poll(): void {
    for (const workspace of POLLED_WORKSPACES) {
      for (const channel of CHANNELS) {
        const lane = this.lane(workspace, channel);
        if (lane.idle) this.runUnattended(lane);
      }
    }
  }

  private runUnattended(lane: Lane): void {
    if (this.stopped) return;
    lane.run().catch((error: unknown) => log.error({ error: describeError(error) }, 'the relay could not reach its messages'));
  }

  private lane(workspace: Workspace, channel: Channel): Lane {
    const name = `${channel} ${workspace.name}`;
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = new Lane(() => inWorkspace(workspace, () => this.drain(channel)))));
    return lane;
  }

  private async drain(channel: Channel): Promise<number> {
    let tries = 0;
    while (!this.stopped) {
      const claimed = await this.store.claimDue(channel, ABREAST[channel]);
      if (claimed.length === 0) break;
      await this.handle(claimed);
      tries += claimed.length;
    }
    return tries;
  }

  private async handle(claimed: readonly ClaimedMessage[]): Promise<void> {
    const facts = await this.factsOf(claimed.filter(({ overdue }) => !overdue));
    const results = await Promise.allSettled(
      claimed.map(async (message) => {
        if (message.overdue) return this.record(message, verdictOnOverdue(message.attempts), undefined);
        const { outcome, wording } = await this.tell(message, facts);
        await this.record(message, verdictOn(outcome, message.attempts), wording);
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** One query for all; undefined when it failed. */
  private async factsOf(timely: readonly ClaimedMessage[]): Promise<ReadonlyMap<string, DossierFacts> | undefined> {
    if (timely.length === 0) return new Map();
    try {
      return await this.facts.load(timely);
    } catch (error) {
      log.error({ error: describeError(error) }, 'the facts of messages could not be loaded');
      return undefined;
    }
  }

  private async tell(message: ClaimedMessage, facts: ReadonlyMap<string, DossierFacts> | undefined): Promise<Tried> {
    if (!facts) return { outcome: { kind: 'temporary-failure', code: 'facts-unavailable' } };
    const own = facts.get(message.id);
    return own ? this.dispatch.send(message, own) : { outcome: { kind: 'technical-failure', code: 'facts-missing' } };
  }

  private async record(message: ClaimedMessage, verdict: Verdict, wording: Wording | undefined): Promise<void> {
    const { id: messageId, purpose, channel, attempts } = message;
    if (verdict.error !== null)
      log.warn({ messageId, purpose, channel, attempts, code: verdict.error, verdict: verdict.kind }, 'a message was not delivered');
    const recorded =
      verdict.kind === 'retry'
        ? await this.store.postpone(message, verdict.inSeconds, verdict.error, wording)
        : await this.store.end(message, verdict, message.recipient && maskedRecipient(channel, message.recipient), wording);
    if (!recorded) log.warn({ messageId, purpose, channel }, 'another copy took the message over');
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../platform/health/metrics.ts';
import { describeError, log } from '../platform/log.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../platform/workspace/workspace.context.ts';
import { isWorkspaceGone } from '../platform/workspace/workspace-gone.ts';
import { Workspaces } from '../platform/workspace/workspaces.ts';
import { Unseen } from '../platform/unseen.ts';
import { verdictOn, verdictOnOverdue, VERDICT_ON_OVER, type Verdict } from './delivery.rule.ts';
import { Gathered } from './gathered.ts';
import { maskedRecipient } from './masked-recipient.ts';
import { MessageDispatch, type Tried } from './message-dispatch.ts';
import { MessageFacts, type DossierFacts } from './message-facts.port.ts';
import type { Channel, MessageState, Purpose, Wording } from './message.types.ts';
import { Lane } from './relay.lane.ts';
import { RelayStore, type ClaimedMessage, type Note } from './relay.store.ts';

/**
 * Messages of one channel that are under way at the same time: so many wait for a provider, no connection does. Mail shares five SMTP
 * connections: while five are on the line, the others are made ready, wait their turn or are noted down.
 */
const ABREAST: Readonly<Record<Channel, number>> = { sms: 20, email: 20 };
const CHANNELS = Object.keys(ABREAST) as Channel[];

/** What became of one try to send a message, or of one whose time ran out. Names nobody. */
export interface MessageTry {
  /** The domain's time. */
  readonly at: Date;
  readonly id: string;
  readonly declarationId: string | null;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** So far, this one included. */
  readonly attempts: number;
  readonly state: MessageState;
}

/** What messages are made of, by their id; undefined when it could not be loaded. */
type Facts = ReadonlyMap<string, DossierFacts> | undefined;
type Notes = Gathered<Note, boolean>;

const POLL_MILLISECONDS = 1_000;
const STOP_MILLISECONDS = 10_000;
/** The longest that a timer is set for; whoever wakes up early finds nothing and sets it again. */
const LONGEST_NAP_MS = 3_600_000;

/**
 * Carries the outbox to the providers. A message is sent at least once: exactly once unless a copy dies between the provider's yes and
 * our note of it, and then the repeat carries the same key. Each workspace has a lane per channel, so that a slow mail server never
 * holds up a password. Only `default` is polled; any other workspace's lane runs when somebody wakes it, and says when to look again.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly lanes = new Map<string, Lane>();
  private readonly naps = new Map<string, NodeJS.Timeout>();
  private readonly states: Counter<'channel' | 'state'>;
  private readonly listeners = new Set<(tried: MessageTry) => void>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly store: RelayStore,
    private readonly facts: MessageFacts,
    private readonly dispatch: MessageDispatch,
    private readonly workspaces: Workspaces,
    private readonly unseen: Unseen,
    metrics: Metrics,
  ) {
    this.states = metrics.counter('messages_total', 'What became of tries to send a message, and of messages whose time ran out', [
      'channel',
      'state',
    ]);
  }

  /** Begins to look for messages by itself: what other copies left behind, and what a back-off made wait. */
  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.poll(), POLL_MILLISECONDS).unref();
    this.workspaces.onMet((workspace) => inWorkspace(workspace, () => this.wake()));
    this.workspaces.onForgotten((name) => this.forget(name));
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  /** There is something new in the current workspace, on these channels. Returns at once. */
  wake(channels: readonly Channel[] = CHANNELS): void {
    for (const channel of channels) this.runUnattended(this.lane(currentWorkspace(), channel));
  }

  /**
   * Sends until nothing of the current workspace is due, what is under way or about to be written included.
   * @returns how many tries that took
   * @throws when the database fails
   */
  async drainOnce(): Promise<number> {
    await this.unseen.settled();
    const tries = await Promise.all(CHANNELS.map((channel) => this.lane(currentWorkspace(), channel).run()));
    return tries.reduce((sum, count) => sum + count, 0);
  }

  /** Calls back, in the message's workspace, after each try of this copy. Gives the way to stop it. */
  onTry(listener: (tried: MessageTry) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The next instant after this one at which a message of the current workspace is tried again, or given up. */
  async nextDueAfter(instant: Date): Promise<Date | undefined> {
    return this.store.nextDueAfter(instant);
  }

  /**
   * Claims nothing any more, and resolves when what was under way has its result, or after ten seconds: what has none by then is sent
   * again, under the same key, when its claim has run out.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const nap of this.naps.values()) clearTimeout(nap);
    // One that draws breath would else ask a database that is gone by then.
    for (const lane of this.lanes.values()) lane.end();
    const patience = new AbortController();
    const settled = Promise.all([...this.lanes.values()].map((lane) => lane.settled()));
    await Promise.race([settled, pause(STOP_MILLISECONDS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }

  private poll(): void {
    for (const channel of CHANNELS) {
      const lane = this.lane(DEFAULT_WORKSPACE, channel);
      if (lane.idle) this.runUnattended(lane);
    }
  }

  private runUnattended(lane: Lane): void {
    if (this.stopped) return;
    lane.nudge((error) => log.error({ error: describeError(error) }, 'the relay could not reach its messages'));
  }

  private lane(workspace: Workspace, channel: Channel): Lane {
    const name = laneName(workspace.name, channel);
    let lane = this.lanes.get(name);
    if (!lane) {
      const pass = workspace.name === DEFAULT_WORKSPACE.name ? () => this.drain(channel) : () => this.visit(channel);
      // What a lane does comes of no single request: it has no chance of its own.
      this.lanes.set(name, (lane = new Lane(() => inWorkspace({ ...workspace, chance: undefined }, pass))));
    }
    return lane;
  }

  /** One pass, and a timer for the next message that waits for its time. */
  private async visit(channel: Channel): Promise<number> {
    const workspace = currentWorkspace();
    const name = laneName(workspace.name, channel);
    clearTimeout(this.naps.get(name));
    this.naps.delete(name);
    try {
      const tries = await this.drain(channel);
      const wait = await this.store.millisecondsToNext(channel);
      if (wait !== undefined && !this.stopped) {
        const wake = () => this.runUnattended(this.lane(workspace, channel));
        this.naps.set(name, setTimeout(wake, Math.min(wait, LONGEST_NAP_MS)).unref());
      }
      return tries;
    } catch (error) {
      if (isWorkspaceGone(error)) return 0;
      throw error;
    }
  }

  private forget(workspaceName: string): void {
    for (const channel of CHANNELS) {
      const name = laneName(workspaceName, channel);
      clearTimeout(this.naps.get(name));
      this.naps.delete(name);
      this.lanes.get(name)?.end();
      this.lanes.delete(name);
    }
  }

  /**
   * Claims, sends and notes, with never more under way than the channel bears, until nothing is due. A slow one holds up none but itself.
   * @returns how many tries that took
   */
  private async drain(channel: Channel): Promise<number> {
    const most = ABREAST[channel];
    const notes = new Gathered((written: readonly Note[]) => this.store.note(written));
    const underWay = new Set<Promise<void>>();
    let tries = 0;
    let mayBeMore = true;
    let failure: Error | undefined;
    for (;;) {
      if (mayBeMore && !this.stopped && failure === undefined && underWay.size <= most / 2) {
        const wanted = most - underWay.size;
        // What is put back while the claim is under way may be missed by it.
        mayBeMore = false;
        const claimed = await this.store.claimDue(channel, wanted).catch((error: unknown) => {
          failure ??= error as Error;
          return [];
        });
        mayBeMore ||= claimed.length === wanted;
        tries += claimed.length;
        const facts = this.factsOf(claimed.filter(({ overdue }) => !overdue));
        for (const message of claimed) {
          const work: Promise<void> = this.handle(message, facts, notes)
            // The first repeat is due at once.
            .then((verdict) => void (mayBeMore ||= verdict.kind === 'retry' && verdict.inSeconds === 0))
            .catch((error: unknown) => void (failure ??= error as Error))
            .finally(() => underWay.delete(work));
          underWay.add(work);
        }
      } else if (underWay.size > 0) await Promise.race(underWay);
      else if (failure !== undefined) throw failure;
      else return tries;
    }
  }

  private async handle(message: ClaimedMessage, facts: Promise<Facts>, notes: Notes): Promise<Verdict> {
    if (message.overdue) return this.record(message, verdictOnOverdue(message.attempts), undefined, notes);
    const known = await facts;
    if (known?.get(message.id)?.isOver) return this.record(message, VERDICT_ON_OVER, undefined, notes);
    const { outcome, wording } = await this.tell(message, known);
    return this.record(message, verdictOn(outcome, message.attempts), wording, notes);
  }

  /** One query for all; undefined when it failed. */
  private async factsOf(timely: readonly ClaimedMessage[]): Promise<Facts> {
    if (timely.length === 0) return new Map();
    try {
      return await this.facts.load(timely);
    } catch (error) {
      log.error({ error: describeError(error) }, 'the facts of messages could not be loaded');
      return undefined;
    }
  }

  private async tell(message: ClaimedMessage, facts: Facts): Promise<Tried> {
    if (!facts) return { outcome: { kind: 'temporary-failure', code: 'facts-unavailable' } };
    const own = facts.get(message.id);
    return own ? this.dispatch.send(message, own) : { outcome: { kind: 'technical-failure', code: 'facts-missing' } };
  }

  private async record(message: ClaimedMessage, verdict: Verdict, wording: Wording | undefined, notes: Notes): Promise<Verdict> {
    const { id: messageId, purpose, channel, attempts } = message;
    if (verdict.error !== null)
      log.warn({ messageId, purpose, channel, attempts, code: verdict.error, verdict: verdict.kind }, 'a message was not delivered');
    const masked = message.recipient && maskedRecipient(channel, message.recipient);
    if (!(await notes.add({ message, verdict, masked, wording }))) {
      log.warn({ messageId, purpose, channel }, 'another copy took the message over');
      return verdict;
    }
    const { now: at, declarationId } = message;
    const state = verdict.kind === 'retry' ? 'temporary-failure' : verdict.state;
    this.states.inc({ channel, state });
    for (const listener of this.listeners) listener({ at, id: messageId, declarationId, channel, purpose, attempts, state });
    return verdict;
  }
}

function laneName(workspaceName: string, channel: Channel): string {
  return `${channel} ${workspaceName}`;
}

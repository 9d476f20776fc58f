import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Channel, MessageState } from '../messages/message.types.ts';
import { Relay, type MessageTry } from '../messages/relay.ts';
import { Database, type Parameter } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { describeError, log } from '../platform/log.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace } from '../platform/workspace/workspace.context.ts';
import { isWorkspaceGone } from '../platform/workspace/workspace-gone.ts';
import { Workspaces } from '../platform/workspace/workspaces.ts';
import { InboxReceipts } from './providers/inbox-receipts.service.ts';
import { OwnerDoor } from './workspaces/owner-door.ts';

export interface ClockReading {
  now: string;
  frozen: boolean;
}

/** One thing that fell due while the clock was moved. */
export interface FellDue {
  at: string;
  action: string;
  declarationId: string;
}

/** One try to send a message while the clock was moved. */
export interface FellDueMessage {
  at: string;
  id: string;
  declarationId: string | null;
  channel: Channel;
  template: string;
  attempts: number;
  state: MessageState;
}

/** Where a move left the clock, and what fell due on the way. */
export interface ClockMove extends ClockReading {
  /** Exactly what the audit trail holds of it. */
  ran: FellDue[];
  /** Tries of messages, which are no steps of a dossier and stand in no trail. Those that this copy of the service made. */
  messages: FellDueMessage[];
}

/** The instant at which a move ends. */
interface Target {
  readonly now: Date;
  readonly isAhead: boolean;
}

/** Hears that somebody has moved the current workspace's clock from one reading to another. */
export type ClockListener = (before: ClockReading, after: ClockReading) => void;

const LAST_YEAR = 2999;

/** Moves of different clocks at the same time: each needs a connection to work with, beside the one that it holds. */
const MOVES_ABREAST = 4;

/** How often, and after how many milliseconds more each time, what somebody held is tried again at a place on the way. */
const MOST_TRIES = 8;
const HELD_MS = 10;

/** Resets of different workspaces at the same time: as many as may work as the owner. */
const STILL_ABREAST = 3;

const STAND_STILL = 'UPDATE clock SET frozen_at = $1';
const SET_OFF = 'UPDATE clock SET frozen_at = $1, target_shift_ms = shift_ms, target_frozen_at = frozen_at';
const ARRIVE = `UPDATE clock SET shift_ms = target_shift_ms, frozen_at = target_frozen_at, target_shift_ms = NULL, target_frozen_at = NULL
  WHERE target_shift_ms IS NOT NULL`;

/**
 * The desk's hand on the domain's clock. The domain only ever asks `domain_now()`, so it cannot tell. Moved as the database's owner: the role
 * of requests reads the clock, no more.
 */
@Injectable()
export class DeskClock implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly listeners: ClockListener[] = [];
  /** By workspace: those who move its clock, one after the other. */
  private readonly lines = new Map<string, LimitFunction>();
  private readonly abreast = pLimit(MOVES_ABREAST);
  private readonly stillAbreast = pLimit(STILL_ABREAST);
  /** What was left half-way and is gone on with in the background. */
  private goingOn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly owner: OwnerDoor,
    private readonly relay: Relay,
    private readonly housekeeping: Housekeeping,
    private readonly receipts: InboxReceipts,
    private readonly workspaces: Workspaces,
  ) {}

  onModuleInit(): void {
    this.workspaces.onMet((workspace) => inWorkspace(workspace, () => this.goOnLater()));
  }

  onApplicationBootstrap(): void {
    inWorkspace(DEFAULT_WORKSPACE, () => this.goOnLater());
  }

  async onModuleDestroy(): Promise<void> {
    await this.goingOn;
  }

  /** Of moves that this copy of the service makes. */
  onMove(listener: ClockListener): void {
    this.listeners.push(listener);
  }

  async read(): Promise<ClockReading> {
    const { isOnItsWay, ...reading } = await this.look();
    if (!isOnItsWay) return reading;
    // Either somebody moves it just now, or somebody who did has died.
    await this.database.aloneIfFree('clock', () => this.goOnWithLeft());
    return this.readAsItIs();
  }

  /** Nobody moves the current workspace's clock meanwhile. */
  async still<T>(work: () => Promise<T>): Promise<T> {
    return this.stillAbreast(() => this.database.alone('clock', work));
  }

  /**
   * Sets the time, freezes it, or lets it run on from where it stands. A move forward runs all that falls due by then.
   * @throws Refusal `clock-behind-history` for a time before something that has happened: history would be out of order. `default`, which
   *   many share and nobody made, is not held to that [D].
   */
  async set({ now, frozen }: { now: Date | undefined; frozen: boolean | undefined }): Promise<ClockMove> {
    if (now && currentWorkspace().name !== DEFAULT_WORKSPACE.name) await this.mustNotRewrite(now);
    return this.move(
      `UPDATE clock SET
         shift_ms = extract(epoch FROM coalesce($1::timestamptz, domain_now()) - now()) * 1000,
         frozen_at = CASE WHEN coalesce($2::boolean, frozen_at IS NOT NULL) THEN coalesce($1::timestamptz, domain_now()) END`,
      [now, frozen],
    );
  }

  /**
   * Moves the clock forward and runs all that falls due by then, before it answers.
   * @param by an ISO 8601 duration such as `P3D` or `PT15M`
   * @throws Refusal `validation-failed` when it leads beyond what a number's year can hold
   */
  async advance(by: string): Promise<ClockMove> {
    return this.move(
      `UPDATE clock SET shift_ms = shift_ms + extract(epoch FROM (domain_now() + $1::interval) - domain_now()) * 1000,
         frozen_at = frozen_at + $1::interval
       WHERE domain_now() + $1::interval < '${LAST_YEAR}-01-01Z'`,
      [by],
    );
  }

  /**
   * One at a time, for all copies: on the way the clock stands still at places that nobody else should start from. Who waits for that
   * holds a connection, so that few may, and of one workspace only one.
   */
  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const { name } = currentWorkspace();
    const line = this.lines.get(name) ?? pLimit(1);
    this.lines.set(name, line);
    const moving = line(() => this.abreast(() => this.database.alone('clock', work)));
    return moving.finally(() => {
      if (line.activeCount + line.pendingCount === 0) this.lines.delete(name);
    });
  }

  private move(change: string, parameters: readonly Parameter[]): Promise<ClockMove> {
    return this.inLine(() => this.moveAlone(change, parameters));
  }

  private async moveAlone(change: string, parameters: readonly Parameter[]): Promise<ClockMove> {
    // What is due as time stands is sent now, and not a moment later because somebody was quicker than the relay.
    await this.goOnWithLeft();
    await this.relay.drainOnce();
    const before = await this.readAsItIs();
    const target = await this.setOff(before, change, parameters);
    if (!target.isAhead) return this.moved(before, { ...(await this.readAsItIs()), ran: [], messages: [] });
    const tries: MessageTry[] = [];
    const { name } = currentWorkspace();
    const stopListening = this.relay.onTry((tried) => {
      if (currentWorkspace().name === name) tries.push(tried);
    });
    try {
      await this.goOn(new Date(before.now), target.now);
    } finally {
      stopListening();
    }
    return this.moved(before, {
      ...(await this.readAsItIs()),
      ran: await this.ranSince(before.now),
      messages: tries.map(messageOf).sort(inOrder),
    });
  }

  /**
   * Where the change leads. Where that is ahead the clock stands still first, in the same transaction: whoever is at work beside us never
   * sees the time at the end of the way before everything on the way was done. The end is written down with it, for whoever comes after
   * us if we die on the way.
   */
  private setOff(before: ClockReading, change: string, parameters: readonly Parameter[]): Promise<Target> {
    return this.owner.here(async (client) => {
      const { rowCount } = await client.query(change, [...parameters]);
      if (!rowCount) throw validationFailed([{ pointer: '/by', code: 'bad-format' }]);
      const { now } = (await client.query<{ now: Date }>('SELECT domain_now() AS now')).rows[0]!;
      const start = new Date(before.now);
      if (now > start) await client.query(SET_OFF, [start]);
      return { now, isAhead: now > start };
    });
  }

  private async goOn(from: Date, to: Date): Promise<void> {
    try {
      await this.stopWhereSomethingIsDue(from, to);
    } finally {
      // Whatever went wrong on the way, the clock does not stay there.
      await this.owner.here((client) => client.query(ARRIVE));
    }
    await this.runUntilDone(to, () => this.housekeeping.runDue());
    // Of what was sent just now, a provider may have more to say already.
    await this.receipts.tellDue();
  }

  /** Where whoever moved the clock has died on the way, it goes on from there. What was begun at that stop is done at that stop. */
  private async goOnWithLeft(): Promise<void> {
    const [left] = await this.database.rows<{ stop: Date; target: Date }>(
      `SELECT domain_now() AS stop,
         date_trunc('milliseconds', coalesce(target_frozen_at, now() + target_shift_ms * interval '1 millisecond')) AS target
       FROM clock WHERE target_shift_ms IS NOT NULL`,
    );
    if (!left) return;
    const before = await this.readAsItIs();
    await this.goOn(new Date(left.stop.getTime() - 1), left.target);
    this.moved(before, { ...(await this.readAsItIs()), ran: [], messages: [] });
  }

  /** Who comes to a world whose time somebody left standing does not wait until it goes on, and need not ask for it. */
  private goOnLater(): void {
    const goOn = async () => {
      const { isOnItsWay } = await this.look();
      if (isOnItsWay) await this.inLine(() => this.goOnWithLeft());
    };
    const done = goOn().catch((error: unknown) => {
      if (!isWorkspaceGone(error)) log.warn({ error: describeError(error) }, 'a clock that may stand half-way could not be seen to');
    });
    this.goingOn = Promise.all([this.goingOn, done]);
  }

  private async look(): Promise<ClockReading & { isOnItsWay: boolean }> {
    const [row] = await this.database.rows<{ now: Date; frozen: boolean; moved: boolean }>(
      `SELECT domain_now() AS now, frozen_at IS NOT NULL AS frozen, target_shift_ms IS NOT NULL AS moved FROM clock`,
    );
    if (!row) throw new Refusal('service-unavailable');
    return { now: row.now.toISOString(), frozen: row.frozen, isOnItsWay: row.moved };
  }

  private async readAsItIs(): Promise<ClockReading> {
    const { now, frozen } = await this.look();
    return { now, frozen };
  }

  private moved(before: ClockReading, move: ClockMove): ClockMove {
    for (const listener of this.listeners) listener(before, move);
    return move;
  }

  private async mustNotRewrite(now: Date): Promise<void> {
    const [row] = await this.database.rows<{ last: Date | null }>(`SELECT max(at) AS last FROM audit_entries`);
    if (row?.last && now < row.last) throw new Refusal('clock-behind-history');
  }

  /**
   * On the way, time stands still wherever something falls due, as it would have: a lease ends before somebody else takes it, a message
   * is tried again when it is its time, a reminder does not come after the expiry it reminds of.
   */
  private async stopWhereSomethingIsDue(from: Date, to: Date): Promise<void> {
    let at = new Date(from.getTime() + 1);
    if (at >= to) return;
    // What fell due by itself and was not come to yet is done before anything else.
    let choresDue = await this.standAt(at, () => this.runUntilDone(at, () => this.housekeeping.runTraced()));
    for (;;) {
      const messageDue = await this.relay.nextDueAfter(at);
      const isForChores = choresDue !== undefined && (messageDue === undefined || choresDue <= messageDue);
      const next = isForChores ? choresDue : messageDue;
      if (next === undefined || next >= to) return;
      at = next;
      if (isForChores) choresDue = await this.standAt(at, () => this.runUntilDone(at, () => this.housekeeping.runTraced()));
      else await this.standAt(at, () => this.relay.drainOnce());
    }
  }

  /**
   * Chores pass over a dossier that somebody holds at that very instant, since they come by again. Here its instant would be gone: they are
   * run again, a few times, before the rest is left for later.
   * @returns when they have something to do next
   */
  private async runUntilDone(instant: Date, chores: () => Promise<unknown>): Promise<Date | undefined> {
    for (let tries = 1; ; tries++) {
      await chores();
      await this.relay.drainOnce();
      const dues = await this.housekeeping.dues();
      if (tries === MOST_TRIES || !dues.some((due) => due <= instant)) return dues.find((due) => due > instant);
      await pause(tries * HELD_MS);
    }
  }

  private async standAt<T>(instant: Date, work: () => Promise<T>): Promise<T> {
    await this.owner.here((client) => client.query(STAND_STILL, [instant]));
    return work();
  }

  private async ranSince(instant: string): Promise<FellDue[]> {
    const rows = await this.database.rows<{ at: Date; action: string; subject_id: string }>(
      `SELECT at, action, subject_id FROM audit_entries WHERE actor_kind = 'system' AND subject_kind = 'declaration' AND at > $1 ORDER BY at, subject_id, sequence`,
      [instant],
    );
    return rows.map(({ at, action, subject_id: declarationId }) => ({ at: at.toISOString(), action, declarationId }));
  }
}

function messageOf({ at, id, declarationId, channel, purpose: template, attempts, state }: MessageTry): FellDueMessage {
  return { at: at.toISOString(), id, declarationId, channel, template, attempts, state };
}

/** Channels work side by side: of what was tried at one instant, the order is the ids'. */
function inOrder(one: FellDueMessage, other: FellDueMessage): number {
  const [first, second] = [one, other].map(({ at, id, attempts }) => `${at} ${id} ${String(attempts).padStart(6, '0')}`);
  return first! < second! ? -1 : 1;
}

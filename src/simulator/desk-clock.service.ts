import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Channel, MessageState } from '../messages/message.types.ts';
import { Relay, type MessageTry } from '../messages/relay.ts';
import { Database, type Parameter } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';
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

/** Where the clock is to be at the end of a move. */
interface Target {
  readonly shift_ms: string;
  readonly frozen_at: Date | null;
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

const STAND_STILL = 'UPDATE clock SET frozen_at = $1';

/**
 * The desk's hand on the domain's clock. The domain only ever asks `domain_now()`, so it cannot tell. Moved as the database's owner: the role
 * of requests reads the clock, no more.
 */
@Injectable()
export class DeskClock {
  private readonly listeners: ClockListener[] = [];
  /** By workspace: those who move its clock, one after the other. */
  private readonly lines = new Map<string, LimitFunction>();
  private readonly abreast = pLimit(MOVES_ABREAST);

  constructor(
    private readonly database: Database,
    private readonly owner: OwnerDoor,
    private readonly relay: Relay,
    private readonly housekeeping: Housekeeping,
    private readonly receipts: InboxReceipts,
  ) {}

  /** Of moves that this copy of the service makes. */
  onMove(listener: ClockListener): void {
    this.listeners.push(listener);
  }

  async read(): Promise<ClockReading> {
    const [row] = await this.database.rows<{ now: Date; frozen: boolean }>(
      `SELECT domain_now() AS now, frozen_at IS NOT NULL AS frozen FROM clock`,
    );
    if (!row) throw new Refusal('service-unavailable');
    return { now: row.now.toISOString(), frozen: row.frozen };
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
  private move(change: string, parameters: readonly Parameter[]): Promise<ClockMove> {
    const { name } = currentWorkspace();
    const line = this.lines.get(name) ?? pLimit(1);
    this.lines.set(name, line);
    const moving = line(() => this.abreast(() => this.database.alone('clock', () => this.moveAlone(change, parameters))));
    return moving.finally(() => {
      if (line.activeCount + line.pendingCount === 0) this.lines.delete(name);
    });
  }

  private async moveAlone(change: string, parameters: readonly Parameter[]): Promise<ClockMove> {
    // What is due as time stands is sent now, and not a moment later because somebody was quicker than the relay.
    await this.relay.drainOnce();
    const before = await this.read();
    const target = await this.setOff(before, change, parameters);
    if (!target.isAhead) return this.moved(before, { ...(await this.read()), ran: [], messages: [] });
    const tries: MessageTry[] = [];
    const { name } = currentWorkspace();
    const stopListening = this.relay.onTry((tried) => {
      if (currentWorkspace().name === name) tries.push(tried);
    });
    try {
      await this.goOn(before, target);
    } finally {
      stopListening();
    }
    return this.moved(before, {
      ...(await this.read()),
      ran: await this.ranSince(before.now),
      messages: tries.map(messageOf).sort(inOrder),
    });
  }

  /**
   * Where the change leads. Where that is ahead the clock stands still first, in the same transaction: whoever is at work beside us never
   * sees the time at the end of the way before everything on the way was done.
   */
  private setOff(before: ClockReading, change: string, parameters: readonly Parameter[]): Promise<Target> {
    return this.owner.here(async (client) => {
      const [set] = (await client.query<Pick<Target, 'shift_ms' | 'frozen_at'>>(`${change} RETURNING shift_ms, frozen_at`, [...parameters]))
        .rows;
      if (!set) throw validationFailed([{ pointer: '/by', code: 'bad-format' }]);
      const { now } = (await client.query<{ now: Date }>('SELECT domain_now() AS now')).rows[0]!;
      const start = new Date(before.now);
      if (now > start) await client.query(STAND_STILL, [start]);
      return { ...set, now, isAhead: now > start };
    });
  }

  private async goOn(before: ClockReading, target: Target): Promise<void> {
    try {
      await this.stopWhereSomethingIsDue(new Date(before.now), target.now);
    } finally {
      // Whatever went wrong on the way, the clock does not stay there.
      const { shift_ms, frozen_at } = target;
      await this.owner.here((client) => client.query(`UPDATE clock SET shift_ms = $1, frozen_at = $2`, [shift_ms, frozen_at]));
    }
    await this.runUntilDone(target.now, () => this.housekeeping.runDue());
    // Of what was sent just now, a provider may have more to say already.
    await this.receipts.tellDue();
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

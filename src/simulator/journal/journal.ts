import { Injectable, type OnModuleInit } from '@nestjs/common';
import { currentWorkspace } from '../../platform/workspace/workspace.context.ts';
import { DeskClock } from '../desk-clock.service.ts';
import { DeskNews } from '../desk-news.ts';
import { RESET_NEWS } from '../desk-reset.service.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import { MagicSightings } from '../magic/magic-sightings.ts';
import { WORKSPACE_NEWS } from '../workspaces/workspaces.service.ts';
import { ClockMarks } from './clock-marks.ts';
import type { JournalEntry } from './journal-entry.ts';

/** Of one workspace; the oldest makes room. */
export const MOST_ENTRIES = 2_000;
/** Of all workspaces together: a few dozen megabytes. The workspace that was quiet longest makes room. */
const MOST_ENTRIES_IN_ALL = 100_000;

/** What was seen in a workspace at least once. Bounded by the catalogues, so that it outlives the entries. */
export interface Sightings {
  readonly refusals: Set<string>;
  readonly fieldFaults: Set<string>;
  readonly magicValues: Set<string>;
  readonly faults: Set<string>;
  /** Whether a draft was begun; one that was sent leaves no trace of it. */
  hasDraft: boolean;
}

interface Room {
  readonly entries: JournalEntry[];
  readonly sightings: Sightings;
  readonly clock: ClockMarks;
  lastSequence: number;
}

/**
 * The requests that this copy of the service has answered, workspace by workspace, in memory: it costs no statement, and ends with the
 * process, with a reset and with the workspace.
 */
@Injectable()
export class Journal implements OnModuleInit {
  /** The one that was quiet longest comes first. */
  private readonly rooms = new Map<string, Room>();
  private entriesInAll = 0;

  constructor(
    private readonly news: DeskNews,
    private readonly clock: DeskClock,
    private readonly faults: FaultBoard,
    private readonly magic: MagicSightings,
  ) {}

  onModuleInit(): void {
    for (const topic of [RESET_NEWS, WORKSPACE_NEWS]) {
      this.news.on(topic, (workspace) => void (workspace !== undefined && this.forget(workspace)));
    }
    this.clock.onMove((before, after) => this.rooms.get(currentWorkspace().name)?.clock.moved(before, after, Date.now()));
    this.faults.tellStrikes((name) => void this.room().sightings.faults.add(name));
    this.magic.tell((key) => void this.room().sightings.magicValues.add(key));
  }

  note(entry: Omit<JournalEntry, 'sequence'>): void {
    const room = this.room();
    room.entries.push({ sequence: ++room.lastSequence, ...entry });
    this.entriesInAll++;
    if (room.entries.length > MOST_ENTRIES) this.dropOldest(room);
    if (this.entriesInAll > MOST_ENTRIES_IN_ALL) this.dropOldest([...this.rooms.values()].find(({ entries }) => entries.length > 0)!);
    const { refusal, method, route, status } = entry;
    if (refusal) room.sightings.refusals.add(refusal.code);
    for (const { code } of refusal?.errors ?? []) room.sightings.fieldFaults.add(code);
    if (method === 'POST' && route === '/v1/drafts' && status === 201) room.sightings.hasDraft = true;
  }

  /** Oldest first. */
  entries(): readonly JournalEntry[] {
    return this.rooms.get(currentWorkspace().name)?.entries ?? [];
  }

  sightings(): Sightings {
    return this.rooms.get(currentWorkspace().name)?.sightings ?? newRoom().sightings;
  }

  /** What the domain's clock showed when each of them came. */
  async timesOf(entries: readonly JournalEntry[]): Promise<Date[]> {
    const reading = await this.clock.read();
    const read = Date.now();
    const marks = this.rooms.get(currentWorkspace().name)?.clock ?? new ClockMarks();
    return entries.map(({ cameAt }) => marks.domainTime(cameAt, reading, read));
  }

  private room(): Room {
    const { name } = currentWorkspace();
    const room = this.rooms.get(name) ?? newRoom();
    this.rooms.delete(name);
    this.rooms.set(name, room);
    return room;
  }

  private dropOldest(room: Room): void {
    room.entries.shift();
    this.entriesInAll--;
  }

  private forget(workspace: string): void {
    this.entriesInAll -= this.rooms.get(workspace)?.entries.length ?? 0;
    this.rooms.delete(workspace);
  }
}

function newRoom(): Room {
  const seen = () => new Set<string>();
  return {
    entries: [],
    sightings: { refusals: seen(), fieldFaults: seen(), magicValues: seen(), faults: seen(), hasDraft: false },
    clock: new ClockMarks(),
    lastSequence: 0,
  };
}

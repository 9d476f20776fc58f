import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { OfficesService } from '../offices/offices.service.ts';
import { PhotosService } from '../photos/photos.service.ts';
import { UploadParts } from '../photos/upload-parts.storage.ts';
import { WorkspacePhotos } from '../photos/workspace-photos.ts';
import { sqlState } from '../platform/database/database.ts';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';
import { DeskClock } from './desk-clock.service.ts';
import { DeskNews } from './desk-news.ts';
import { OwnerDoor } from './workspaces/owner-door.ts';
import { tablesOf } from './workspaces/schema-tables.ts';
import { LOST_WITH_THE_POWER, REQUEST_COUNTER, WorkspaceBuilder } from './workspaces/workspace-builder.ts';
import { DeskWorkspaces } from './workspaces/workspaces.service.ts';

/** The topic on which every copy hears that a workspace was emptied, and lets go of what it remembers of it. */
export const RESET_NEWS = 'resets';

/** What a workspace gathers while it is used. */
const GATHERED = [
  'account_sessions',
  'accounts',
  'attempt_counters',
  'audit_entries',
  'comparisons',
  'consents',
  'declaration_revisions',
  'declarations',
  'dossier_counter_jumps',
  'dossier_counters',
  'duplicate_pairs',
  'email_confirmations',
  'idempotency_keys',
  'messages',
  'password_resets',
  'phone_changes',
  'photos',
  'queue_tallies',
  'simulator_faults',
  'simulator_inbox',
  'staff_notes',
  'uploads',
  'visits',
];

/** Dossiers that are deleted sooner than their tables are replaced. */
const FEW = 1_000;

const START_CLOCK = 'UPDATE clock SET shift_ms = 0, frozen_at = NULL, target_shift_ms = NULL, target_frozen_at = NULL';

/** Where most of what changes a dossier begins. */
const FIRST = 'declarations';
/** How long a reset waits for one table while it holds others, how long it then lets everybody go on, and when it gives up; milliseconds. */
const LOCK_MS = 50;
const REST_MS = [10, 60] as const;
const MOST_PATIENCE_MS = 4_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Its furniture. In `default` it stays, with whatever its owner has made of it; other workspaces get the shipped one anew, offices too. */
const FURNITURE = ['staff', 'staff_sessions'];

/** Empties the current workspace. Done as the database's owner: the role of requests may not erase history. */
@Injectable()
export class DeskReset {
  /** Of all tables: whoever refers to others comes before them. */
  private order: string[] | undefined;

  constructor(
    private readonly photos: PhotosService,
    private readonly workspacePhotos: WorkspacePhotos,
    private readonly parts: UploadParts,
    private readonly owner: OwnerDoor,
    private readonly builder: WorkspaceBuilder,
    private readonly workspaces: DeskWorkspaces,
    private readonly news: DeskNews,
    private readonly offices: OfficesService,
    private readonly clock: DeskClock,
  ) {}

  /** @throws Refusal `not-simulators-own` for a database that the simulator neither made nor marked */
  async reset(): Promise<void> {
    await this.owner.mustBeOurs();
    // A clock on its way would go on to where it was to be.
    const { photos, declarations, parts } = await this.clock.still(() => this.empty());
    if (currentWorkspace().name !== DEFAULT_WORKSPACE.name) await this.workspacePhotos.beginAnew();
    await this.offices.refresh();
    await this.news.announce(RESET_NEWS, currentWorkspace().name);
    await this.photos.discard(photos, declarations);
    await this.parts.discard(parts);
  }

  /**
   * Whoever is at work meanwhile locks the tables in another order. PostgreSQL would notice after a second, and turn one of the two away,
   * while everybody else waits behind them: so a reset that cannot have all tables soon lets go of those it has, and tries again.
   */
  private async empty(): ReturnType<DeskReset['emptyAtOnce']> {
    const giveUpAt = performance.now() + MOST_PATIENCE_MS;
    for (;;) {
      try {
        return await this.emptyAtOnce();
      } catch (error) {
        if (sqlState(error) !== LOCK_NOT_AVAILABLE || performance.now() > giveUpAt) throw error;
        await pause(randomInt(...REST_MS));
      }
    }
  }

  /**
   * @returns ids of the photos, their declarations and the pieces of uploads that had a row: one that is just being received has none yet, and its
   *   sender is still waiting
   */
  private async emptyAtOnce(): Promise<{ photos: string[]; declarations: string[]; parts: string[] }> {
    const { name, schema } = currentWorkspace();
    const isDefault = name === DEFAULT_WORKSPACE.name;
    const record = isDefault ? undefined : await this.workspaces.find(name);
    const tables = isDefault ? GATHERED : [...GATHERED, ...FURNITURE];
    return this.owner.transaction(async (client) => {
      await client.query(
        `SET LOCAL search_path TO ${pg.escapeIdentifier(schema)}; SET LOCAL lock_timeout = ${LOCK_MS}; LOCK ${FIRST}, ${tables.join(', ')}`,
      );
      if (record) await client.query(LOST_WITH_THE_POWER);
      const { rows } = await client.query<{ id: string | null; declaration: string | null; part: string | null }>(
        `SELECT id, declaration_id AS declaration, NULL AS part FROM photos UNION ALL SELECT NULL, NULL, unnest(parts) FROM uploads`,
      );
      await client.query(`${await this.emptying(client, tables)}; ${START_CLOCK}`);
      if (record) {
        await client.query(`ALTER SEQUENCE ${REQUEST_COUNTER} RESTART`);
        await this.builder.furnish(client, record);
      }
      return {
        photos: rows.flatMap(({ id }) => id ?? []),
        declarations: [...new Set(rows.flatMap(({ declaration }) => declaration ?? []))],
        parts: rows.flatMap(({ part }) => part ?? []),
      };
    });
  }

  /**
   * TRUNCATE gives every table and index a new file and waits for the disk: dear for the few rows of a test, and the only way for very
   * many. The triggers that forbid erasing history are the owner's to set aside.
   */
  private async emptying(client: pg.PoolClient, tables: readonly string[]): Promise<string> {
    const { rowCount } = await client.query(`SELECT FROM declarations LIMIT ${FEW + 1}`);
    if ((rowCount ?? 0) > FEW) return `TRUNCATE ${tables.join(', ')}`;
    this.order ??= (await tablesOf(client, DEFAULT_WORKSPACE.schema)).map((table) => table.name).reverse();
    const ordered = this.order.filter((name) => tables.includes(name));
    const each = (statement: (table: string) => string) => ordered.map(statement);
    return [
      ...each((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`),
      ...each((table) => `DELETE FROM ${table}`),
      ...each((table) => `ALTER TABLE ${table} ENABLE TRIGGER USER`),
    ].join('; ');
  }
}

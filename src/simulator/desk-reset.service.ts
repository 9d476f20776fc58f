import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { PhotosService } from '../photos/photos.service.ts';
import { UploadParts } from '../photos/upload-parts.storage.ts';
import { currentWorkspace, DEFAULT_WORKSPACE } from '../platform/workspace/workspace.context.ts';
import { DeskNews } from './desk-news.ts';
import { OwnerDoor } from './workspaces/owner-door.ts';
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

/** Its furniture. In `default` it stays, with whatever its owner has made of it; other workspaces get the shipped one anew. */
const FURNITURE = ['offices', 'staff', 'staff_sessions'];

/** Empties the current workspace. Done as the database's owner: the role of requests may not erase history. */
@Injectable()
export class DeskReset {
  constructor(
    private readonly photos: PhotosService,
    private readonly parts: UploadParts,
    private readonly owner: OwnerDoor,
    private readonly builder: WorkspaceBuilder,
    private readonly workspaces: DeskWorkspaces,
    private readonly news: DeskNews,
  ) {}

  /** @throws Refusal `not-simulators-own` for a database that the simulator neither made nor marked */
  async reset(): Promise<void> {
    await this.owner.mustBeOurs();
    const { photos, parts } = await this.empty();
    await this.news.announce(RESET_NEWS, currentWorkspace().name);
    await this.photos.discard(photos);
    await this.parts.discard(parts);
  }

  /**
   * Whoever is at work meanwhile locks the tables in another order, so that PostgreSQL may have to turn one of the two away.
   * @returns ids of the photos, and of the pieces of uploads, that had a row: one that is just being received has none yet, and its
   *   sender is still waiting
   */
  private async empty(): Promise<{ photos: string[]; parts: string[] }> {
    const { name, schema } = currentWorkspace();
    const isDefault = name === DEFAULT_WORKSPACE.name;
    const record = isDefault ? undefined : await this.workspaces.find(name);
    const tables = isDefault ? GATHERED : [...GATHERED, ...FURNITURE];
    return this.owner.transaction(async (client) => {
      await client.query(`SET LOCAL search_path TO ${pg.escapeIdentifier(schema)}; LOCK photos, uploads`);
      if (record) await client.query(LOST_WITH_THE_POWER);
      const { rows } = await client.query<{ id: string | null; part: string | null }>(
        'SELECT id, NULL AS part FROM photos UNION ALL SELECT NULL, unnest(parts) FROM uploads',
      );
      await client.query(`TRUNCATE ${tables.join(', ')}; UPDATE clock SET shift_ms = 0, frozen_at = NULL`);
      if (record) {
        await client.query(`ALTER SEQUENCE ${REQUEST_COUNTER} RESTART`);
        await this.builder.furnish(client, record);
      }
      return { photos: rows.flatMap(({ id }) => id ?? []), parts: rows.flatMap(({ part }) => part ?? []) };
    });
  }
}

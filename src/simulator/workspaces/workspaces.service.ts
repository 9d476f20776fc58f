import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { WorkspacePhotos } from '../../photos/workspace-photos.ts';
import { sqlState } from '../../platform/database/database.ts';
import { ENV, type Environment } from '../../platform/env.ts';
import type { ProfileChoice } from '../../platform/process-profile.ts';
import { Randomness } from '../../platform/randomness.ts';
import { Refusal, validationFailed } from '../../platform/refusal.ts';
import { DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../../platform/workspace/workspace.context.ts';
import { Workspaces, type Entrance, type WorkspaceKeeper } from '../../platform/workspace/workspaces.ts';
import { DeskNews } from '../desk-news.ts';
import { OwnerDoor } from './owner-door.ts';
import { SeededChance } from './seeded-chance.ts';
import { SpareSchemas } from './spare-schemas.ts';
import { REQUEST_COUNTER, schemaOf, WorkspaceBuilder } from './workspace-builder.ts';
import { WORKSPACE_COLUMNS, WORKSPACE_NAME, WorkspaceStore, type WorkspaceRecord } from './workspace.store.ts';

/** So many schemas a PostgreSQL of a developer's machine carries easily [D]. */
export const MOST_WORKSPACES = 1_000;

/** A workspace is for suites that send all day from one address, on a server that counts as in production too [D]. */
const LEAST_RATE_LIMIT_FACTOR = 1_000;

/** In milliseconds: another copy may make it meanwhile, and its news come late. */
const MISSED_MS = 1_000;
const MOST_MISSED = 1_000;

export interface WorkspaceWish {
  readonly name?: string | undefined;
  readonly profile?: ProfileChoice | undefined;
  readonly seed?: string | undefined;
  readonly rateLimitFactor?: number | undefined;
  /** The workspace to copy. */
  readonly fork?: string | undefined;
}

export const WORKSPACE_NEWS = 'workspaces';
const UNIQUE_VIOLATION = '23505';

/** Makes, copies, empties and removes workspaces, and knows those that requests name. */
@Injectable()
export class DeskWorkspaces implements OnModuleInit, WorkspaceKeeper {
  /** What this copy knows; whoever changes a workspace tells the other copies. */
  private readonly known = new Map<string, WorkspaceRecord>();
  /** Names that were looked for in vain, and until when nobody looks again: milliseconds of `performance.now`. */
  private readonly missed = new Map<string, number>();
  /** How often this copy has heard of a change: what was looked for before is not known after. */
  private changes = 0;

  constructor(
    private readonly store: WorkspaceStore,
    private readonly builder: WorkspaceBuilder,
    private readonly spares: SpareSchemas,
    private readonly owner: OwnerDoor,
    private readonly photos: WorkspacePhotos,
    private readonly randomness: Randomness,
    private readonly news: DeskNews,
    private readonly workspaces: Workspaces,
    @Inject(ENV) private readonly env: Pick<Environment, 'rateLimitFactor'>,
  ) {}

  onModuleInit(): void {
    this.workspaces.keptBy(this);
    this.news.on(WORKSPACE_NEWS, (name) => this.forget(name));
  }

  /**
   * Every request to a workspace with a seed draws from its own place in the seed's order; only the desk's questions do not, so that
   * waiting and looking change nothing, nor do the doors beside the story: whether a run is recorded changes nothing either.
   */
  async enter(name: string, { method, url }: Entrance): Promise<Workspace | undefined> {
    const record = this.known.get(name) ?? (await this.meet(name));
    if (!record) return undefined;
    const workspace = workspaceOf(record);
    if (record.seed === null || (method === 'GET' && url.startsWith('/_sim/')) || isBesideTheStory(url)) return workspace;
    const [next] = await this.owner.rows<{ request: number }>(
      `SELECT nextval('${pg.escapeIdentifier(schemaOf(name))}.${REQUEST_COUNTER}') AS request`,
    );
    return { ...workspace, chance: new SeededChance(record.seed, Number(next!.request)) };
  }

  /** @throws Refusal `workspace-exists`, `too-many-workspaces`, `validation-failed` for an unknown `fork`, `not-simulators-own` */
  async create({ name = this.newName(), fork, ...wish }: WorkspaceWish): Promise<WorkspaceRecord> {
    if (name === DEFAULT_WORKSPACE.name) throw new Refusal('workspace-exists');
    await this.owner.mustBeOurs();
    const source = fork === undefined ? undefined : await this.getSource(fork);
    await this.store.makeTable();
    const schema = schemaOf(name);
    const record = await this.owner
      .transaction(async (client) => {
        const added = await this.register(client, { name, fork, ...this.inherited(source?.record, wish) });
        // The name is ours from here on; whatever lies under it, somebody left there who died.
        const within = <T>(work: () => Promise<T>) => inWorkspace(workspaceOf(added), work);
        await within(() => this.photos.clear());
        const isSpare = await this.spares.take(client, schema);
        if (!isSpare) await this.builder.build(client, schema);
        if (source) {
          await this.builder.copy(client, source.schema, schema);
          await within(() => this.photos.adopt(source.name));
        } else if (!isSpare || added.seed !== null) await this.builder.furnish(client, added);
        return added;
      }, source && 'REPEATABLE READ')
      .catch((error: unknown) => {
        throw sqlState(error) === UNIQUE_VIOLATION ? new Refusal('workspace-exists') : error;
      });
    await this.changed(name);
    this.spares.refill();
    return record;
  }

  async list(): Promise<WorkspaceRecord[]> {
    return this.store.list();
  }

  /** @throws Refusal `workspace-unknown`, `workspace-permanent` */
  async remove(name: string): Promise<void> {
    if (name === DEFAULT_WORKSPACE.name) throw new Refusal('workspace-permanent');
    const record = await this.store.find(name);
    if (!record) throw new Refusal('workspace-unknown');
    await this.owner.transaction(async (client) => {
      await client.query('DELETE FROM simulator_desk.workspaces WHERE name = $1', [name]);
      await this.builder.demolish(client, schemaOf(name));
      // Before anybody else can have the name.
      await inWorkspace(workspaceOf(record), () => this.photos.clear());
    });
    await this.changed(name);
  }

  /** The workspace as this copy has it recorded; undefined for `default`, which is in no list. */
  async find(name: string): Promise<WorkspaceRecord | undefined> {
    return this.known.get(name) ?? this.meet(name);
  }

  /** How many requests have drawn from the workspace's seed since its beginning; 0 where it has none. */
  async placesTaken(name: string): Promise<number> {
    if ((await this.find(name))?.seed == null) return 0;
    const [counter] = await this.owner.rows<{ taken: number }>(
      `SELECT CASE WHEN is_called THEN last_value ELSE 0 END::int AS taken FROM ${pg.escapeIdentifier(schemaOf(name))}.${REQUEST_COUNTER}`,
    );
    return counter!.taken;
  }

  /** A copy is of its source's kind, unless it was asked for otherwise. */
  private inherited(source: WorkspaceRecord | undefined, wish: Omit<WorkspaceWish, 'name' | 'fork'>) {
    const own = this.env.rateLimitFactor < LEAST_RATE_LIMIT_FACTOR ? LEAST_RATE_LIMIT_FACTOR : null;
    return {
      profile: wish.profile ?? source?.profile ?? null,
      seed: wish.seed ?? source?.seed ?? null,
      rateLimitFactor: wish.rateLimitFactor ?? source?.rateLimitFactor ?? own,
    };
  }

  private newName(): string {
    return `ws-${this.randomness.uuid().slice(-12)}`;
  }

  private async register(client: pg.PoolClient, record: NewRecord): Promise<WorkspaceRecord> {
    const { rows } = await client.query<WorkspaceRecord>(
      `INSERT INTO simulator_desk.workspaces (name, profile, seed, rate_limit_factor, fork_of, migrations)
       SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM simulator_desk.workspaces) < $7
       RETURNING ${WORKSPACE_COLUMNS}`,
      [record.name, record.profile, record.seed, record.rateLimitFactor, record.fork, this.builder.migrations, MOST_WORKSPACES],
    );
    if (!rows[0]) throw new Refusal('too-many-workspaces');
    return rows[0];
  }

  private async getSource(name: string): Promise<{ name: string; schema: string; record: WorkspaceRecord | undefined }> {
    if (name === DEFAULT_WORKSPACE.name) return { name, schema: DEFAULT_WORKSPACE.schema, record: undefined };
    const record = await this.find(name);
    if (!record) throw validationFailed([{ pointer: '/fork', code: 'bad-format', text: UNKNOWN_SOURCE }]);
    return { name, schema: schemaOf(name), record };
  }

  /** One that an earlier version of the service made is brought up to date first. */
  private async meet(name: string): Promise<WorkspaceRecord | undefined> {
    if (!WORKSPACE_NAME.test(name) || (this.missed.get(name) ?? 0) > performance.now()) return undefined;
    const { changes } = this;
    const record = await this.store.find(name);
    if (!record) {
      if (changes === this.changes) this.miss(name);
      return undefined;
    }
    if (!this.builder.isCurrent(record)) await this.bringUpToDate(name);
    this.known.set(name, record);
    return record;
  }

  private miss(name: string): void {
    if (this.missed.size >= MOST_MISSED) this.missed.clear();
    this.missed.set(name, performance.now() + MISSED_MS);
  }

  private bringUpToDate(name: string): Promise<void> {
    return this.owner.transaction(async (client) => {
      const { rows } = await client.query<Pick<WorkspaceRecord, 'name' | 'migrations'>>(
        `SELECT name, migrations FROM simulator_desk.workspaces WHERE name = $1 FOR UPDATE`,
        [name],
      );
      if (rows[0] && !this.builder.isCurrent(rows[0])) await this.builder.bringUpToDate(client, rows[0]);
    });
  }

  private async changed(name: string): Promise<void> {
    await inWorkspace(DEFAULT_WORKSPACE, () => this.news.announce(WORKSPACE_NEWS, name));
  }

  private forget(name: string | undefined): void {
    this.changes++;
    if (name === undefined) this.missed.clear();
    else this.missed.delete(name);
    for (const forgotten of name === undefined ? [...this.known.keys()] : [name]) {
      this.known.delete(forgotten);
      this.workspaces.forget(forgotten);
    }
  }
}

const BESIDE_THE_STORY = /^\/_sim\/(runs|workspaces)(?![^/?])/;

/** The doors that are about worlds and recordings, and belong to no world's story. */
export function isBesideTheStory(url: string): boolean {
  return BESIDE_THE_STORY.test(url);
}

type NewRecord = Pick<WorkspaceRecord, 'name' | 'profile' | 'seed' | 'rateLimitFactor'> & { readonly fork: string | undefined };

function workspaceOf({ name, profile, rateLimitFactor }: WorkspaceRecord): Workspace {
  return { name, schema: schemaOf(name), profile: profile ?? undefined, rateLimitFactor: rateLimitFactor ?? undefined };
}

const UNKNOWN_SOURCE = { vi: 'Không có không gian làm việc tên này.', en: 'There is no workspace of this name.' };

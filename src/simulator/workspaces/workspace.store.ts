import { Injectable } from '@nestjs/common';
import { sqlState } from '../../platform/database/database.ts';
import type { ProfileChoice } from '../../platform/process-profile.ts';
import { OwnerDoor } from './owner-door.ts';

/** A workspace as it was asked for. */
export interface WorkspaceRecord {
  readonly name: string;
  readonly profile: ProfileChoice | null;
  readonly seed: string | null;
  readonly rateLimitFactor: number | null;
  /** The workspace that it was copied from. */
  readonly forkOf: string | null;
  readonly createdAt: Date;
  /** Those that its schema is made of. */
  readonly migrations: readonly string[];
}

/** Also the name of its schema, which PostgreSQL holds to 63 characters. */
export const WORKSPACE_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export const WORKSPACE_COLUMNS = `name, profile, seed, rate_limit_factor AS "rateLimitFactor", fork_of AS "forkOf", created_at AS "createdAt",
  migrations`;

const UNDEFINED_TABLE = '42P01';

/** Our list of workspaces, in a schema of the desk's own: where the desk was never used, nothing of it is there. */
@Injectable()
export class WorkspaceStore {
  private ready: Promise<unknown> | undefined;

  constructor(private readonly owner: OwnerDoor) {}

  async find(name: string): Promise<WorkspaceRecord | undefined> {
    const [row] = await this.read('WHERE name = $1', [name]);
    return row;
  }

  async list(): Promise<WorkspaceRecord[]> {
    return this.read('ORDER BY created_at, name');
  }

  /** Looking makes nothing: without the list there is no workspace. */
  private async read(which: string, parameters: string[] = []): Promise<WorkspaceRecord[]> {
    return this.owner
      .rows<WorkspaceRecord>(`SELECT ${WORKSPACE_COLUMNS} FROM simulator_desk.workspaces ${which}`, parameters)
      .catch((error: unknown) => {
        if (sqlState(error) === UNDEFINED_TABLE) return [];
        throw error;
      });
  }

  /** Made when it is first needed; copies that do so at the same moment wait for each other. */
  async makeTable(): Promise<void> {
    this.ready ??= this.owner.script(MAKE_TABLE).catch((error: unknown) => {
      this.ready = undefined;
      throw error;
    });
    await this.ready;
  }
}

const MAKE_TABLE = `
  SELECT pg_advisory_xact_lock(hashtextextended('simulator_desk', 0));
  CREATE SCHEMA IF NOT EXISTS simulator_desk;
  CREATE TABLE IF NOT EXISTS simulator_desk.workspaces (
    name text NOT NULL,
    profile text,
    seed text,
    rate_limit_factor double precision,
    fork_of text,
    created_at timestamptz NOT NULL DEFAULT now(),
    migrations text[] NOT NULL,
    CONSTRAINT pk_workspaces PRIMARY KEY (name));
  CREATE TABLE IF NOT EXISTS simulator_desk.spare_schemas (
    name text NOT NULL,
    migrations text[] NOT NULL,
    CONSTRAINT pk_spare_schemas PRIMARY KEY (name))`;

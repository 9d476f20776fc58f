import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { restoreOffices } from '../../offices/offices.loader.ts';
import { Passwords } from '../../platform/passwords.ts';
import { PROFILE_DAYS, PROCESS_PROFILES, type ProfileChoice } from '../../platform/process-profile.ts';
import { Randomness } from '../../platform/randomness.ts';
import { inWorkspace } from '../../platform/workspace/workspace.context.ts';
import { ADD_SIMULATED, simulatedRows } from '../../staff/simulated-rows.ts';
import { NAMED_STAFF, SIMULATED_PASSWORD } from '../named-staff.ts';
import { SeededChance } from './seeded-chance.ts';
import { tablesOf } from './schema-tables.ts';
import type { WorkspaceRecord } from './workspace.store.ts';

/** How the schema of a workspace is written and who may do what in it; the application's, so that it is the same everywhere. */
export interface Blueprint {
  /** Those that make the schema, oldest first. */
  readonly migrations: readonly string[];
  /** The whole schema, or what is missing where some migrations are done, as SQL that names no schema. */
  statements(done?: readonly string[]): Promise<string>;
  /** SQL that grants the request role what it may do in the schema. */
  grants(schema: string): string;
}

export const BLUEPRINT = Symbol('blueprint of a workspace');

/** Counts the requests of a workspace with a seed. */
export const REQUEST_COUNTER = 'simulator_requests';

/** A workspace is a test's: nobody waits for the disk before using one, and after a power cut it may be missing. */
export const LOST_WITH_THE_POWER = 'SET LOCAL synchronous_commit = off';

/** A whole schema is hundreds of statements in one question, or one that takes hundreds of files away: on a busy machine that is longer than any other may take. */
const BUILDING_MS = 60_000;

/** The driver takes a patience with each question; its types do not say so. */
async function patiently(client: pg.PoolClient, text: string): Promise<void> {
  const question: pg.QueryConfig & { query_timeout: number } = { text, query_timeout: BUILDING_MS };
  await client.query(question);
}

/** Sessions hold in one workspace only. */
const NEVER_COPIED = ['account_sessions', 'staff_sessions'];

export function schemaOf(name: string): string {
  return `w_${name}`;
}

/** Builds, furnishes, copies and brings up to date the schemas of workspaces. Everything happens in the owner's transaction. */
@Injectable()
export class WorkspaceBuilder {
  private script: Promise<string> | undefined;
  private passwordHash: Promise<string> | undefined;

  constructor(
    private readonly passwords: Passwords,
    private readonly randomness: Randomness,
    @Inject(BLUEPRINT) private readonly blueprint: Blueprint,
  ) {}

  get migrations(): readonly string[] {
    return this.blueprint.migrations;
  }

  isCurrent({ migrations }: Pick<WorkspaceRecord, 'migrations'>): boolean {
    return this.migrations.every((name) => migrations.includes(name));
  }

  /** Makes the schema and stands in it. */
  async build(client: pg.PoolClient, schemaName: string): Promise<void> {
    const schema = pg.escapeIdentifier(schemaName);
    const script = await (this.script ??= this.blueprint.statements());
    await patiently(
      client,
      `${LOST_WITH_THE_POWER}; CREATE SCHEMA ${schema}; SET LOCAL search_path TO ${schema}; ${script};
       CREATE SEQUENCE ${REQUEST_COUNTER}; INSERT INTO simulator_mark DEFAULT VALUES; ${this.blueprint.grants(schemaName)}`,
    );
  }

  /** Takes the schema away, with all that is in it. */
  async demolish(client: pg.PoolClient, schemaName: string): Promise<void> {
    await patiently(
      client,
      `SET LOCAL statement_timeout = ${BUILDING_MS}; DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(schemaName)} CASCADE`,
    );
  }

  /** Offices, the named officers and the clock, in the schema where the client stands: what a workspace begins with. */
  async furnish(client: pg.PoolClient, { seed, profile }: Pick<WorkspaceRecord, 'seed' | 'profile'>): Promise<void> {
    const frozenAt = seed === null ? null : firstMorningOf(profile);
    await client.query('UPDATE clock SET shift_ms = 0, frozen_at = $1', [frozenAt]);
    await client.query('DELETE FROM staff');
    await restoreOffices((sql, parameters) => client.query(sql, parameters));
    const passwordHash = await (this.passwordHash ??= this.passwords.hash(SIMULATED_PASSWORD));
    const chance = seed === null ? undefined : new SeededChance(seed, 0);
    const rows = inWorkspace({ name: '', schema: '', chance }, () =>
      simulatedRows(NAMED_STAFF, passwordHash, () => this.randomness.uuid()),
    );
    await client.query(ADD_SIMULATED, [JSON.stringify(rows)]);
  }

  /** Copies every row from another schema into the one, still empty, where the client stands. */
  async copy(client: pg.PoolClient, from: string, to: string): Promise<void> {
    const tables = (await tablesOf(client, to)).filter(({ name }) => !NEVER_COPIED.includes(name));
    const source = pg.escapeIdentifier(from);
    const statements = tables.flatMap(({ name, columns }) => [
      `ALTER TABLE ${name} DISABLE TRIGGER USER`,
      `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${source}.${name}`,
      `ALTER TABLE ${name} ENABLE TRIGGER USER`,
    ]);
    // What a schema begins with is copied too.
    await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}, ${NEVER_COPIED.join(', ')}; ${statements.join('; ')}`);
    await copySequences(client, from, to);
  }

  async bringUpToDate(client: pg.PoolClient, { name, migrations }: Pick<WorkspaceRecord, 'name' | 'migrations'>): Promise<void> {
    const schema = pg.escapeIdentifier(schemaOf(name));
    const script = await this.blueprint.statements(migrations);
    await client.query(`SET LOCAL search_path TO ${schema}; ${script}; ${this.blueprint.grants(schemaOf(name))}`);
    await client.query('UPDATE simulator_desk.workspaces SET migrations = $2 WHERE name = $1', [name, this.migrations]);
  }
}

/** Eight o'clock, in Vietnam, of the first weekday on which the profile was in force: when the clock of a seeded workspace stands still [D]. */
export function firstMorningOf(profile: ProfileChoice | null): Date {
  const since = PROFILE_DAYS[PROCESS_PROFILES.find((name) => name === profile) ?? '2021-04'];
  const morning = new Date(`${since}T08:00:00+07:00`);
  while ([0, 6].includes(morning.getUTCDay())) morning.setUTCDate(morning.getUTCDate() + 1);
  return morning;
}

async function copySequences(client: pg.PoolClient, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    `SELECT quote_ident(own.sequencename) AS name, source.last_value AS last FROM pg_sequences own
     JOIN pg_sequences source ON source.sequencename = own.sequencename AND source.schemaname = $1 WHERE own.schemaname = $2`,
    [from, to],
  );
  for (const { name, last } of rows) if (last !== null) await client.query('SELECT setval($1, $2)', [name, last]);
}

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { describeError, log } from '../../platform/log.ts';
import { OwnerDoor } from './owner-door.ts';
import { WorkspaceBuilder } from './workspace-builder.ts';

/** Whoever makes one workspace makes another: a test run has one per worker. */
const KEPT = 8;

/** Built once nobody has asked for one for so long: whoever makes several in a row is not slowed down by it. */
const QUIET_MS = 200;

/**
 * Schemas that are built and furnished before anybody asks, so that a new workspace costs the renaming of one. There is none before the
 * first workspace.
 */
@Injectable()
export class SpareSchemas implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private filling: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly owner: OwnerDoor,
    private readonly builder: WorkspaceBuilder,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.filling;
  }

  /** Gives a spare schema its new name and stands in it. @returns false when there is none */
  async take(client: pg.PoolClient, schema: string): Promise<boolean> {
    const { rows } = await client.query<{ name: string }>(
      `DELETE FROM simulator_desk.spare_schemas WHERE name = (
         SELECT name FROM simulator_desk.spare_schemas WHERE migrations = $1 LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name`,
      [this.builder.migrations],
    );
    const [spare] = rows;
    if (!spare) return false;
    const name = pg.escapeIdentifier(schema);
    await client.query(`ALTER SCHEMA ${pg.escapeIdentifier(spare.name)} RENAME TO ${name}; SET LOCAL search_path TO ${name}`);
    // Functions that were told where they stand still believe in the old name.
    const told = await client.query<{ function: string }>(
      `SELECT oid::regprocedure::text AS function FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proconfig IS NOT NULL`,
    );
    for (const row of told.rows) await client.query(`ALTER FUNCTION ${row.function} SET search_path FROM CURRENT`);
    return true;
  }

  /** Builds what is missing, in the background, one after the other. */
  refill(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.startFilling(), QUIET_MS).unref();
  }

  private startFilling(): void {
    if (this.stopped) return;
    this.filling ??= this.fill()
      .catch((error: unknown) => log.warn({ error: describeError(error) }, 'no spare schema could be built'))
      .finally(() => {
        this.filling = undefined;
      });
  }

  private async fill(): Promise<void> {
    while (!this.stopped && (await this.addOne()));
  }

  /** @returns false when there are enough */
  private addOne(): Promise<boolean> {
    return this.owner.transaction(async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `INSERT INTO simulator_desk.spare_schemas (name, migrations) SELECT 'spare_' || replace(gen_random_uuid()::text, '-', ''), $1
         WHERE (SELECT count(*) FROM simulator_desk.spare_schemas WHERE migrations = $1) < $2 RETURNING name`,
        [this.builder.migrations, KEPT],
      );
      const [spare] = rows;
      if (!spare) return false;
      await this.builder.build(client, spare.name);
      await this.builder.furnish(client, { seed: null, profile: null });
      return true;
    });
  }
}

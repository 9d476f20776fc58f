import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Some limits shut the door for longer than their window, and for longer each time. */
export class GrowingLimits1790001700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `DROP INDEX ix_attempt_counters_end`,
  `ALTER TABLE attempt_counters ADD COLUMN strikes integer NOT NULL DEFAULT 0, ADD COLUMN remembered_until timestamptz`,
  `UPDATE attempt_counters SET remembered_until = window_ends_at`,
  `ALTER TABLE attempt_counters ALTER COLUMN remembered_until SET NOT NULL`,
  `CREATE INDEX ix_attempt_counters_remembered ON attempt_counters (remembered_until)`,
];

const DOWN = [
  `DROP INDEX ix_attempt_counters_remembered`,
  `ALTER TABLE attempt_counters DROP COLUMN strikes, DROP COLUMN remembered_until`,
  `CREATE INDEX ix_attempt_counters_end ON attempt_counters (window_ends_at)`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The desk's faults, and messages that a provider keeps back or reports on later. */
export class Faults1790001200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE simulator_faults (
         name text NOT NULL,
         count integer,
         probability double precision,
         seed integer,
         skip integer NOT NULL DEFAULT 0,
         parameters jsonb NOT NULL DEFAULT '{}',
         met integer NOT NULL DEFAULT 0,
         hits integer NOT NULL DEFAULT 0,
         CONSTRAINT pk_simulator_faults PRIMARY KEY (name),
         CONSTRAINT ck_simulator_faults_mode
           CHECK ((count IS NULL) <> (probability IS NULL) AND (probability IS NULL) = (seed IS NULL)),
         CONSTRAINT ck_simulator_faults_counts CHECK (coalesce(count, 1) >= 1 AND skip >= 0 AND hits >= 0 AND hits <= met),
         CONSTRAINT ck_simulator_faults_probability CHECK (probability > 0 AND probability <= 1)
       )`,
    );
    await runner.query(
      `ALTER TABLE simulator_inbox ADD COLUMN arrives_at timestamptz, ADD COLUMN receipt text, ADD COLUMN receipt_due_at timestamptz,
         ADD CONSTRAINT ck_simulator_inbox_receipt
           CHECK (receipt IN ('delivered', 'permanent-failure') AND (receipt IS NULL) = (receipt_due_at IS NULL))`,
    );
    await runner.query(`CREATE INDEX ix_simulator_inbox_receipt ON simulator_inbox (receipt_due_at) WHERE receipt_due_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_simulator_inbox_receipt`);
    await runner.query(`ALTER TABLE simulator_inbox DROP COLUMN receipt_due_at, DROP COLUMN receipt, DROP COLUMN arrives_at`);
    await runner.query(`DROP TABLE simulator_faults`);
  }
}

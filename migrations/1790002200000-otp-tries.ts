import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tries of a one-time password are counted with the limits alone, for known and unknown numbers alike: a count beside them showed who has an account. */
export class OtpTries1790002200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE password_resets DROP COLUMN tries`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE password_resets ADD COLUMN tries integer NOT NULL DEFAULT 0`);
  }
}

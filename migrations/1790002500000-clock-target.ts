import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a move of the clock leads, for as long as the clock stands still on the way: whoever moved it may die before it is there. */
export class ClockTarget1790002500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clock ADD COLUMN target_shift_ms bigint, ADD COLUMN target_frozen_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clock DROP COLUMN target_shift_ms, DROP COLUMN target_frozen_at`);
  }
}

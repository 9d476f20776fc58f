import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leases that have run out are found, and their end is put on record. */
export class LeaseEnds1790001300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX ix_declarations_lease_until ON declarations (lease_until) WHERE lease_until IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_declarations_lease_until`);
  }
}

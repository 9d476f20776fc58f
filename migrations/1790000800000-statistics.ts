import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Statistics are counted from the steps of an office's dossiers. */
export class Statistics1790000800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX ix_declarations_receipt ON declarations (receiving_office_code, submitted_at, id) WHERE status <> 'DRAFT'`,
    );
    await runner.query(`DROP INDEX ix_declarations_receiving_office`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX ix_declarations_receiving_office ON declarations (receiving_office_code)`);
    await runner.query(`DROP INDEX ix_declarations_receipt`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const WAITING = `state IN ('created', 'sending', 'temporary-failure')`;

/** What is due is claimed in its order, by an index that has it: of a thousand that fall due at one instant none is looked at but those claimed. */
export class OutboxOrder1790002100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX ix_messages_due`);
    await queryRunner.query(`CREATE INDEX ix_messages_due ON messages (next_attempt_at, id) WHERE ${WAITING}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX ix_messages_due`);
    await queryRunner.query(`CREATE INDEX ix_messages_due ON messages (next_attempt_at) WHERE ${WAITING}`);
  }
}

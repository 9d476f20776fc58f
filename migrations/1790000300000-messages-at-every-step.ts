import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The citizen is told of every step, in the language of the declaration; how it was worded and how long it was is on record. */
export class MessagesAtEveryStep1790000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE declarations
         ADD COLUMN language text NOT NULL DEFAULT 'vi',
         ADD COLUMN reminded_at timestamptz,
         ADD CONSTRAINT ck_declarations_language CHECK (language IN ('vi', 'en'))`,
    );
    await runner.query(`ALTER TABLE messages ADD COLUMN template_version integer, ADD COLUMN segments integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages DROP COLUMN template_version, DROP COLUMN segments`);
    await runner.query(`ALTER TABLE declarations DROP COLUMN language, DROP COLUMN reminded_at`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A notice whose occasion was over before it could be told asks nobody to see to it: the correction came, or the decision. */
export class SupersededNotices1790002600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(markFailedMessage(` AND failed.last_error IS DISTINCT FROM 'superseded'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(markFailedMessage(''));
    await runner.query(
      `UPDATE declarations SET message_failed = true WHERE NOT message_failed AND erased_at IS NULL AND EXISTS (
         SELECT FROM messages failed WHERE declaration_id = declarations.id AND state = 'expired' AND last_error = 'superseded' AND NOT EXISTS (
           SELECT FROM messages newer WHERE newer.declaration_id = failed.declaration_id AND newer.purpose = failed.purpose AND newer.issue > failed.issue))`,
    );
  }
}

const FAILED = `('permanent-failure', 'technical-failure', 'expired')`;

function markFailedMessage(unless: string): string {
  return `CREATE OR REPLACE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     PERFORM FROM declarations WHERE id = dossier FOR NO KEY UPDATE;
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages failed WHERE declaration_id = dossier AND state IN ${FAILED}${unless} AND NOT EXISTS (
         SELECT FROM messages newer WHERE newer.declaration_id = dossier AND newer.purpose = failed.purpose AND newer.issue > failed.issue));
     RETURN NULL;
   END $$`;
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What one message does to its dossier's flag is worked out when nobody else is at it. */
export class FlagInTurn1790002400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const FAILED = `('permanent-failure', 'technical-failure', 'expired')`;

const UP = [
  // Of two messages that change at the same instant neither sees the other: one cleared the flag that the other had found set already. So the
  // dossier is held first, and the statement after that sees what was waited for. Few come here: a message that failed or failed no more, and
  // one that is newer than another of its kind, whose writer mostly holds the dossier already.
  `CREATE OR REPLACE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     PERFORM FROM declarations WHERE id = dossier FOR NO KEY UPDATE;
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages failed WHERE declaration_id = dossier AND state IN ${FAILED} AND NOT EXISTS (
         SELECT FROM messages newer WHERE newer.declaration_id = dossier AND newer.purpose = failed.purpose AND newer.issue > failed.issue));
     RETURN NULL;
   END $$`,
];

const DOWN = [
  `CREATE OR REPLACE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages failed WHERE declaration_id = dossier AND state IN ${FAILED} AND NOT EXISTS (
         SELECT FROM messages newer WHERE newer.declaration_id = dossier AND newer.purpose = failed.purpose AND newer.issue > failed.issue));
     RETURN NULL;
   END $$`,
];

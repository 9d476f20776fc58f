import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is over is on record, and asks for nothing more: a lease that ended, by whatever door; a message in whose place a newer one went out; a deadline. */
export class WhatIsOver1790001800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const FAILED = `('permanent-failure', 'technical-failure', 'expired')`;

const UP = [
  // A lease frees its dossier at the instant it runs out, whoever looks. Its row goes when somebody takes, decides or sweeps: then the end is
  // put on record, before whatever that somebody records. Whoever ends a living lease says so themselves.
  `CREATE FUNCTION note_lapsed_lease() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF OLD.lease_until <= domain_now() THEN
       INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, details, previous_hash, hash)
       VALUES ('declaration', OLD.id, 0, domain_now(), 'system', 'lease-ended', jsonb_build_object('holderId', OLD.lease_holder_id,
         'officeCode', OLD.lease_office_code, 'until', to_char(OLD.lease_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), '', '');
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER note_lapsed_lease AFTER UPDATE OF lease_token_hash ON declarations FOR EACH ROW
     WHEN (OLD.lease_token_hash IS NOT NULL AND OLD.lease_token_hash IS DISTINCT FROM NEW.lease_token_hash) EXECUTE FUNCTION note_lapsed_lease()`,
  `CREATE OR REPLACE FUNCTION end_leases_of_leaver() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     WITH held AS (SELECT id, lease_office_code, lease_until > domain_now() AS is_alive FROM declarations WHERE lease_holder_id = NEW.id FOR UPDATE),
       freed AS (
         UPDATE declarations SET lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL
         FROM held WHERE declarations.id = held.id RETURNING held.*)
     INSERT INTO audit_entries (subject_kind, subject_id, sequence, at, actor_kind, action, details, previous_hash, hash)
     SELECT 'declaration', id, 0, domain_now(), 'system', 'lease-ended', jsonb_build_object('holderId', NEW.id, 'officeCode', lease_office_code,
       'until', to_char(domain_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'because', 'holder-left'), '', ''
     FROM freed WHERE is_alive;
     DELETE FROM visits WHERE staff_id = NEW.id;
     RETURN NULL;
   END $$`,

  // Of each kind of message the newest says whether somebody has to see to it: a password issued anew replaces the one that never came.
  `CREATE OR REPLACE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages failed WHERE declaration_id = dossier AND state IN ${FAILED} AND NOT EXISTS (
         SELECT FROM messages newer WHERE newer.declaration_id = dossier AND newer.purpose = failed.purpose AND newer.issue > failed.issue));
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER mark_replaced AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.issue > 1 AND NEW.state NOT IN ${FAILED})
     EXECUTE FUNCTION mark_failed_message()`,
  `UPDATE declarations SET message_failed = false WHERE message_failed AND erased_at IS NULL AND NOT EXISTS (
     SELECT FROM messages failed WHERE declaration_id = declarations.id AND state IN ${FAILED} AND NOT EXISTS (
       SELECT FROM messages newer WHERE newer.declaration_id = failed.declaration_id AND newer.purpose = failed.purpose AND newer.issue > failed.issue))`,

  // The notices to an office's supervisors are the trail's own entries.
  `CREATE INDEX ix_audit_entries_overdue ON audit_entries ((details ->> 'officeCode'), at, subject_id) WHERE action = 'overdue'`,
];

const DOWN = [
  `DROP INDEX ix_audit_entries_overdue`,
  `DROP TRIGGER mark_replaced ON messages`,
  `CREATE OR REPLACE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages WHERE declaration_id = dossier AND state IN ${FAILED});
     RETURN NULL;
   END $$`,
  `UPDATE declarations SET message_failed = true WHERE erased_at IS NULL
     AND EXISTS (SELECT FROM messages WHERE messages.declaration_id = declarations.id AND messages.state IN ${FAILED})`,
  `CREATE OR REPLACE FUNCTION end_leases_of_leaver() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE declarations SET lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL,
       lease_until = NULL
     WHERE lease_holder_id = NEW.id;
     DELETE FROM visits WHERE staff_id = NEW.id;
     RETURN NULL;
   END $$`,
  `DROP TRIGGER note_lapsed_lease ON declarations`,
  `DROP FUNCTION note_lapsed_lease()`,
];

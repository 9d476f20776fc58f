import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The text that an entry's hash covers has a name of its own, so that a downloaded dossier can be checked without a database. */
export class AuditText1790000700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE FUNCTION audit_entry_text(entry audit_entries) RETURNS text LANGUAGE sql STABLE AS $$ SELECT ${TEXT} $$`);
    await runner.query(
      `CREATE OR REPLACE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $$
         SELECT sha256(entry.previous_hash || convert_to(audit_entry_text(entry), 'UTF8')) $$`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE OR REPLACE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $$
         SELECT sha256(entry.previous_hash || convert_to(${TEXT}, 'UTF8')) $$`,
    );
    await runner.query(`DROP FUNCTION audit_entry_text(audit_entries)`);
  }
}

const TEXT = `jsonb_build_array(entry.subject_kind, entry.subject_id, entry.sequence,
  (extract(epoch FROM entry.at) * 1000000)::bigint, entry.actor_kind, entry.actor_id, entry.actor_office_code, entry.action,
  entry.from_status, entry.to_status, entry.details)::text`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was declared goes when nobody needs it any more; number, office, days and reasons stay. Notes of officers move out of the audit
 * trail, which is never rewritten, into a table that can be erased.
 */
export class Retention1790000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const DECLARED = `insurance_number, full_name, id_number, province_code, district_code, ward_code, street, phone, email`;

const COMPLETE = `num_nulls(insurance_number, full_name, id_number, id_type, province_code, district_code, street, phone, office_code,
    consent_version, dossier_number, dossier_kind, dossier_year, dossier_sequence, receiving_office_code, submitted_at,
    tracking_code_hash) = 0
  AND revision >= 1 AND commitment_accepted AND data_processing_accepted`;

const UP = [
  `CREATE TABLE staff_notes (
     id uuid NOT NULL,
     declaration_id uuid NOT NULL,
     author_id uuid NOT NULL,
     text text NOT NULL,
     written_at timestamptz NOT NULL,
     CONSTRAINT pk_staff_notes PRIMARY KEY (id),
     CONSTRAINT fk_staff_notes_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT fk_staff_notes_author FOREIGN KEY (author_id) REFERENCES staff (id)
   )`,
  `CREATE INDEX ix_staff_notes_declaration ON staff_notes (declaration_id)`,

  `ALTER TABLE declarations
     ADD COLUMN erased_at timestamptz,
     DROP CONSTRAINT ck_declarations_complete,
     DROP CONSTRAINT ck_declarations_email,
     ADD CONSTRAINT ck_declarations_complete CHECK (status = 'DRAFT' OR erased_at IS NOT NULL OR (${COMPLETE})),
     ADD CONSTRAINT ck_declarations_email CHECK (status = 'DRAFT' OR erased_at IS NOT NULL OR email IS NOT NULL
       OR NOT (email_copy OR email_for_notices)),
     ADD CONSTRAINT ck_declarations_erased CHECK (erased_at IS NULL OR (
       num_nonnulls(${DECLARED}, tracking_code_hash, draft_token_hash) = 0 AND status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED')))`,
  `CREATE INDEX ix_declarations_to_erase ON declarations (status_since)
     WHERE status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED') AND erased_at IS NULL`,
  `CREATE FUNCTION guard_erased() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'an erased declaration never changes' USING ERRCODE = 'restrict_violation';
   END $$`,
  `CREATE TRIGGER guard_erased BEFORE UPDATE ON declarations FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION guard_erased()`,

  // A revision is what was sent, for ever, or nothing: it can only be emptied, and only together with its declaration.
  `CREATE FUNCTION guard_revision() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'UPDATE' AND NEW.form = '{}' AND (NEW.declaration_id, NEW.revision, NEW.photo_ids, NEW.submitted_at)
         = (OLD.declaration_id, OLD.revision, OLD.photo_ids, OLD.submitted_at)
         AND EXISTS (SELECT FROM declarations WHERE id = OLD.declaration_id AND erased_at IS NOT NULL) THEN
       RETURN NEW;
     END IF;
     RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
   END $$`,
  `DROP TRIGGER append_only ON declaration_revisions`,
  `CREATE TRIGGER guard_revision BEFORE UPDATE OR DELETE ON declaration_revisions FOR EACH ROW EXECUTE FUNCTION guard_revision()`,

  // As the owner, because the request role may not touch history; and only what has rested for a year, whoever asks.
  `CREATE FUNCTION erase_declared_data(declaration uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
   BEGIN
     UPDATE declarations SET erased_at = domain_now(), version = version + 1, warnings = '[]', returned_items = NULL,
       rejection = CASE WHEN rejection IS NOT NULL THEN jsonb_build_object('reasonCode', rejection->'reasonCode') END,
       ${DECLARED.split(', ')
         .map((column) => `${column} = NULL`)
         .join(', ')}, tracking_code_hash = NULL, draft_token_hash = NULL
     WHERE id = declaration AND status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED') AND erased_at IS NULL
       AND status_since <= domain_now() - interval '365 days';
     IF NOT FOUND THEN
       RETURN false;
     END IF;
     UPDATE declaration_revisions SET form = '{}' WHERE declaration_id = declaration;
     DELETE FROM staff_notes WHERE declaration_id = declaration;
     RETURN true;
   END $$`,
];

const DOWN = [
  `DROP FUNCTION erase_declared_data(uuid)`,
  `DROP TRIGGER guard_revision ON declaration_revisions`,
  `DROP FUNCTION guard_revision()`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON declaration_revisions FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `DROP TRIGGER guard_erased ON declarations`,
  `DROP FUNCTION guard_erased()`,
  // What is erased cannot be brought back, and the older schema has no room for it: such a database does not go down.
  `ALTER TABLE declarations DROP COLUMN erased_at,
     ADD CONSTRAINT ck_declarations_complete CHECK (status = 'DRAFT' OR (${COMPLETE})),
     ADD CONSTRAINT ck_declarations_email CHECK (status = 'DRAFT' OR email IS NOT NULL OR NOT (email_copy OR email_for_notices))`,
  `DROP TABLE staff_notes`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since 1 July 2025 an address has no district; and an e-mail address may have to be confirmed before a draft is sent. */
export class Profiles1790001500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const complete = (more: string) => `CHECK (status = 'DRAFT' OR erased_at IS NOT NULL OR (
    num_nulls(insurance_number, full_name, id_number, id_type, province_code, street, phone, office_code, consent_version,
      dossier_number, dossier_kind, dossier_year, dossier_sequence, receiving_office_code, submitted_at, tracking_code_hash) = 0
    AND ${more} AND revision >= 1 AND commitment_accepted AND data_processing_accepted))`;

const UP = [
  // Every district of before is named, whether it has wards or not; every ward of today lies in no district.
  `ALTER TABLE declarations DROP CONSTRAINT ck_declarations_complete,
     ADD CONSTRAINT ck_declarations_complete ${complete('num_nonnulls(district_code, ward_code) > 0')}`,
  `CREATE TABLE email_confirmations (
     declaration_id uuid NOT NULL,
     issue integer NOT NULL,
     address_hash bytea NOT NULL,
     otp_hash bytea NOT NULL,
     tries integer NOT NULL DEFAULT 0,
     expires_at timestamptz NOT NULL,
     confirmed_at timestamptz,
     CONSTRAINT pk_email_confirmations PRIMARY KEY (declaration_id),
     CONSTRAINT fk_email_confirmations_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id) ON DELETE CASCADE,
     CONSTRAINT ck_email_confirmations_tries CHECK (tries BETWEEN 0 AND 5),
     CONSTRAINT ck_email_confirmations_in_time CHECK (confirmed_at < expires_at)
   )`,
];

const DOWN = [
  `DROP TABLE email_confirmations`,
  // An address without a district has no place in the older schema: such a database does not go down.
  `ALTER TABLE declarations DROP CONSTRAINT ck_declarations_complete,
     ADD CONSTRAINT ck_declarations_complete ${complete('district_code IS NOT NULL')}`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. The promises live here: what may not happen is refused by a constraint, a trigger or a missing grant,
 * whatever the code above does. No name is schema-qualified, so that the same statements build any workspace's schema.
 */
export class Intake1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // --- time ------------------------------------------------------------------------------------------------------------
  `CREATE TABLE clock (
     id boolean NOT NULL DEFAULT true,
     shift_ms bigint NOT NULL DEFAULT 0,
     frozen_at timestamptz,
     CONSTRAINT pk_clock PRIMARY KEY (id),
     CONSTRAINT ck_clock_one_row CHECK (id)
   )`,
  `INSERT INTO clock DEFAULT VALUES`,
  // The domain's one source of time. Milliseconds, so that what is stored and what JSON shows are the same instant.
  `CREATE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql STABLE AS
     $$ SELECT date_trunc('milliseconds', coalesce(frozen_at, now() + shift_ms * interval '1 millisecond')) FROM clock $$`,

  // --- offices -----------------------------------------------------------------------------------------------------------
  `CREATE TABLE offices (
     code text NOT NULL,
     name text NOT NULL,
     level text NOT NULL,
     province_code text NOT NULL,
     district_code text,
     address text,
     phone text,
     code_status text NOT NULL,
     open boolean NOT NULL,
     successor_code text,
     note text,
     CONSTRAINT pk_offices PRIMARY KEY (code),
     CONSTRAINT ck_offices_code CHECK (code ~ '^0[0-9]{4}$')
   )`,

  // --- staff -------------------------------------------------------------------------------------------------------------
  `CREATE TABLE staff (
     id uuid NOT NULL,
     username text NOT NULL,
     full_name text NOT NULL,
     role text NOT NULL,
     office_code text,
     may_approve boolean NOT NULL DEFAULT false,
     password_hash text NOT NULL,
     active boolean NOT NULL DEFAULT true,
     simulated boolean NOT NULL DEFAULT false,
     created_at timestamptz NOT NULL,
     CONSTRAINT pk_staff PRIMARY KEY (id),
     CONSTRAINT uq_staff_username UNIQUE (username),
     CONSTRAINT fk_staff_office FOREIGN KEY (office_code) REFERENCES offices (code),
     CONSTRAINT ck_staff_role CHECK (role IN ('clerk', 'supervisor', 'admin')),
     CONSTRAINT ck_staff_office CHECK ((role = 'admin') = (office_code IS NULL)),
     CONSTRAINT ck_staff_approver CHECK (NOT (may_approve AND role = 'admin'))
   )`,
  `CREATE TABLE staff_sessions (
     id uuid NOT NULL,
     staff_id uuid NOT NULL,
     access_hash bytea NOT NULL,
     access_until timestamptz NOT NULL,
     refresh_hash bytea NOT NULL,
     refresh_until timestamptz NOT NULL,
     created_at timestamptz NOT NULL,
     CONSTRAINT pk_staff_sessions PRIMARY KEY (id),
     CONSTRAINT uq_staff_sessions_access UNIQUE (access_hash),
     CONSTRAINT uq_staff_sessions_refresh UNIQUE (refresh_hash),
     CONSTRAINT fk_staff_sessions_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
   )`,
  `CREATE INDEX ix_staff_sessions_staff ON staff_sessions (staff_id)`,

  // --- declarations ------------------------------------------------------------------------------------------------------
  `CREATE TABLE dossier_counters (
     office_code text NOT NULL,
     kind text NOT NULL,
     year integer NOT NULL,
     last bigint NOT NULL,
     CONSTRAINT pk_dossier_counters PRIMARY KEY (office_code, kind, year),
     CONSTRAINT fk_dossier_counters_office FOREIGN KEY (office_code) REFERENCES offices (code),
     CONSTRAINT ck_dossier_counters_last CHECK (last >= 0)
   )`,
  // Where the desk moved a counter: the proof of continuity explains every jump by a row of this table.
  `CREATE TABLE dossier_counter_jumps (
     id uuid NOT NULL,
     office_code text NOT NULL,
     kind text NOT NULL,
     year integer NOT NULL,
     from_last bigint NOT NULL,
     to_last bigint NOT NULL,
     at timestamptz NOT NULL,
     CONSTRAINT pk_dossier_counter_jumps PRIMARY KEY (id)
   )`,
  `CREATE TABLE declarations (
     id uuid NOT NULL,
     status text NOT NULL,
     version integer NOT NULL DEFAULT 1,
     revision integer NOT NULL DEFAULT 0,
     insurance_number text,
     full_name text,
     id_number text,
     id_type text,
     province_code text,
     district_code text,
     ward_code text,
     street text,
     phone text,
     office_code text,
     email_copy boolean NOT NULL DEFAULT false,
     email_for_notices boolean NOT NULL DEFAULT false,
     email text,
     commitment_accepted boolean NOT NULL DEFAULT false,
     data_processing_accepted boolean NOT NULL DEFAULT false,
     consent_version text,
     dossier_number text,
     dossier_kind text,
     dossier_year integer,
     dossier_sequence bigint,
     receiving_office_code text,
     handling_office_code text,
     submitted_at timestamptz,
     status_since timestamptz NOT NULL,
     created_at timestamptz NOT NULL,
     draft_token_hash bytea,
     tracking_code_hash bytea,
     registry_match text,
     warnings jsonb NOT NULL DEFAULT '[]',
     returned_items jsonb,
     rejection jsonb,
     lease_token_hash bytea,
     lease_holder_id uuid,
     lease_office_code text,
     lease_since timestamptz,
     lease_until timestamptz,
     decided_by_id uuid,
     decided_office_code text,
     decided_at timestamptz,
     CONSTRAINT pk_declarations PRIMARY KEY (id),
     CONSTRAINT uq_declarations_number UNIQUE (dossier_number),
     CONSTRAINT fk_declarations_office FOREIGN KEY (office_code) REFERENCES offices (code),
     CONSTRAINT fk_declarations_receiving_office FOREIGN KEY (receiving_office_code) REFERENCES offices (code),
     CONSTRAINT fk_declarations_handling_office FOREIGN KEY (handling_office_code) REFERENCES offices (code),
     CONSTRAINT fk_declarations_lease_holder FOREIGN KEY (lease_holder_id) REFERENCES staff (id),
     CONSTRAINT fk_declarations_decided_by FOREIGN KEY (decided_by_id) REFERENCES staff (id),
     CONSTRAINT ck_declarations_status CHECK (status IN
       ('DRAFT', 'SUBMITTED', 'IN_VERIFICATION', 'APPROVED', 'RETURNED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')),
     CONSTRAINT ck_declarations_number CHECK (dossier_number =
       lpad(dossier_sequence::text, greatest(5, length(dossier_sequence::text)), '0')
       || '.' || dossier_kind || '/' || dossier_year::text || '/' || receiving_office_code),
     CONSTRAINT ck_declarations_sequence CHECK (dossier_sequence >= 1),
     CONSTRAINT ck_declarations_year CHECK (dossier_year = extract(year FROM submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')),
     CONSTRAINT ck_declarations_complete CHECK (status = 'DRAFT' OR (
       num_nulls(insurance_number, full_name, id_number, id_type, province_code, district_code, street, phone, office_code,
         consent_version, dossier_number, dossier_kind, dossier_year, dossier_sequence, receiving_office_code, submitted_at,
         tracking_code_hash) = 0
       AND revision >= 1 AND commitment_accepted AND data_processing_accepted)),
     CONSTRAINT ck_declarations_draft CHECK (status <> 'DRAFT' OR (dossier_number IS NULL AND draft_token_hash IS NOT NULL)),
     CONSTRAINT ck_declarations_email CHECK (status = 'DRAFT' OR email IS NOT NULL OR NOT (email_copy OR email_for_notices)),
     CONSTRAINT ck_declarations_lease CHECK (
       num_nulls(lease_token_hash, lease_holder_id, lease_office_code, lease_since, lease_until) IN (0, 5)
       AND (lease_token_hash IS NULL OR status = 'IN_VERIFICATION'))
   )`,
  // One open or approved dossier per insurance number: the second of two racing submissions is refused by this index.
  `CREATE UNIQUE INDEX uq_declarations_live_number ON declarations (insurance_number)
     WHERE status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED', 'APPROVED')`,
  `CREATE INDEX ix_declarations_office_queue ON declarations (office_code, status, submitted_at, id) WHERE status <> 'DRAFT'`,
  `CREATE INDEX ix_declarations_receiving_office ON declarations (receiving_office_code)`,
  `CREATE INDEX ix_declarations_handling_office ON declarations (handling_office_code) WHERE handling_office_code IS NOT NULL`,
  `CREATE INDEX ix_declarations_phone ON declarations (phone) WHERE status <> 'DRAFT'`,
  `CREATE INDEX ix_declarations_due ON declarations (status_since)
     WHERE status IN ('DRAFT', 'SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`,
  `CREATE FUNCTION guard_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'DELETE' THEN
       IF OLD.status <> 'DRAFT' THEN
         RAISE EXCEPTION 'a submitted declaration is never deleted' USING ERRCODE = 'restrict_violation';
       END IF;
       RETURN OLD;
     END IF;
     IF OLD.status <> 'DRAFT' AND (OLD.dossier_number, OLD.dossier_sequence, OLD.dossier_kind, OLD.dossier_year,
         OLD.receiving_office_code, OLD.submitted_at) IS DISTINCT FROM (NEW.dossier_number, NEW.dossier_sequence,
         NEW.dossier_kind, NEW.dossier_year, NEW.receiving_office_code, NEW.submitted_at) THEN
       RAISE EXCEPTION 'number, office and time of receipt never change' USING ERRCODE = 'restrict_violation';
     END IF;
     IF OLD.status <> NEW.status AND (OLD.status || '>' || NEW.status) NOT IN (
         'DRAFT>SUBMITTED',
         'SUBMITTED>IN_VERIFICATION', 'SUBMITTED>WITHDRAWN', 'SUBMITTED>EXPIRED',
         'IN_VERIFICATION>SUBMITTED', 'IN_VERIFICATION>APPROVED', 'IN_VERIFICATION>RETURNED',
         'IN_VERIFICATION>REJECTED', 'IN_VERIFICATION>WITHDRAWN', 'IN_VERIFICATION>EXPIRED',
         'RETURNED>SUBMITTED', 'RETURNED>WITHDRAWN', 'RETURNED>EXPIRED') THEN
       RAISE EXCEPTION 'no way leads from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER guard_declaration BEFORE UPDATE OR DELETE ON declarations FOR EACH ROW EXECUTE FUNCTION guard_declaration()`,

  `CREATE TABLE photos (
     id uuid NOT NULL,
     declaration_id uuid NOT NULL,
     slot text NOT NULL,
     current boolean NOT NULL DEFAULT true,
     sha256 bytea NOT NULL,
     stored_bytes integer NOT NULL,
     width integer NOT NULL,
     height integer NOT NULL,
     measures jsonb NOT NULL,
     created_at timestamptz NOT NULL,
     CONSTRAINT pk_photos PRIMARY KEY (id),
     CONSTRAINT fk_photos_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id) ON DELETE CASCADE,
     CONSTRAINT ck_photos_slot CHECK (slot IN ('portrait', 'idFront', 'idBack')),
     CONSTRAINT ck_photos_sha256 CHECK (length(sha256) = 32)
   )`,
  `CREATE UNIQUE INDEX uq_photos_current ON photos (declaration_id, slot) WHERE current`,
  `CREATE INDEX ix_photos_declaration ON photos (declaration_id)`,
  `CREATE INDEX ix_photos_created ON photos (created_at)`,

  // What was sent, revision by revision: a resubmission never overwrites what came before.
  `CREATE TABLE declaration_revisions (
     declaration_id uuid NOT NULL,
     revision integer NOT NULL,
     form jsonb NOT NULL,
     photo_ids jsonb NOT NULL,
     submitted_at timestamptz NOT NULL,
     CONSTRAINT pk_declaration_revisions PRIMARY KEY (declaration_id, revision),
     CONSTRAINT fk_declaration_revisions_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id)
   )`,
  `CREATE TABLE consents (
     declaration_id uuid NOT NULL,
     purpose text NOT NULL,
     text_version text NOT NULL,
     accepted_at timestamptz NOT NULL,
     CONSTRAINT pk_consents PRIMARY KEY (declaration_id, purpose),
     CONSTRAINT fk_consents_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT ck_consents_purpose CHECK (purpose IN ('commitment', 'data-processing', 'email-copy', 'email-for-notices'))
   )`,

  // --- accounts ------------------------------------------------------------------------------------------------------------
  `CREATE TABLE accounts (
     id uuid NOT NULL,
     insurance_number text NOT NULL,
     declaration_id uuid NOT NULL,
     state text NOT NULL,
     credential_issue integer NOT NULL DEFAULT 1,
     password_hash text NOT NULL,
     must_change_password boolean NOT NULL DEFAULT true,
     password_expires_at timestamptz,
     first_used_at timestamptz,
     created_at timestamptz NOT NULL,
     CONSTRAINT pk_accounts PRIMARY KEY (id),
     CONSTRAINT uq_accounts_insurance_number UNIQUE (insurance_number),
     CONSTRAINT uq_accounts_declaration UNIQUE (declaration_id),
     CONSTRAINT fk_accounts_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT ck_accounts_state CHECK (state IN ('CREDENTIALS_ISSUED', 'ACTIVE', 'LOCKED')),
     CONSTRAINT ck_accounts_first_password CHECK (must_change_password = (password_expires_at IS NOT NULL))
   )`,
  `CREATE TABLE account_sessions (
     id uuid NOT NULL,
     account_id uuid NOT NULL,
     access_hash bytea NOT NULL,
     access_until timestamptz NOT NULL,
     refresh_hash bytea NOT NULL,
     refresh_until timestamptz NOT NULL,
     created_at timestamptz NOT NULL,
     CONSTRAINT pk_account_sessions PRIMARY KEY (id),
     CONSTRAINT uq_account_sessions_access UNIQUE (access_hash),
     CONSTRAINT uq_account_sessions_refresh UNIQUE (refresh_hash),
     CONSTRAINT fk_account_sessions_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
   )`,
  `CREATE INDEX ix_account_sessions_account ON account_sessions (account_id)`,

  // --- messages --------------------------------------------------------------------------------------------------------------
  `CREATE TABLE messages (
     id uuid NOT NULL,
     declaration_id uuid,
     purpose text NOT NULL,
     issue integer NOT NULL,
     channel text NOT NULL,
     recipient text,
     secret bytea,
     state text NOT NULL DEFAULT 'created',
     attempts integer NOT NULL DEFAULT 0,
     next_attempt_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     claim_id uuid,
     claimed_until timestamptz,
     last_error text,
     created_at timestamptz NOT NULL,
     finished_at timestamptz,
     CONSTRAINT pk_messages PRIMARY KEY (id),
     CONSTRAINT uq_messages_intent UNIQUE (declaration_id, purpose, issue),
     CONSTRAINT fk_messages_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT ck_messages_channel CHECK (channel IN ('sms', 'email')),
     CONSTRAINT ck_messages_state CHECK (state IN ('created', 'sending', 'sent', 'delivered', 'temporary-failure',
       'permanent-failure', 'technical-failure', 'expired')),
     CONSTRAINT ck_messages_secret_erased CHECK (secret IS NULL OR state IN ('created', 'sending', 'temporary-failure'))
   )`,
  `CREATE INDEX ix_messages_due ON messages (next_attempt_at) WHERE state IN ('created', 'sending', 'temporary-failure')`,
  `CREATE INDEX ix_messages_declaration ON messages (declaration_id)`,

  // --- idempotency and limits ------------------------------------------------------------------------------------------------
  `CREATE TABLE idempotency_keys (
     scope bytea NOT NULL,
     key_hash bytea NOT NULL,
     fingerprint bytea NOT NULL,
     claim_id uuid NOT NULL,
     claimed_until timestamptz NOT NULL,
     status integer,
     answer bytea,
     declaration_id uuid,
     expires_at timestamptz NOT NULL,
     CONSTRAINT pk_idempotency_keys PRIMARY KEY (scope, key_hash)
   )`,
  `CREATE INDEX ix_idempotency_keys_expiry ON idempotency_keys (expires_at)`,
  `CREATE TABLE attempt_counters (
     bucket text NOT NULL,
     window_ends_at timestamptz NOT NULL,
     attempts integer NOT NULL,
     CONSTRAINT pk_attempt_counters PRIMARY KEY (bucket)
   )`,
  `CREATE INDEX ix_attempt_counters_end ON attempt_counters (window_ends_at)`,

  // --- audit -----------------------------------------------------------------------------------------------------------------
  `CREATE TABLE audit_entries (
     subject_kind text NOT NULL,
     subject_id uuid NOT NULL,
     sequence integer NOT NULL,
     at timestamptz NOT NULL,
     actor_kind text NOT NULL,
     actor_id uuid,
     actor_office_code text,
     action text NOT NULL,
     from_status text,
     to_status text,
     details jsonb NOT NULL DEFAULT '{}',
     previous_hash bytea NOT NULL,
     hash bytea NOT NULL,
     CONSTRAINT pk_audit_entries PRIMARY KEY (subject_kind, subject_id, sequence),
     CONSTRAINT ck_audit_entries_subject CHECK (subject_kind IN ('declaration', 'account', 'staff')),
     CONSTRAINT ck_audit_entries_actor CHECK (actor_kind IN ('citizen', 'staff', 'system', 'desk'))
   )`,
  `CREATE INDEX ix_audit_entries_actor ON audit_entries (actor_id, at) WHERE actor_id IS NOT NULL`,
  // The chain is linked here and nowhere else: whoever inserts an entry cannot choose its place or its hash.
  `CREATE FUNCTION link_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     before audit_entries%ROWTYPE;
   BEGIN
     PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_kind || NEW.subject_id::text, 0));
     SELECT * INTO before FROM audit_entries
       WHERE subject_kind = NEW.subject_kind AND subject_id = NEW.subject_id ORDER BY sequence DESC LIMIT 1;
     NEW.sequence := coalesce(before.sequence, 0) + 1;
     NEW.previous_hash := coalesce(before.hash, '\\x'::bytea);
     NEW.hash := audit_entry_hash(NEW);
     RETURN NEW;
   END $$`,
  `CREATE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $$
     SELECT sha256(entry.previous_hash || convert_to(jsonb_build_array(entry.subject_kind, entry.subject_id, entry.sequence,
       (extract(epoch FROM entry.at) * 1000000)::bigint, entry.actor_kind, entry.actor_id, entry.actor_office_code, entry.action,
       entry.from_status, entry.to_status, entry.details)::text, 'UTF8')) $$`,
  `CREATE TRIGGER link_audit_entry BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION link_audit_entry()`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
   END $$`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON declaration_revisions FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_change()`,

  // --- the simulator's own ---------------------------------------------------------------------------------------------------
  // What the providers received: the citizen's phone and mailbox. Outside the domain; filled only while the desk is on.
  `CREATE TABLE simulator_inbox (
     id uuid NOT NULL,
     provider_key text NOT NULL,
     channel text NOT NULL,
     recipient text NOT NULL,
     sender text NOT NULL,
     template text,
     dossier_number text,
     subject text,
     body text NOT NULL,
     raw bytea,
     attachments jsonb NOT NULL DEFAULT '[]',
     deliveries jsonb NOT NULL DEFAULT '[]',
     received_at timestamptz NOT NULL,
     CONSTRAINT pk_simulator_inbox PRIMARY KEY (id),
     CONSTRAINT uq_simulator_inbox_provider_key UNIQUE (channel, provider_key, recipient)
   )`,
  // One row = this database was made, or marked, for the simulator: only then may the desk empty it.
  `CREATE TABLE simulator_mark (
     id boolean NOT NULL DEFAULT true,
     marked_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT pk_simulator_mark PRIMARY KEY (id),
     CONSTRAINT ck_simulator_mark_one_row CHECK (id)
   )`,
];

const DOWN = [
  `DROP TABLE simulator_mark, simulator_inbox, audit_entries, attempt_counters, idempotency_keys, messages, account_sessions,
     accounts, consents, declaration_revisions, photos, declarations, dossier_counter_jumps, dossier_counters, staff_sessions,
     staff, offices CASCADE`,
  `DROP FUNCTION domain_now(), guard_declaration(), link_audit_entry(), refuse_change()`,
  `DROP FUNCTION IF EXISTS audit_entry_hash`,
  `DROP TABLE clock`,
];

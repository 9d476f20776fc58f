import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Officers and offices are administered: versions, days of validity, one-time passwords, and a record of it all that can be paged. */
export class Administration1790001100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE staff ADD COLUMN must_change_password boolean NOT NULL DEFAULT false, ADD COLUMN version integer NOT NULL DEFAULT 1`,
  // Two administrators may remove each other at the same instant: they take turns here, and the second one finds nobody left. One of the
  // simulator, who cannot log in without the desk, does not stand in for a real one.
  `CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' keep_an_admin', 0));
     IF NOT EXISTS (SELECT FROM staff WHERE id <> OLD.id AND role = 'admin' AND active AND (OLD.simulated OR NOT simulated)) THEN
       RAISE EXCEPTION 'one administrator stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'keep_an_admin';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER keep_an_admin BEFORE UPDATE ON staff FOR EACH ROW
     WHEN (OLD.role = 'admin' AND OLD.active AND (NEW.role <> 'admin' OR NOT NEW.active)) EXECUTE FUNCTION keep_an_admin()`,

  `ALTER TABLE offices ADD COLUMN valid_from date, ADD COLUMN valid_to date, ADD COLUMN reroutes boolean NOT NULL DEFAULT false,
     ADD COLUMN version integer NOT NULL DEFAULT 1,
     ADD CONSTRAINT fk_offices_successor FOREIGN KEY (successor_code) REFERENCES offices (code),
     ADD CONSTRAINT ck_offices_successor CHECK (successor_code <> code),
     ADD CONSTRAINT ck_offices_validity CHECK (valid_from <= valid_to),
     ADD CONSTRAINT ck_offices_reroutes CHECK (NOT reroutes OR successor_code IS NOT NULL)`,
  // Whether an office receives declarations is asked by the day, never written down.
  `CREATE FUNCTION office_is_open(office offices) RETURNS boolean LANGUAGE sql STABLE AS $$
     SELECT office.open AND coalesce(office.valid_from <= (domain_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, true)
       AND coalesce(office.valid_to >= (domain_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, true) $$`,

  `ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_subject`,
  `ALTER TABLE audit_entries ADD CONSTRAINT ck_audit_entries_subject CHECK (subject_kind IN ('declaration', 'account', 'staff', 'office'))`,
  `CREATE INDEX ix_audit_entries_at ON audit_entries (at, subject_id, sequence)`,
];

const DOWN = [
  `DROP INDEX ix_audit_entries_at`,
  `ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_subject`,
  // Entries about offices stay, whatever is newer is held to the older rule.
  `ALTER TABLE audit_entries ADD CONSTRAINT ck_audit_entries_subject CHECK (subject_kind IN ('declaration', 'account', 'staff')) NOT VALID`,
  `DROP FUNCTION office_is_open(offices)`,
  `ALTER TABLE offices DROP COLUMN valid_from, DROP COLUMN valid_to, DROP COLUMN reroutes, DROP COLUMN version,
     DROP CONSTRAINT fk_offices_successor, DROP CONSTRAINT ck_offices_successor`,
  `DROP TRIGGER keep_an_admin ON staff`,
  `DROP FUNCTION keep_an_admin()`,
  `ALTER TABLE staff DROP COLUMN must_change_password, DROP COLUMN version`,
];

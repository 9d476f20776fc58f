import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A person may come to any office: a visit opens one dossier to the officer before whom they stand. A lease ends with its holder's
 * office. Another phone awaits a second person.
 */
export class Counter1790000600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE visits (
     declaration_id uuid NOT NULL,
     staff_id uuid NOT NULL,
     office_code text NOT NULL,
     opened_at timestamptz NOT NULL,
     until timestamptz NOT NULL,
     CONSTRAINT pk_visits PRIMARY KEY (declaration_id, staff_id),
     CONSTRAINT fk_visits_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT fk_visits_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE,
     CONSTRAINT ck_visits_until CHECK (until > opened_at)
   )`,
  `CREATE INDEX ix_visits_until ON visits (until)`,

  // One at a time: a later one takes the place of the one before. What was confirmed is gone from here and stands in the declaration.
  `CREATE TABLE phone_changes (
     declaration_id uuid NOT NULL,
     revision integer NOT NULL,
     phone text NOT NULL,
     proposed_by_id uuid NOT NULL,
     proposed_at timestamptz NOT NULL,
     until timestamptz NOT NULL,
     CONSTRAINT pk_phone_changes PRIMARY KEY (declaration_id),
     CONSTRAINT fk_phone_changes_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id),
     CONSTRAINT fk_phone_changes_proposed_by FOREIGN KEY (proposed_by_id) REFERENCES staff (id),
     CONSTRAINT ck_phone_changes_phone CHECK (phone ~ '^[+]84[0-9]{9}$'),
     CONSTRAINT ck_phone_changes_until CHECK (until > proposed_at)
   )`,
  `CREATE INDEX ix_phone_changes_until ON phone_changes (until)`,

  // Whoever deactivates or moves an officer, by whatever door, frees what the officer held, for good: reactivated, the token is still dead.
  `CREATE FUNCTION end_leases_of_leaver() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE declarations SET lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL,
       lease_until = NULL
     WHERE lease_holder_id = NEW.id;
     DELETE FROM visits WHERE staff_id = NEW.id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER end_leases_of_leaver AFTER UPDATE ON staff FOR EACH ROW
     WHEN ((OLD.active AND NOT NEW.active) OR OLD.office_code IS DISTINCT FROM NEW.office_code)
     EXECUTE FUNCTION end_leases_of_leaver()`,
];

const DOWN = [`DROP TRIGGER end_leases_of_leaver ON staff`, `DROP FUNCTION end_leases_of_leaver()`, `DROP TABLE phone_changes, visits`];

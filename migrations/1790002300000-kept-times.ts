import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Times that decide something are the database's own, whoever writes: when a status began, on which erasure waits, and when an entry of the
 * record was made. And what runs as the owner is for those who were granted it.
 */
export class KeptTimes1790002300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `REVOKE EXECUTE ON FUNCTION erase_declared_data(uuid) FROM PUBLIC`,

  // To set it to the present only makes everybody wait longer: a transfer and an emptied draft do so within their status. STABLE, so that it
  // reads the clock as the statement did, whoever moves it meanwhile.
  `CREATE FUNCTION keep_status_since() RETURNS trigger LANGUAGE plpgsql STABLE AS $$
   BEGIN
     IF NEW.status_since IS DISTINCT FROM domain_now() THEN
       RAISE EXCEPTION 'a status is since now, or since when it was' USING ERRCODE = 'restrict_violation';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER keep_status_since BEFORE UPDATE ON declarations FOR EACH ROW
     WHEN (NEW.status <> OLD.status OR NEW.status_since <> OLD.status_since) EXECUTE FUNCTION keep_status_since()`,

  // Before link_audit_entry, by its name: the hash covers the time.
  `CREATE FUNCTION date_audit_entry() RETURNS trigger LANGUAGE plpgsql STABLE AS $$
   BEGIN
     NEW.at := domain_now();
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER date_audit_entry BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION date_audit_entry()`,
];

const DOWN = [
  `DROP TRIGGER date_audit_entry ON audit_entries`,
  `DROP FUNCTION date_audit_entry()`,
  `DROP TRIGGER keep_status_since ON declarations`,
  `DROP FUNCTION keep_status_since()`,
  `GRANT EXECUTE ON FUNCTION erase_declared_data(uuid) TO PUBLIC`,
];

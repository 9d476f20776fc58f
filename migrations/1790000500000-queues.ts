import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By when an office has to decide stands with the dossier, so that being late is a comparison. */
export class Queues1790000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const OPEN = `status IN ('SUBMITTED', 'IN_VERIFICATION')`;
const FAILED = `('permanent-failure', 'technical-failure', 'expired')`;
const KEPT = `status <> 'DRAFT' AND erased_at IS NULL`;

const UP = [
  `ALTER TABLE declarations ADD COLUMN due_on date, ADD COLUMN overdue_noticed_at timestamptz`,
  // Of dossiers from before, what is known without a calendar: three weekdays after they were last sent. Erased ones too, as the owner.
  `ALTER TABLE declarations DISABLE TRIGGER guard_erased`,
  `UPDATE declarations SET due_on = (
     SELECT day::date FROM (SELECT coalesce(max(revision.submitted_at), declarations.submitted_at) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at
         FROM declaration_revisions revision WHERE revision.declaration_id = declarations.id) sent,
       generate_series(sent.at::date + 1, sent.at::date + 7, interval '1 day') day
     WHERE extract(isodow FROM day) < 6 ORDER BY day OFFSET 2 LIMIT 1)
   WHERE status <> 'DRAFT'`,
  `ALTER TABLE declarations ENABLE TRIGGER guard_erased`,
  `ALTER TABLE declarations ADD CONSTRAINT ck_declarations_due CHECK (status = 'DRAFT' OR due_on IS NOT NULL)`,
  `CREATE INDEX ix_declarations_overdue ON declarations (due_on) WHERE ${OPEN} AND overdue_noticed_at IS NULL`,

  // A page of an office's queue is read off an index in the order it is shown, whatever lies behind it.
  `CREATE INDEX ix_declarations_office_age ON declarations (office_code, submitted_at, id) WHERE ${KEPT}`,
  `CREATE INDEX ix_declarations_office_due ON declarations (office_code, due_on, id) WHERE ${KEPT}`,
  `CREATE INDEX ix_declarations_office_open_due ON declarations (office_code, due_on, id) WHERE ${OPEN}`,
  `CREATE INDEX ix_declarations_lease_holder ON declarations (lease_holder_id) WHERE lease_holder_id IS NOT NULL`,

  // Messages know no office, so that a dossier says itself whether one of its messages failed, as long as that message is kept.
  `ALTER TABLE declarations ADD COLUMN message_failed boolean NOT NULL DEFAULT false`,
  `CREATE INDEX ix_declarations_message_failed ON declarations (office_code, submitted_at, id) WHERE message_failed`,
  `CREATE FUNCTION mark_failed_message() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     dossier uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.declaration_id ELSE NEW.declaration_id END;
   BEGIN
     UPDATE declarations SET message_failed = NOT message_failed WHERE id = dossier AND erased_at IS NULL
       AND message_failed <> EXISTS (SELECT FROM messages WHERE declaration_id = dossier AND state IN ${FAILED});
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER mark_failed AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.state IN ${FAILED}) EXECUTE FUNCTION mark_failed_message()`,
  `CREATE TRIGGER mark_ended AFTER UPDATE OF state ON messages FOR EACH ROW
     WHEN ((OLD.state IN ${FAILED}) <> (NEW.state IN ${FAILED})) EXECUTE FUNCTION mark_failed_message()`,
  `CREATE TRIGGER mark_removed AFTER DELETE ON messages FOR EACH ROW WHEN (OLD.state IN ${FAILED}) EXECUTE FUNCTION mark_failed_message()`,
  `UPDATE declarations SET message_failed = true WHERE erased_at IS NULL
     AND EXISTS (SELECT FROM messages WHERE messages.declaration_id = declarations.id AND messages.state IN ${FAILED})`,

  // What officers search by. Each word of a name bears its office, so that a common name is looked up among the office's own only. Words
  // are folded as `foldForSearch` folds them, to which a test holds them. Folding takes about as long as reading a page from memory: the
  // planner has to know, and must not share it out to workers, whose start takes longer than the search.
  `CREATE INDEX ix_declarations_insurance_number ON declarations (insurance_number) WHERE ${KEPT}`,
  `CREATE INDEX ix_declarations_id_number ON declarations (id_number) WHERE ${KEPT}`,
  `CREATE FUNCTION name_terms(office text, name text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT COST 5000 AS $$
     SELECT array_to_tsvector(string_to_array(office || ':' || replace(folded, ' ', ' ' || office || ':'), ' '))
     FROM (SELECT lower(translate(replace(replace(replace(replace(replace(regexp_replace(normalize(name, NFD), '[\u0300-\u036f]', '', 'g'), 'æ', 'ae'), 'Æ', 'ae'),
       'œ', 'oe'), 'Œ', 'oe'), 'ß', 'ss'), 'đĐƀɃøØłŁ’', 'ddbbooll''')) AS folded) names $$`,
  `CREATE INDEX ix_declarations_name ON declarations USING gin (name_terms(office_code, full_name)) WHERE ${KEPT}`,

  // How many dossiers an office has in each status: added to, never changed, so that nobody waits for anybody; the sum is the count.
  `CREATE TABLE queue_tallies (
     id bigint GENERATED ALWAYS AS IDENTITY,
     office_code text NOT NULL,
     status text NOT NULL,
     transferred boolean NOT NULL,
     due_on date,
     dossiers integer NOT NULL,
     CONSTRAINT pk_queue_tallies PRIMARY KEY (id)
   )`,
  `CREATE INDEX ix_queue_tallies_office ON queue_tallies (office_code)`,
  `CREATE FUNCTION tally_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'UPDATE' AND OLD.status <> 'DRAFT' AND OLD.erased_at IS NULL THEN
       INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers) VALUES (OLD.office_code, OLD.status,
         OLD.receiving_office_code <> OLD.office_code, CASE WHEN OLD.${OPEN} THEN OLD.due_on END, -1);
     END IF;
     IF NEW.status <> 'DRAFT' AND NEW.erased_at IS NULL THEN
       INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers) VALUES (NEW.office_code, NEW.status,
         NEW.receiving_office_code <> NEW.office_code, CASE WHEN NEW.${OPEN} THEN NEW.due_on END, 1);
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER tally_new AFTER INSERT ON declarations FOR EACH ROW WHEN (NEW.status <> 'DRAFT') EXECUTE FUNCTION tally_declaration()`,
  `CREATE TRIGGER tally_change AFTER UPDATE ON declarations FOR EACH ROW
     WHEN ((OLD.status, OLD.office_code, OLD.due_on, OLD.erased_at) IS DISTINCT FROM (NEW.status, NEW.office_code, NEW.due_on, NEW.erased_at))
     EXECUTE FUNCTION tally_declaration()`,
  `INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers)
     SELECT office_code, status, receiving_office_code <> office_code, CASE WHEN ${OPEN} THEN due_on END, count(*)
     FROM declarations WHERE ${KEPT} GROUP BY 1, 2, 3, 4`,
];

const DOWN = [
  `DROP TRIGGER tally_new ON declarations`,
  `DROP TRIGGER tally_change ON declarations`,
  `DROP FUNCTION tally_declaration()`,
  `DROP TABLE queue_tallies`,
  `DROP INDEX ix_declarations_name, ix_declarations_id_number, ix_declarations_insurance_number, ix_declarations_message_failed`,
  `DROP FUNCTION name_terms(text, text)`,
  `DROP TRIGGER mark_failed ON messages`,
  `DROP TRIGGER mark_ended ON messages`,
  `DROP TRIGGER mark_removed ON messages`,
  `DROP FUNCTION mark_failed_message()`,
  `DROP INDEX ix_declarations_lease_holder, ix_declarations_office_open_due, ix_declarations_office_due, ix_declarations_office_age, ix_declarations_overdue`,
  `ALTER TABLE declarations DROP COLUMN due_on, DROP COLUMN overdue_noticed_at, DROP COLUMN message_failed`,
];

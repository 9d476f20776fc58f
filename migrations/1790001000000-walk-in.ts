import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A declaration may be typed in at the counter, for a person who signs it on paper; whoever typed it does not approve it alone. */
export class WalkIn1790001000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE declarations
     ADD COLUMN channel text NOT NULL DEFAULT 'online',
     ADD COLUMN typed_by_id uuid,
     ADD COLUMN four_eyes_overridden boolean NOT NULL DEFAULT false,
     ADD CONSTRAINT fk_declarations_typed_by FOREIGN KEY (typed_by_id) REFERENCES staff (id),
     ADD CONSTRAINT ck_declarations_channel CHECK (channel IN ('online', 'counter')),
     ADD CONSTRAINT ck_declarations_typed_by CHECK ((channel = 'counter') = (typed_by_id IS NOT NULL)),
     ADD CONSTRAINT ck_declarations_four_eyes CHECK (
       four_eyes_overridden = coalesce(status = 'APPROVED' AND decided_by_id = typed_by_id, false)
       AND (typed_by_id IS NULL OR status <> 'APPROVED' OR decided_by_id IS NOT NULL))`,
  `CREATE INDEX ix_declarations_four_eyes_overridden ON declarations (receiving_office_code, decided_at) WHERE four_eyes_overridden`,
  `CREATE FUNCTION refuse_another_origin() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'how it came in, and who typed it, never change' USING ERRCODE = 'restrict_violation';
   END $$`,
  `CREATE TRIGGER keep_origin BEFORE UPDATE ON declarations FOR EACH ROW
     WHEN (OLD.status <> 'DRAFT' AND (OLD.channel, OLD.typed_by_id) IS DISTINCT FROM (NEW.channel, NEW.typed_by_id))
     EXECUTE FUNCTION refuse_another_origin()`,

  // What proves a consent: a tick in the form, or the signature on the paper that the office files.
  `ALTER TABLE consents
     ADD COLUMN evidence text NOT NULL DEFAULT 'tick',
     ADD CONSTRAINT ck_consents_evidence CHECK (evidence IN ('tick', 'signed-form'))`,
];

const DOWN = [
  `ALTER TABLE consents DROP COLUMN evidence`,
  `DROP TRIGGER keep_origin ON declarations`,
  `DROP FUNCTION refuse_another_origin()`,
  `ALTER TABLE declarations DROP COLUMN channel, DROP COLUMN typed_by_id, DROP COLUMN four_eyes_overridden`,
];

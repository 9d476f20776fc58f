import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dossiers that may be one person's, or on one person's photo, are found by index and decided by people. */
export class Duplicates1790000900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const OPEN = `status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`;

const PARTS = Array.from({ length: 13 }, (_, index) => index + 3).map(
  (part) => `${part * 65536} + substring(hash FROM ${part * 16 + 1} FOR 16)::bit(16)::integer`,
);

/** A name as `foldForSearch` folds it, see `name_terms`. */
const FOLDED_NAME = `lower(translate(replace(replace(replace(replace(replace(regexp_replace(normalize(full_name, NFD), '[\u0300-\u036f]', '', 'g'),
  'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'ß', 'ss'), 'đĐƀɃøØłŁ’', 'ddbbooll'''))`;

const UP = [
  // Hashes that differ in at most twelve signs are the same in one of thirteen parts, so that what is near is found by equality and no
  // photo is compared with all others. The three parts of the coarsest waves are left out: most portraits are alike in them. Without a
  // pending list, because a look-up would have to read all of it.
  `ALTER TABLE photos ADD COLUMN perceptual_hash bit(256)`,
  `CREATE FUNCTION hash_parts(hash bit) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT ARRAY[${PARTS.join(', ')}] $$`,
  `CREATE INDEX ix_photos_likeness ON photos USING gin (hash_parts(perceptual_hash)) WITH (fastupdate = off) WHERE slot = 'portrait' AND current`,
  `CREATE INDEX ix_photos_sha256 ON photos (sha256) WHERE current`,

  // What is to be compared is written down in the transaction that sends it, through whatever door, and is done when it is answered.
  `CREATE TABLE comparisons (
     declaration_id uuid NOT NULL,
     asked integer NOT NULL DEFAULT 1,
     answered integer NOT NULL DEFAULT 0,
     name text,
     birth_year integer,
     birth_date date,
     CONSTRAINT pk_comparisons PRIMARY KEY (declaration_id),
     CONSTRAINT fk_comparisons_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id) ON DELETE CASCADE,
     CONSTRAINT ck_comparisons_answered CHECK (answered <= asked)
   )`,
  `CREATE INDEX ix_comparisons_due ON comparisons (declaration_id) WHERE answered < asked`,
  `CREATE INDEX ix_comparisons_person ON comparisons (name, birth_year)`,
  `CREATE FUNCTION ask_for_comparison() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO comparisons (declaration_id) VALUES (NEW.id)
       ON CONFLICT (declaration_id) DO UPDATE SET asked = comparisons.asked + 1;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER compare_new AFTER INSERT ON declarations FOR EACH ROW WHEN (NEW.status = 'SUBMITTED') EXECUTE FUNCTION ask_for_comparison()`,
  `CREATE TRIGGER compare_changed AFTER UPDATE ON declarations FOR EACH ROW
     WHEN (NEW.status <> 'DRAFT' AND NEW.erased_at IS NULL AND (OLD.revision, OLD.phone) IS DISTINCT FROM (NEW.revision, NEW.phone))
     EXECUTE FUNCTION ask_for_comparison()`,
  // Of dossiers from before, the photos have no perceptual hash and the birth year is the card's; what is still open is compared.
  `INSERT INTO comparisons (declaration_id, answered, name, birth_year)
     SELECT id, CASE WHEN ${OPEN} THEN 0 ELSE 1 END, ${FOLDED_NAME},
       CASE WHEN id_type = 'cccd' THEN 1900 + 100 * (substr(id_number, 4, 1)::integer / 2) + substr(id_number, 5, 2)::integer END
     FROM declarations WHERE status <> 'DRAFT' AND erased_at IS NULL`,

  // The smaller id first, so that two dossiers have one row between them.
  `CREATE TABLE duplicate_pairs (
     first_id uuid NOT NULL,
     second_id uuid NOT NULL,
     signs text[] NOT NULL,
     found_at timestamptz NOT NULL,
     decision text,
     decided_at timestamptz,
     decided_by_id uuid,
     decided_office_code text,
     CONSTRAINT pk_duplicate_pairs PRIMARY KEY (first_id, second_id),
     CONSTRAINT fk_duplicate_pairs_first FOREIGN KEY (first_id) REFERENCES declarations (id),
     CONSTRAINT fk_duplicate_pairs_second FOREIGN KEY (second_id) REFERENCES declarations (id),
     CONSTRAINT fk_duplicate_pairs_decided_by FOREIGN KEY (decided_by_id) REFERENCES staff (id),
     CONSTRAINT ck_duplicate_pairs_order CHECK (first_id < second_id),
     CONSTRAINT ck_duplicate_pairs_signs CHECK (cardinality(signs) > 0),
     CONSTRAINT ck_duplicate_pairs_decision CHECK (decision IN ('duplicate', 'not-duplicate')),
     CONSTRAINT ck_duplicate_pairs_decided CHECK (num_nulls(decision, decided_at, decided_by_id, decided_office_code) IN (0, 4))
   )`,
  `CREATE INDEX ix_duplicate_pairs_second ON duplicate_pairs (second_id)`,

  // A queue's page is read off an index, so that a dossier says itself whether somebody has to look at what is like it.
  `ALTER TABLE declarations ADD COLUMN duplicate_suspected boolean NOT NULL DEFAULT false`,
  `CREATE INDEX ix_declarations_duplicate_suspected ON declarations (office_code, submitted_at, id) WHERE duplicate_suspected AND ${OPEN}`,
  `CREATE FUNCTION mark_suspected_duplicates() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     pair duplicate_pairs := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
   BEGIN
     UPDATE declarations SET duplicate_suspected = NOT duplicate_suspected
       WHERE id IN (pair.first_id, pair.second_id) AND erased_at IS NULL AND duplicate_suspected <> EXISTS (
         SELECT FROM duplicate_pairs WHERE declarations.id IN (first_id, second_id) AND decision IS NULL);
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER mark_suspected AFTER INSERT OR DELETE OR UPDATE OF decision ON duplicate_pairs
     FOR EACH ROW EXECUTE FUNCTION mark_suspected_duplicates()`,

  // What was declared is gone, and what it was like with it.
  `CREATE FUNCTION forget_comparisons() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     DELETE FROM duplicate_pairs WHERE first_id = NEW.id OR second_id = NEW.id;
     DELETE FROM comparisons WHERE declaration_id = NEW.id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER forget_comparisons AFTER UPDATE ON declarations FOR EACH ROW
     WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION forget_comparisons()`,
];

const DOWN = [
  `DROP TRIGGER forget_comparisons ON declarations`,
  `DROP TRIGGER compare_new ON declarations`,
  `DROP TRIGGER compare_changed ON declarations`,
  `DROP TABLE duplicate_pairs, comparisons`,
  `DROP FUNCTION forget_comparisons(), ask_for_comparison(), mark_suspected_duplicates()`,
  `ALTER TABLE declarations DROP COLUMN duplicate_suspected`,
  `DROP INDEX ix_photos_sha256, ix_photos_likeness`,
  `DROP FUNCTION hash_parts(bit)`,
  `ALTER TABLE photos DROP COLUMN perceptual_hash`,
];

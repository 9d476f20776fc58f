import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A person may ask for erasure before the clock does: of an ended dossier at once, of an approved one together with its account. */
export class ErasureOnRequest1790002000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const DECLARED = `insurance_number, full_name, id_number, province_code, district_code, ward_code, street, phone, email`;

const erased = (statuses: string) => `CHECK (erased_at IS NULL OR (
  num_nonnulls(${DECLARED}, tracking_code_hash, draft_token_hash) = 0 AND status IN (${statuses})))`;

const UP = [
  `ALTER TABLE declarations DROP CONSTRAINT ck_declarations_erased,
     ADD CONSTRAINT ck_declarations_erased ${erased(`'REJECTED', 'WITHDRAWN', 'EXPIRED', 'APPROVED'`)}`,

  // For the owner alone: it does not ask how long anything has rested. The photos' rows go before it, written into the shred ledger.
  `CREATE FUNCTION erase_on_request(declaration uuid) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
   BEGIN
     PERFORM FROM declarations WHERE id = declaration AND status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'APPROVED') AND erased_at IS NULL
       FOR UPDATE;
     IF NOT FOUND THEN
       RETURN false;
     END IF;
     DELETE FROM accounts WHERE declaration_id = declaration;
     DELETE FROM messages WHERE declaration_id = declaration;
     DELETE FROM phone_changes WHERE declaration_id = declaration;
     DELETE FROM visits WHERE declaration_id = declaration;
     DELETE FROM uploads WHERE declaration_id = declaration;
     DELETE FROM email_confirmations WHERE declaration_id = declaration;
     UPDATE declarations SET erased_at = domain_now(), version = version + 1, warnings = '[]', returned_items = NULL,
       rejection = CASE WHEN rejection IS NOT NULL THEN jsonb_build_object('reasonCode', rejection->'reasonCode') END,
       ${DECLARED.split(', ')
         .map((column) => `${column} = NULL`)
         .join(', ')}, tracking_code_hash = NULL, draft_token_hash = NULL
     WHERE id = declaration;
     UPDATE declaration_revisions SET form = '{}' WHERE declaration_id = declaration;
     DELETE FROM staff_notes WHERE declaration_id = declaration;
     RETURN true;
   END $$`,
  `REVOKE EXECUTE ON FUNCTION erase_on_request(uuid) FROM PUBLIC`,
];

const DOWN = [
  `DROP FUNCTION erase_on_request(uuid)`,
  // An approved dossier that was erased has no place in the older schema: such a database does not go down.
  `ALTER TABLE declarations DROP CONSTRAINT ck_declarations_erased,
     ADD CONSTRAINT ck_declarations_erased ${erased(`'REJECTED', 'WITHDRAWN', 'EXPIRED'`)}`,
];

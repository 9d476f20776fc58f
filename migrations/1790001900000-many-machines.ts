import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every message is about a dossier and lies beside it, wherever that is. And whether an office is open is a question of the day only
 * where days are named: for all others the clock, a function of its own, was asked twice for each row.
 */
export class ManyMachines1790001900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages ALTER COLUMN declaration_id SET NOT NULL`);
    await runner.query(
      isOpen(`(office.valid_from IS NULL OR office.valid_from <= ${TODAY})`, `(office.valid_to IS NULL OR office.valid_to >= ${TODAY})`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(isOpen(`coalesce(office.valid_from <= ${TODAY}, true)`, `coalesce(office.valid_to >= ${TODAY}, true)`));
    await runner.query(`ALTER TABLE messages ALTER COLUMN declaration_id DROP NOT NULL`);
  }
}

const TODAY = `(domain_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date`;

function isOpen(...conditions: string[]): string {
  return `CREATE OR REPLACE FUNCTION office_is_open(office offices) RETURNS boolean LANGUAGE sql STABLE AS $$
     SELECT office.open AND ${conditions.join('\n       AND ')} $$`;
}

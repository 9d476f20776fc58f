import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recovery of a forgotten password: at most one open one-time password per account. */
export class PasswordResets1790000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE password_resets (
         account_id uuid NOT NULL,
         issue integer NOT NULL,
         otp_hash bytea NOT NULL,
         tries integer NOT NULL DEFAULT 0,
         expires_at timestamptz NOT NULL,
         CONSTRAINT pk_password_resets PRIMARY KEY (account_id),
         CONSTRAINT fk_password_resets_account FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE password_resets`);
  }
}

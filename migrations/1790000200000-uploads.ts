import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photos that arrive piece by piece, and the way from a draft's token to its draft. */
export class Uploads1790000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE uploads (
         id uuid NOT NULL,
         declaration_id uuid NOT NULL,
         slot text NOT NULL,
         length integer NOT NULL,
         received integer NOT NULL DEFAULT 0,
         parts uuid[] NOT NULL DEFAULT '{}',
         writer uuid,
         created_at timestamptz NOT NULL,
         expires_at timestamptz NOT NULL,
         CONSTRAINT pk_uploads PRIMARY KEY (id),
         CONSTRAINT fk_uploads_declaration FOREIGN KEY (declaration_id) REFERENCES declarations (id) ON DELETE CASCADE,
         CONSTRAINT ck_uploads_slot CHECK (slot IN ('portrait', 'idFront', 'idBack')),
         CONSTRAINT ck_uploads_length CHECK (length BETWEEN 1 AND 10485760),
         CONSTRAINT ck_uploads_received CHECK (received BETWEEN 0 AND length),
         CONSTRAINT ck_uploads_parts CHECK (cardinality(parts) <= 1000),
         CONSTRAINT ck_uploads_finished CHECK (received < length OR parts = '{}')
       )`,
    );
    await runner.query(`CREATE INDEX ix_uploads_declaration ON uploads (declaration_id)`);
    await runner.query(`CREATE INDEX ix_uploads_expiry ON uploads (expires_at) WHERE parts <> '{}'`);
    await runner.query(`CREATE INDEX ix_declarations_draft_token ON declarations (draft_token_hash) WHERE draft_token_hash IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_declarations_draft_token`);
    await runner.query(`DROP TABLE uploads`);
  }
}

import pg from 'pg';
import { v7 } from 'uuid';
import type { TestDatabase } from './cluster.ts';

/** What a copied dossier has of its own; `sequence` also makes its insurance number. */
export interface CopiedDossier {
  id: string;
  insuranceNumber: string;
  dossierNumber: string;
}

/** A server's database as its owner sees it: to look at what is kept, and to prepare what would take many steps or much time. */
export class Records {
  private serial = 70_000;

  private constructor(private readonly pool: pg.Pool) {}

  static of({ ownerUrl }: TestDatabase): Records {
    // A test may cut connections off, idle ones too.
    return new Records(new pg.Pool({ connectionString: ownerUrl, max: 2, allowExitOnIdle: true }).on('error', () => undefined));
  }

  async rows<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...parameters])).rows;
  }

  async count(table: string, condition = 'true', parameters: readonly unknown[] = []): Promise<number> {
    const [row] = await this.rows<{ count: number }>(`SELECT count(*)::int AS count FROM ${table} WHERE ${condition}`, parameters);
    return row!.count;
  }

  /** Stops the clock at an instant, also behind what has happened: where a workspace lets nobody go but its owner. */
  async clockIsAt(instant: string): Promise<void> {
    await this.rows('UPDATE clock SET frozen_at = $1::timestamptz, shift_ms = extract(epoch FROM $1::timestamptz - now()) * 1000', [
      instant,
    ]);
  }

  /** Makes a dossier's status as old as that, which nobody may but whoever sets the table's trigger aside. */
  async ageStatus(id: string, since: string): Promise<void> {
    const [age, dossier] = [since, id].map((value) => pg.escapeLiteral(value));
    await this.pool.query(
      `BEGIN; ALTER TABLE declarations DISABLE TRIGGER keep_status_since; UPDATE declarations SET status_since = ${age} WHERE id = ${dossier};
       ALTER TABLE declarations ENABLE TRIGGER keep_status_since; COMMIT`,
    );
  }

  /** Another dossier like this one in all but its numbers and the given columns; tracking code and lease token are the same, its photos have rows but no files. */
  async copyDossier(id: string, columns: Record<string, unknown> = {}): Promise<CopiedDossier> {
    const sequence = ++this.serial;
    const [source] = await this.rows<{ dossier_year: number; receiving_office_code: string }>(
      'SELECT dossier_year, receiving_office_code FROM declarations WHERE id = $1',
      [id],
    );
    const copy = {
      id: v7(),
      insuranceNumber: `60000${sequence}`,
      dossierNumber: `${sequence}.GD/${source!.dossier_year}/${source!.receiving_office_code}`,
    };
    const own = { id: copy.id, insurance_number: copy.insuranceNumber, dossier_number: copy.dossierNumber, dossier_sequence: sequence };
    await this.rows(`INSERT INTO declarations SELECT (jsonb_populate_record(source, $2::jsonb)).* FROM declarations source WHERE id = $1`, [
      id,
      JSON.stringify({ ...own, ...columns }),
    ]);
    await this.rows(
      `INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at)
       SELECT $2, revision, form, photo_ids, submitted_at FROM declaration_revisions WHERE declaration_id = $1`,
      [id, copy.id],
    );
    await this.rows(
      `INSERT INTO photos SELECT (jsonb_populate_record(photo, jsonb_build_object('id', gen_random_uuid(), 'declaration_id', $2::text))).*
       FROM photos photo WHERE declaration_id = $1 AND current`,
      [id, copy.id],
    );
    return copy;
  }

  /** Every row of every table as text, but for the tables that are named. */
  async dump({ except = [] }: { except?: readonly string[] } = {}): Promise<string> {
    const tables = await this.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL($1)`,
      [except],
    );
    const parts = await Promise.all(
      tables.map(({ name }) =>
        this.rows<{ text: string | null }>(`SELECT string_agg(record::text, E'\\n') AS text FROM ${name} AS record`),
      ),
    );
    return parts.map(([part]) => part?.text ?? '').join('\n');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

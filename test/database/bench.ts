import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { formatDossierNumber } from '../../src/declarations/dossier-number.rule.ts';
import { Database } from '../../src/platform/database/database.ts';
import { Randomness } from '../../src/platform/randomness.ts';
import { cloneDatabase, type TestDatabase } from '../support/cluster.ts';
import { patientOptions } from '../support/patient-options.ts';

export type Row = Record<string, unknown>;

export const ACCEPTED = 'accepted';

/** A database of its own, with the doors that the application uses and the owner's own. */
export class Bench {
  private constructor(
    private readonly clone: TestDatabase,
    private readonly source: DataSource,
    /** As the role that requests run as. */
    readonly database: Database,
    /** One connection of the request role. */
    readonly request: pg.Client,
    /** One connection of the role that owns everything. */
    readonly owner: pg.Client,
  ) {}

  static async open({ poolSize = 10 }: { poolSize?: number } = {}): Promise<Bench> {
    const clone = await cloneDatabase();
    const source = await new DataSource(patientOptions(clone.requestUrl, poolSize)).initialize();
    const [request, owner] = await Promise.all([connected(clone.requestUrl), connected(clone.ownerUrl)]);
    return new Bench(clone, source, new Database(source), request, owner);
  }

  get urls(): Pick<TestDatabase, 'ownerUrl' | 'requestUrl'> {
    return this.clone;
  }

  /** Puts a row into a table as the request role. */
  async insert(table: string, row: Row): Promise<void> {
    const columns = Object.keys(row);
    await this.request.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_column, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  /**
   * Tries something as the request role and takes it back.
   * @returns the name of the constraint that refused it, or else the SQLSTATE; `accepted` when nothing did
   */
  async refusalOf(attempt: () => Promise<unknown>): Promise<string> {
    await this.request.query('BEGIN');
    try {
      return await refusalOf(attempt());
    } finally {
      await this.request.query('ROLLBACK');
    }
  }

  async clockIsAt(instant: string): Promise<void> {
    await this.owner.query('UPDATE clock SET frozen_at = $1', [instant]);
  }

  async timePasses(interval: string): Promise<void> {
    const moved = `shift_ms = shift_ms + extract(epoch FROM $1::interval) * 1000, frozen_at = frozen_at + $1::interval`;
    await this.owner.query(`UPDATE clock SET ${moved}`, [interval]);
  }

  /** Resolves as soon as so many in this database wait for a lock. */
  async somebodyWaits(many = 1): Promise<void> {
    await somebodyWaits(this.owner, many);
  }

  async close(): Promise<void> {
    await Promise.all([this.source.destroy(), this.request.end(), this.owner.end()]);
    await this.clone.drop();
  }
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Resolves as soon as so many in the connection's database wait for a lock. */
export async function somebodyWaits(client: pg.Client, many = 1): Promise<void> {
  const waiting = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()`;
  // Within a transaction who is there is read once and remembered: whoever connects later would never be seen.
  do await client.query('SELECT pg_stat_clear_snapshot()');
  while ((await client.query(waiting)).rowCount! < many);
}

/** @returns the name of the constraint that refused it, or else the SQLSTATE; `accepted` when nothing did */
export async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => ACCEPTED,
    (error: unknown) => {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return error.constraint ?? error.code ?? 'unknown';
    },
  );
}

/** The names of the promises that a table's catalogue holds: checks, unique keys and indexes, foreign keys; not primary keys. */
export async function promisesOf(client: pg.Client, tables: 'declarations' | 'all but declarations'): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `WITH promises AS (
       SELECT conname AS name, conrelid AS of FROM pg_constraint WHERE contype IN ('c', 'u', 'f')
       UNION SELECT indexrelid::regclass::text, indrelid FROM pg_index WHERE indisunique AND NOT indisprimary)
     SELECT name FROM promises JOIN pg_class ON pg_class.oid = promises.of
     WHERE relnamespace = 'public'::regnamespace AND (relname = 'declarations') = $1 ORDER BY name`,
    [tables === 'declarations'],
  );
  return rows.map(({ name }) => name);
}

const randomness = new Randomness();
let serial = 0;

export const newId = () => randomness.uuid();

/** A whole dossier of office 03102, received today in 2026; each call another number and another person. */
export function dossier(changes: Row = {}): Row {
  const sequence = ++serial;
  const row: Row = {
    id: newId(),
    status: 'SUBMITTED',
    revision: 1,
    insurance_number: String(7_900_000_000 + sequence),
    full_name: 'Nguyễn Văn Thử',
    id_number: '031085000001',
    id_type: 'cccd',
    province_code: '31',
    district_code: '304',
    ward_code: '11359',
    street: 'Số 1 Lạch Tray',
    phone: '+84352153000',
    office_code: '03102',
    commitment_accepted: true,
    data_processing_accepted: true,
    consent_version: '2021-04',
    dossier_kind: 'GD',
    dossier_year: 2026,
    dossier_sequence: sequence,
    receiving_office_code: '03102',
    submitted_at: '2026-06-01T02:00:00Z',
    status_since: '2026-06-01T02:00:00Z',
    created_at: '2026-06-01T02:00:00Z',
    due_on: '2026-06-04',
    tracking_code_hash: randomBytes(32),
    ...changes,
  };
  return { dossier_number: numberOf(row), ...row };
}

/** An empty draft. */
export function draft(changes: Row = {}): Row {
  const at = '2026-06-01T02:00:00Z';
  return { id: newId(), status: 'DRAFT', status_since: at, created_at: at, draft_token_hash: randomBytes(32), ...changes };
}

export function clerk(changes: Row = {}): Row {
  return {
    id: newId(),
    username: `clerk.${++serial}`,
    full_name: 'Trần Thị Thử',
    role: 'clerk',
    office_code: '03102',
    password_hash: '',
    created_at: '2026-06-01T02:00:00Z',
    ...changes,
  };
}

/** The columns of a lease that is held. */
export function lease(holderId: unknown): Row {
  return {
    lease_token_hash: randomBytes(32),
    lease_holder_id: holderId,
    lease_office_code: '03102',
    lease_since: '2026-06-01T02:00:00Z',
    lease_until: '2026-06-01T02:15:00Z',
  };
}

function numberOf({ dossier_sequence, dossier_kind, dossier_year, receiving_office_code }: Row): string {
  return formatDossierNumber({
    sequence: Number(dossier_sequence),
    kind: String(dossier_kind),
    year: Number(dossier_year),
    officeCode: String(receiving_office_code),
  });
}

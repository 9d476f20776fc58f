import { Injectable } from '@nestjs/common';
import type { Status } from '../../declarations/status.rule.ts';
import { Database, type Transaction } from '../../platform/database/database.ts';
import { MOST_CANDIDATES, type Compared, type DuplicateSign } from './duplicate-signs.rule.ts';
import { MOST_DIFFERING_SIGNS, partsOf } from './likeness.rule.ts';

/** A dossier as it is compared and as it is shown beside another. */
export interface ComparedDossier extends Compared {
  readonly id: string;
  readonly dossierNumber: string;
  readonly officeCode: string;
  readonly status: Status;
  readonly submittedAt: Date;
  readonly fullName: string;
  readonly idType: string;
}

export interface Found {
  readonly other: string;
  readonly signs: readonly DuplicateSign[];
}

/** Findings of earlier comparisons, from either side, that are looked at again. */
const MOST_KEPT_BEFORE = 200;

/** Dossiers that one index may name; of more, which would be a test's, it does not matter which. */
const MOST_ALIKE = 200;

const SENT = `status <> 'DRAFT' AND erased_at IS NULL`;
const NEWEST = `ORDER BY submitted_at DESC LIMIT ${MOST_CANDIDATES}`;

/** The newest dossiers with the same value in a column that has an index. */
const alikeIn = (column: string, value: string) =>
  `(SELECT id FROM declarations WHERE ${column} = ${value} AND ${SENT} AND id <> $1 ${NEWEST})`;

/**
 * The newest dossiers that the inner query finds by its own index. Apart and with an end, because the planner expects of likeness what nobody
 * finds, thousands of rows, and would rather read all dossiers.
 */
const newestOf = (inner: string) =>
  `(SELECT id FROM declarations JOIN (WITH alike AS MATERIALIZED (${inner})
     SELECT declaration_id FROM alike LIMIT ${MOST_ALIKE}) alike ON alike.declaration_id = id WHERE ${SENT} AND id <> $1 ${NEWEST})`;

/** Each part reads an index of its own, so that nothing is looked at that is not alike. The rule says what of it counts. */
const CANDIDATES = [
  alikeIn('insurance_number', '$2'),
  alikeIn('id_number', '$3'),
  alikeIn('phone', '$4'),
  newestOf(`SELECT declaration_id FROM comparisons WHERE name = $5 AND birth_year = $6
     AND (birth_date = $7 OR birth_date IS NULL OR $7::date IS NULL)`),
  newestOf(`SELECT declaration_id FROM photos WHERE sha256 = ANY($8::bytea[]) AND current`),
  newestOf(`SELECT declaration_id FROM photos WHERE slot = 'portrait' AND current AND hash_parts(perceptual_hash) && $9::integer[]
     AND bit_count(perceptual_hash # $10::bit(256)) <= ${MOST_DIFFERING_SIGNS}`),
  `(SELECT CASE WHEN first_id = $1 THEN second_id ELSE first_id END FROM duplicate_pairs WHERE (first_id = $1 OR second_id = $1) AND decision IS NULL
     ORDER BY found_at DESC LIMIT ${MOST_KEPT_BEFORE})`,
].join(' UNION ');

const DOSSIERS = `
  SELECT declaration.id, dossier_number AS "dossierNumber", office_code AS "officeCode", status, submitted_at AS "submittedAt",
    full_name AS "fullName", insurance_number AS "insuranceNumber", id_number AS "idNumber", id_type AS "idType", phone, name,
    birth_year AS "birthYear", birth_date AS "birthDate",
    coalesce((SELECT jsonb_agg(jsonb_build_object('slot', slot, 'sha256', encode(sha256, 'hex'), 'perceptualHash', perceptual_hash::text) ORDER BY slot DESC)
      FROM photos WHERE photos.declaration_id = declaration.id AND current), '[]') AS photos
  FROM declarations declaration LEFT JOIN comparisons ON comparisons.declaration_id = declaration.id
  WHERE declaration.id = ANY($1) AND ${SENT}`;

/** Finds what is alike by index, and keeps what was found. */
@Injectable()
export class ComparisonsStore {
  constructor(private readonly database: Database) {}

  /** Dossiers that are to be compared, in the order of their ids. */
  async due(after: string, most: number): Promise<{ id: string }[]> {
    return this.database.rows(
      `SELECT declaration_id AS id FROM comparisons WHERE answered < asked AND declaration_id > $1 ORDER BY declaration_id LIMIT $2`,
      [after, most],
      'comparisons_due',
    );
  }

  async findDue(id: string): Promise<{ id: string; asked: number } | undefined> {
    const [row] = await this.database.rows<{ id: string; asked: number }>(
      `SELECT declaration_id AS id, asked FROM comparisons WHERE declaration_id = $1 AND answered < asked`,
      [id],
      'comparison_due',
    );
    return row;
  }

  /** The dossiers that were sent and not erased. */
  async dossiers(ids: readonly string[], rows: Pick<Transaction, 'rows'> = this.database): Promise<ComparedDossier[]> {
    return rows.rows<ComparedDossier>(DOSSIERS, [ids]);
  }

  /** Writes down by whom others find this one. Committed before it looks for others: of two at once, at least one sees the other. */
  async describe(id: string, { name, birthDate, birthYear }: Pick<Compared, 'name' | 'birthDate' | 'birthYear'>): Promise<void> {
    await this.database.rows(`UPDATE comparisons SET name = $2, birth_date = $3, birth_year = $4 WHERE declaration_id = $1`, [
      id,
      name,
      birthDate,
      birthYear,
    ]);
  }

  /** Ids of dossiers that may be like this one, and of those that were before. */
  async candidates(own: ComparedDossier): Promise<string[]> {
    const portrait = own.photos.find(({ slot }) => slot === 'portrait')?.perceptualHash ?? null;
    const rows = await this.database.rows<{ id: string }>(CANDIDATES, [
      own.id,
      own.insuranceNumber,
      own.idNumber,
      own.phone,
      own.name,
      own.birthYear,
      own.birthDate,
      own.photos.map(({ sha256 }) => Buffer.from(sha256, 'hex')),
      portrait && partsOf(portrait),
      portrait,
    ]);
    return rows.map(({ id }) => id);
  }

  /**
   * Keeps what was found. A decision stands as long as it was taken on all the signs there are.
   * @param unlike dossiers that have no sign in common any more: what nobody has decided about them goes
   */
  async keep(id: string, found: readonly Found[], unlike: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const there = await lockDossiers(tx, [id, ...found.map(({ other }) => other), ...unlike]);
      if (!there.includes(id)) return;
      const kept = found.filter(({ other }) => there.includes(other));
      await tx.rows(
        `INSERT INTO duplicate_pairs (first_id, second_id, signs, found_at)
         SELECT least(other, $1::uuid), greatest(other, $1::uuid), signs, domain_now()
         FROM jsonb_to_recordset($2::jsonb) AS found (other uuid, signs text[])
         ON CONFLICT (first_id, second_id) DO UPDATE SET signs = excluded.signs, found_at = excluded.found_at, decision = NULL,
           decided_at = NULL, decided_by_id = NULL, decided_office_code = NULL
         WHERE CASE WHEN duplicate_pairs.decision IS NULL THEN duplicate_pairs.signs <> excluded.signs
           ELSE NOT excluded.signs <@ duplicate_pairs.signs END`,
        [id, JSON.stringify(kept)],
      );
      await tx.rows(
        `DELETE FROM duplicate_pairs WHERE (first_id = $1 OR second_id = $1) AND decision IS NULL
           AND (first_id = ANY($2) OR second_id = ANY($2))`,
        [id, unlike],
      );
    });
  }

  async answered(id: string, asked: number): Promise<void> {
    await this.database.rows(`UPDATE comparisons SET answered = $2 WHERE declaration_id = $1 AND answered < $2`, [id, asked]);
  }
}

/**
 * Holds dossiers against changes, always in the same order, so that nobody waits in a circle.
 * @returns the ids of those that are there and not erased
 */
export async function lockDossiers(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(`SELECT id FROM declarations WHERE id = ANY($1) AND ${SENT} ORDER BY id FOR NO KEY UPDATE`, [
    ids,
  ]);
  return rows.map(({ id }) => id);
}

import { Injectable } from '@nestjs/common';
import type { Status } from '../declarations/status.rule.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { Database } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';

export interface Counter {
  officeCode: string;
  kind: string;
  year: number;
  last: number;
}

/** A number, and whose it is. */
export interface GivenNumber {
  number: number;
  dossierNumber: string;
  declarationId: string;
  status: Status;
}

/** A counter held against what was issued: every number from 1 is one dossier's or was jumped over by the desk. */
export interface CounterContinuity extends Counter {
  issued: number;
  /** Ranges that the desk jumped over, both ends included. */
  jumps: { from: number; to: number }[];
  /** Numbers that are neither a dossier's nor jumped over: always none. */
  gaps: number[];
  /** Numbers that several dossiers have: always none. */
  duplicates: number[];
  /** Numbers of dossiers that the counter has not come to: always none. */
  beyond: number[];
  continuous: boolean;
  /** In their order; of a long list, what this page has of it. */
  numbers: GivenNumber[];
}

/** Which counters are meant; absent = all. */
export interface CounterFilter {
  officeCode?: string | undefined;
  kind?: string | undefined;
  year?: number | undefined;
}

/** Of the numbers of all counters, those after `cursor`. */
export interface NumbersPage {
  limit: number;
  cursor?: string | undefined;
}

interface ContinuityRow {
  office_code: string;
  kind: string;
  year: number;
  last: number;
  issued: number;
  gaps: number[] | null;
  jumps: { from: number; to: number }[] | null;
  duplicates: number[] | null;
  beyond: number[] | null;
}

interface NumberRow extends GivenNumber {
  office_code: string;
  kind: string;
  year: number;
}

/** Moves counters, so that a story can begin at its own number; and proves that they have no gap. */
@Injectable()
export class DeskCounters {
  constructor(
    private readonly database: Database,
    private readonly offices: OfficesService,
    private readonly randomness: Randomness,
  ) {}

  /** The next number is `last + 1`. @throws Refusal `counter-in-use` below a number that was given, `validation-failed` */
  async set(wish: Counter): Promise<Counter> {
    const { officeCode, kind, year, last } = wish;
    if (!this.offices.findOffice(officeCode)) throw validationFailed([{ pointer: '/officeCode', code: 'office-unknown' }]);
    await this.database.transaction(async (tx) => {
      await tx.rows(
        `INSERT INTO dossier_counters (office_code, kind, year, last) VALUES ($1, $2, $3, 0) ON CONFLICT (office_code, kind, year) DO NOTHING`,
        [officeCode, kind, year],
      );
      const [counter] = await tx.rows<{ last: number }>(
        `SELECT last FROM dossier_counters WHERE office_code = $1 AND kind = $2 AND year = $3 FOR UPDATE`,
        [officeCode, kind, year],
      );
      const [used] = await tx.rows<{ most: number | null }>(
        `SELECT max(dossier_sequence) AS most FROM declarations WHERE receiving_office_code = $1 AND dossier_kind = $2 AND dossier_year = $3`,
        [officeCode, kind, year],
      );
      if (last < (used?.most ?? 0)) throw new Refusal('counter-in-use');
      await tx.rows(`UPDATE dossier_counters SET last = $4 WHERE office_code = $1 AND kind = $2 AND year = $3`, [
        officeCode,
        kind,
        year,
        last,
      ]);
      await tx.rows(
        `INSERT INTO dossier_counter_jumps (id, office_code, kind, year, from_last, to_last, at) VALUES ($1, $2, $3, $4, $5, $6, domain_now())`,
        [this.randomness.uuid(), officeCode, kind, year, counter!.last, last],
      );
    });
    return wish;
  }

  /**
   * The proof, over all numbers whatever the page; and the page of the numbers themselves, each with its dossier.
   * @throws Refusal `malformed-request` for a cursor that was not given
   */
  async continuity(
    filter: CounterFilter,
    { limit, cursor }: NumbersPage,
  ): Promise<{ counters: CounterContinuity[]; nextCursor: string | null }> {
    const rows = await this.heldAgainstDossiers(filter);
    const numbers = await this.numbers(filter, limit + 1, cursor);
    const page = numbers.slice(0, limit);
    const last = page.at(-1);
    return {
      counters: rows.map((row) => proofOf(row, page)),
      nextCursor: numbers.length > limit && last ? encodeCursor(placeOf(last)) : null,
    };
  }

  private heldAgainstDossiers({ officeCode, kind, year }: CounterFilter): Promise<ContinuityRow[]> {
    return this.database.rows<ContinuityRow>(
      `WITH given AS (
         SELECT receiving_office_code AS office_code, dossier_kind AS kind, dossier_year AS year, dossier_sequence AS number, count(*)::int AS times
         FROM declarations WHERE dossier_sequence IS NOT NULL AND coalesce(receiving_office_code = $1, true)
           AND coalesce(dossier_kind = $2, true) AND coalesce(dossier_year = $3, true) GROUP BY 1, 2, 3, 4),
       issued AS (
         SELECT office_code, kind, year, sum(times)::int AS count, range_agg(int8range(number, number, '[]')) AS numbers,
           json_agg(number ORDER BY number) FILTER (WHERE times > 1) AS duplicates
         FROM given GROUP BY 1, 2, 3),
       jumped AS (
         SELECT office_code, kind, year, range_agg(int8multirange(int8range(from_last, to_last, '(]')) - coalesce(taken_back.numbers, '{}')) AS numbers
         FROM dossier_counter_jumps jump CROSS JOIN LATERAL (
           SELECT range_agg(int8range(to_last, from_last, '(]')) AS numbers FROM dossier_counter_jumps back
           WHERE (back.office_code, back.kind, back.year) = (jump.office_code, jump.kind, jump.year)
             AND back.id > jump.id AND back.to_last < back.from_last) AS taken_back
         WHERE to_last > from_last GROUP BY 1, 2, 3),
       counters AS (
         SELECT * FROM dossier_counters WHERE coalesce(office_code = $1, true) AND coalesce(kind = $2, true) AND coalesce(year = $3, true)),
       held AS (
         SELECT office_code, kind, year, coalesce(last, 0) AS last, coalesce(issued.count, 0) AS issued, issued.duplicates,
           coalesce(jumped.numbers, '{}') AS jumped, int8multirange(int8range(0, coalesce(last, 0), '(]')) AS counted,
           coalesce(issued.numbers, '{}') AS numbers
         FROM counters FULL JOIN issued USING (office_code, kind, year) LEFT JOIN jumped USING (office_code, kind, year))
       SELECT office_code, kind, year, last, issued, duplicates, (${numbersIn('counted - numbers - jumped')}) AS gaps, (${numbersIn('numbers - counted')}) AS beyond,
         (SELECT json_agg(json_build_object('from', lower(leap), 'to', upper(leap) - 1) ORDER BY leap) FROM unnest(jumped) AS leap) AS jumps
       FROM held ORDER BY 1, 2, 3`,
      [officeCode, kind, year],
    );
  }

  private numbers({ officeCode, kind, year }: CounterFilter, most: number, cursor: string | undefined): Promise<NumberRow[]> {
    const after = cursor === undefined ? [] : decodeCursor(cursor, PLACE);
    return this.database.rows<NumberRow>(
      `SELECT receiving_office_code AS office_code, dossier_kind AS kind, dossier_year AS year, dossier_sequence::int AS number,
         dossier_number AS "dossierNumber", id AS "declarationId", status
       FROM declarations WHERE dossier_sequence IS NOT NULL AND coalesce(receiving_office_code = $1, true)
         AND coalesce(dossier_kind = $2, true) AND coalesce(dossier_year = $3, true)
         AND ($4::text IS NULL OR (receiving_office_code, dossier_kind, dossier_year, dossier_sequence, id) > ($4, $5, $6::int, $7::bigint, $8::uuid))
       ORDER BY receiving_office_code, dossier_kind, dossier_year, dossier_sequence, id LIMIT $9`,
      [officeCode, kind, year, ...Array.from(PLACE, (_part, index) => after[index]), most],
    );
  }
}

/** Of a cursor: office, kind, year, number, declaration. */
const PLACE = [/^0\d{4}$/, /^[A-Z]{2}$/, /^\d{4}$/, /^\d{1,10}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/];

function placeOf({ office_code: officeCode, kind, year, number, declarationId }: NumberRow): string[] {
  return [officeCode, kind, String(year), String(number), declarationId];
}

/** SQL for the list of the numbers in a multirange; null where there is none. */
function numbersIn(multirange: string): string {
  return `SELECT json_agg(number ORDER BY number) FROM unnest(${multirange}) AS part, generate_series(lower(part), upper(part) - 1) AS number`;
}

function proofOf(row: ContinuityRow, page: readonly NumberRow[]): CounterContinuity {
  const { office_code: officeCode, kind, year, last, issued, gaps, jumps, duplicates, beyond } = row;
  const isOwn = (given: NumberRow) => given.office_code === officeCode && given.kind === kind && given.year === year;
  const own = page
    .filter(isOwn)
    .map(({ number, dossierNumber, declarationId, status }) => ({ number, dossierNumber, declarationId, status }));
  return {
    ...{ officeCode, kind, year, last, issued },
    ...{ jumps: jumps ?? [], gaps: gaps ?? [], duplicates: duplicates ?? [], beyond: beyond ?? [] },
    continuous: !gaps && !duplicates && !beyond,
    numbers: own,
  };
}

import { Injectable } from '@nestjs/common';
import { OfficesService } from '../offices/offices.service.ts';
import { Database } from '../platform/database/database.ts';
import { Randomness } from '../platform/randomness.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';

export interface Counter {
  officeCode: string;
  kind: string;
  year: number;
  last: number;
}

/** A counter held against what was issued: every number from 1 is a dossier's or was jumped over by the desk. */
export interface CounterContinuity extends Counter {
  issued: number;
  /** Ranges that the desk jumped over, both ends included. */
  jumps: { from: number; to: number }[];
  /** Numbers that are neither a dossier's nor jumped over: always none. */
  gaps: number[];
  continuous: boolean;
}

interface ContinuityRow {
  office_code: string;
  kind: string;
  year: number;
  last: number;
  issued: number;
  gaps: number[] | null;
  jumps: { from: number; to: number }[] | null;
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

  async continuity(): Promise<CounterContinuity[]> {
    const rows = await this.database.rows<ContinuityRow>(
      `WITH issued AS (
         SELECT receiving_office_code AS office_code, dossier_kind AS kind, dossier_year AS year, count(*)::int AS count,
           range_agg(int8range(dossier_sequence, dossier_sequence, '[]')) AS numbers
         FROM declarations WHERE dossier_sequence IS NOT NULL GROUP BY 1, 2, 3),
       jumped AS (
         SELECT office_code, kind, year, range_agg(int8multirange(int8range(from_last, to_last, '(]')) - coalesce(taken_back.numbers, '{}')) AS numbers
         FROM dossier_counter_jumps jump CROSS JOIN LATERAL (
           SELECT range_agg(int8range(to_last, from_last, '(]')) AS numbers FROM dossier_counter_jumps back
           WHERE (back.office_code, back.kind, back.year) = (jump.office_code, jump.kind, jump.year)
             AND back.id > jump.id AND back.to_last < back.from_last) AS taken_back
         WHERE to_last > from_last GROUP BY 1, 2, 3),
       held AS (
         SELECT counter.*, coalesce(issued.count, 0) AS issued, coalesce(jumped.numbers, '{}') AS jumped,
           int8multirange(int8range(0, last, '(]')) - coalesce(issued.numbers, '{}') - coalesce(jumped.numbers, '{}') AS missing
         FROM dossier_counters counter LEFT JOIN issued USING (office_code, kind, year) LEFT JOIN jumped USING (office_code, kind, year))
       SELECT office_code, kind, year, last, issued,
         (SELECT json_agg(json_build_object('from', lower(leap), 'to', upper(leap) - 1) ORDER BY leap) FROM unnest(jumped) AS leap) AS jumps,
         (SELECT json_agg(number ORDER BY number) FROM unnest(missing) AS gap, generate_series(lower(gap), upper(gap) - 1) AS number) AS gaps
       FROM held ORDER BY 1, 2, 3`,
    );
    return rows.map(({ office_code: officeCode, kind, year, last, issued, gaps, jumps }) => ({
      officeCode,
      kind,
      year,
      last,
      issued,
      jumps: jumps ?? [],
      gaps: gaps ?? [],
      continuous: !gaps,
    }));
  }
}

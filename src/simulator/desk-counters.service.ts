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
      `WITH numbered AS (
         SELECT receiving_office_code AS office_code, dossier_kind AS kind, dossier_year AS year, dossier_sequence AS sequence,
           lag(dossier_sequence, 1, 0::bigint) OVER (PARTITION BY receiving_office_code, dossier_kind, dossier_year ORDER BY dossier_sequence) AS before
         FROM declarations WHERE dossier_sequence IS NOT NULL),
       leaps AS (SELECT * FROM numbered WHERE sequence > before + 1),
       counted AS (SELECT office_code, kind, year, count(*)::int AS issued, max(sequence) AS most FROM numbered GROUP BY 1, 2, 3)
       SELECT counter.office_code, counter.kind, counter.year, counter.last, coalesce(counted.issued, 0) AS issued,
         (SELECT json_agg(json_build_object('from', from_last + 1, 'to', to_last) ORDER BY at) FROM dossier_counter_jumps jump
           WHERE (jump.office_code, jump.kind, jump.year) = (counter.office_code, counter.kind, counter.year) AND to_last > from_last) AS jumps,
         (SELECT json_agg(missing ORDER BY missing) FROM (
            SELECT generate_series(before + 1, sequence - 1) AS missing FROM leaps
              WHERE (leaps.office_code, leaps.kind, leaps.year) = (counter.office_code, counter.kind, counter.year)
            UNION ALL SELECT generate_series(coalesce(counted.most, 0) + 1, counter.last)) AS every
          WHERE NOT EXISTS (SELECT FROM dossier_counter_jumps jump
            WHERE (jump.office_code, jump.kind, jump.year) = (counter.office_code, counter.kind, counter.year)
              AND missing > from_last AND missing <= to_last)) AS gaps
       FROM dossier_counters counter LEFT JOIN counted
         ON (counted.office_code, counted.kind, counted.year) = (counter.office_code, counter.kind, counter.year)
       ORDER BY 1, 2, 3`,
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

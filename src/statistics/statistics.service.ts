import { Injectable } from '@nestjs/common';
import { Clock, VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { FOUR_EYES_OVERRIDDEN } from '../verification/decisions.service.ts';
import { periodOf, type Period } from './period.ts';

/** What can happen to a dossier, as the audit trail calls it. */
export const COUNTED_ACTIONS = ['submit', 'lease', 'approve', 'return', 'resubmit', 'reject', 'transfer', 'withdraw', 'expire'] as const;
type CountedAction = (typeof COUNTED_ACTIONS)[number];

/** So many are named; all are counted. */
const MOST_OVERRIDES = 100;

/** Seconds; null where nothing of the kind has happened. */
export interface Durations {
  count: number;
  median: number | null;
  p90: number | null;
}

export interface Statistics extends Period {
  officeCode: string;
  /** Dossiers received in the period, by the status they have now. */
  received: { total: number; byStatus: Record<string, number> };
  /** What happened in the period, on days on which something did. */
  days: ({ day: string } & Record<CountedAction, number>)[];
  /** Why dossiers were returned or rejected in the period: each reason as often as it was given. */
  reasons: { code: string; returned: number; rejected: number }[];
  /** Of the dossiers received in the period, from receipt to the first lease, the first answer (approval, return, rejection) and the decision. */
  durations: { toFirstLease: Durations; toFirstAnswer: Durations; toDecision: Durations };
  /** Approvals in the period by whoever had typed the dossier in: how many, and the newest of them; the reasons stand in their histories. */
  fourEyesOverridden: { total: number; latest: FourEyesOverride[] };
}

export interface FourEyesOverride {
  declarationId: string;
  dossierNumber: string;
  by: string;
  officeCode: string;
  at: string;
}

/** The steps of an office's dossiers. `$1` is the office of receipt, which never changes. */
const STEPS = `SELECT entry.subject_id, entry.at, entry.action, entry.details,
    declaration.submitted_at >= $2::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'
      AND declaration.submitted_at < ($3::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}' AS is_of_period
  FROM audit_entries entry JOIN declarations declaration ON declaration.id = entry.subject_id
  WHERE entry.subject_kind = 'declaration' AND entry.to_status IS NOT NULL AND (entry.from_status IS DISTINCT FROM entry.to_status OR entry.action = 'transfer')
    AND declaration.receiving_office_code = $1 AND entry.at >= $2::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'`;
const OF_PERIOD = `at < ($3::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'`;

/** Counts an office's work from the audit trail, so that it cannot differ from it. An office's dossiers are those it received. */
@Injectable()
export class StatisticsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal `malformed-request` */
  async of({ officeCode }: OfficeOfficer, wish: Partial<Period>): Promise<Statistics> {
    const period = periodOf(wish, await this.clock.now());
    const parameters = [officeCode, period.from, period.to];
    const [received, days, reasons, durations, fourEyesOverridden] = await Promise.all([
      this.received(parameters),
      this.days(parameters),
      this.reasons(parameters),
      this.durations(parameters),
      this.fourEyesOverridden(parameters),
    ]);
    return { ...period, officeCode, received, days, reasons, durations, fourEyesOverridden };
  }

  private async received(parameters: string[]): Promise<Statistics['received']> {
    const rows = await this.database.rows<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM declarations
       WHERE receiving_office_code = $1 AND submitted_at >= $2::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'
         AND submitted_at < ($3::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}' GROUP BY status ORDER BY status`,
      parameters,
    );
    return {
      total: rows.reduce((sum, { count }) => sum + count, 0),
      byStatus: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    };
  }

  private async days(parameters: string[]): Promise<Statistics['days']> {
    const columns = COUNTED_ACTIONS.map((action) => `(count(*) FILTER (WHERE action = '${action}'))::int AS "${action}"`);
    return this.database.rows<Statistics['days'][number]>(
      `SELECT to_char(at AT TIME ZONE '${VIETNAM_TIME_ZONE}', 'YYYY-MM-DD') AS day, ${columns.join(', ')}
       FROM (${STEPS}) step WHERE ${OF_PERIOD} GROUP BY day ORDER BY day`,
      parameters,
    );
  }

  private async reasons(parameters: string[]): Promise<Statistics['reasons']> {
    return this.database.rows<Statistics['reasons'][number]>(
      `SELECT code, (count(*) FILTER (WHERE action = 'return'))::int AS returned, (count(*) FILTER (WHERE action = 'reject'))::int AS rejected
       FROM (${STEPS}) step CROSS JOIN LATERAL (
         SELECT item->>'reasonCode' AS code FROM jsonb_array_elements(coalesce(details->'items', jsonb_build_array(details))) AS item) given
       WHERE action IN ('return', 'reject') AND ${OF_PERIOD} GROUP BY code ORDER BY count(*) DESC, code`,
      parameters,
    );
  }

  private async fourEyesOverridden(parameters: string[]): Promise<Statistics['fourEyesOverridden']> {
    const rows = await this.database.rows<Omit<FourEyesOverride, 'at'> & { at: Date; total: number }>(
      `SELECT declaration.id AS "declarationId", dossier_number AS "dossierNumber", officer.full_name AS by, actor_office_code AS "officeCode",
         at, (count(*) OVER ())::int AS total
       FROM declarations declaration
         JOIN audit_entries entry ON entry.subject_kind = 'declaration' AND entry.subject_id = declaration.id AND entry.action = '${FOUR_EYES_OVERRIDDEN}'
         JOIN staff officer ON officer.id = entry.actor_id
       WHERE declaration.receiving_office_code = $1 AND declaration.four_eyes_overridden
         AND at >= $2::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}' AND ${OF_PERIOD}
       ORDER BY at DESC LIMIT ${MOST_OVERRIDES}`,
      parameters,
    );
    return { total: rows[0]?.total ?? 0, latest: rows.map(({ total: _, at, ...override }) => ({ ...override, at: at.toISOString() })) };
  }

  private async durations(parameters: string[]): Promise<Statistics['durations']> {
    const measured = (name: string) =>
      `count(${name})::int AS ${name}_count, percentile_cont(0.5) WITHIN GROUP (ORDER BY ${name}) AS ${name}_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY ${name}) AS ${name}_p90`;
    const since = (actions: string) =>
      `extract(epoch FROM min(at) FILTER (WHERE action IN (${actions})) - min(at) FILTER (WHERE action = 'submit'))::float`;
    const [row] = await this.database.rows<Record<string, number | null>>(
      `SELECT ${['lease', 'answer', 'decision'].map(measured).join(', ')}
       FROM (SELECT ${since(`'lease'`)} AS lease, ${since(`'approve', 'return', 'reject'`)} AS answer, ${since(`'approve', 'reject'`)} AS decision
         FROM (${STEPS}) step WHERE is_of_period GROUP BY subject_id) dossier`,
      parameters,
    );
    const durations = (name: string): Durations => ({
      count: row![`${name}_count`] ?? 0,
      median: row![`${name}_median`] ?? null,
      p90: row![`${name}_p90`] ?? null,
    });
    return { toFirstLease: durations('lease'), toFirstAnswer: durations('answer'), toDecision: durations('decision') };
  }
}

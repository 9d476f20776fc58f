import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/refusal.ts';
import { coverageOf, transitionsOf, type AreaCoverage, type CoverageArea, type Step } from './coverage.ts';
import { Journal } from './journal.ts';

export interface Coverage {
  readonly areas: Record<CoverageArea, AreaCoverage>;
  readonly overall: number;
  readonly threshold: number;
  readonly passed: boolean;
}

/** What the workspace's users have touched: by its history, which all copies share, and by what this copy saw go by. */
@Injectable()
export class CoverageService {
  constructor(
    private readonly journal: Journal,
    private readonly database: Database,
  ) {}

  /** @throws Refusal `coverage-below-threshold` where it `mustPass` and does not */
  async read(threshold: number, mustPass: boolean): Promise<Coverage> {
    const { refusals, fieldFaults, magicValues, faults, hasDraft } = this.journal.sightings();
    const [steps, statuses, reasons] = await Promise.all([this.steps(), this.statuses(), this.reasons()]);
    const states = new Set([...statuses, ...(hasDraft ? ['DRAFT'] : [])]);
    const transitions = new Set(transitionsOf(steps));
    const { areas, overall } = coverageOf({ states, transitions, refusals, fieldFaults, reasons, magicValues, faults });
    const passed = overall >= threshold;
    if (mustPass && !passed) throw new Refusal('coverage-below-threshold', { more: { overall, threshold } });
    return { areas, overall, threshold, passed };
  }

  private steps(): Promise<Step[]> {
    return this.database.rows<Step & Record<string, unknown>>(
      `SELECT DISTINCT action, from_status AS "from" FROM audit_entries WHERE subject_kind = 'declaration'`,
    );
  }

  private async statuses(): Promise<string[]> {
    const rows = await this.database.rows<{ status: string }>(
      `SELECT DISTINCT status FROM declarations
       UNION SELECT unnest(ARRAY[from_status, to_status]) FROM audit_entries WHERE to_status IS NOT NULL`,
    );
    return rows.map(({ status }) => status);
  }

  private async reasons(): Promise<Set<string>> {
    const rows = await this.database.rows<{ code: string }>(
      `SELECT DISTINCT jsonb_path_query(details, '$.**.reasonCode') #>> '{}' AS code FROM audit_entries WHERE action IN ('return', 'reject')`,
    );
    return new Set(rows.map(({ code }) => code));
  }
}

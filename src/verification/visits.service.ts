import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { parseDossierNumber } from '../declarations/dossier-number.rule.ts';
import { canonicalIdNumber } from '../declarations/rules/id-number.rule.ts';
import { Database } from '../platform/database/database.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { Refusal } from '../platform/refusal.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { VisitsStore } from './visits.store.ts';

/** What the person at the counter brings: the number from the SMS, and the one on the original paper, both as the clerk types them. */
export interface BroughtPapers {
  readonly dossierNumber: string;
  readonly idNumber: string;
}

export interface OpenedVisit {
  declarationId: string;
  until: string;
}

/** "The nearest office" may be any office [S]: whoever has number and paper before them opens that dossier, and nothing else. */
@Injectable()
export class VisitsService {
  constructor(
    private readonly database: Database,
    private readonly visits: VisitsStore,
    private readonly limits: AttemptLimits,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
  ) {}

  /**
   * Opens the dossier that number and paper name to this officer. A wrong number and a wrong paper are the same answer after the same
   * work, and either attempt is on record.
   * @throws Refusal `not-found`, `too-many-attempts`
   */
  async open(
    officer: OfficeOfficer,
    papers: BroughtPapers,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: OpenedVisit; replayed: boolean }> {
    const dossierNumber = papers.dossierNumber.trim().toUpperCase();
    const idNumber = canonicalIdNumber(papers.idNumber);
    const byNumber = { limit: 'visit-by-number', subject: dossierNumber } as const;
    const byOfficer = { limit: 'visit-by-officer', subject: officer.id } as const;
    await this.limits.count(byNumber, byOfficer);
    const found = await this.find(dossierNumber);
    if (!found || found.id_number !== idNumber) {
      await this.recordDenied(officer, found?.id);
      throw new Refusal('not-found');
    }
    const opened = await this.idempotency.once(key, fingerprintOf({ dossierNumber, idNumber }), 201, async (tx) => {
      const until = await this.visits.open(tx, officer, found.id);
      await this.audit.record(tx, { subject: { kind: 'declaration', id: found.id }, actor: actorOf(officer), action: 'visit' });
      return { declarationId: found.id, until: until.toISOString() };
    });
    await Promise.all([this.limits.forget(byNumber), this.limits.giveBack(byOfficer)]);
    return opened;
  }

  private async find(dossierNumber: string): Promise<{ id: string; id_number: string | null } | undefined> {
    const [row] = await this.database.rows<{ id: string; id_number: string | null }>(
      `SELECT id, id_number FROM declarations WHERE dossier_number = $1`,
      [parseDossierNumber(dossierNumber) ? dossierNumber : ''],
      'find_visited',
    );
    return row;
  }

  /** In the dossier's history where there is one, else in the officer's own: what was typed stands in neither. */
  private recordDenied(officer: OfficeOfficer, declarationId: string | undefined): Promise<void> {
    const subject = declarationId ? ({ kind: 'declaration', id: declarationId } as const) : ({ kind: 'staff', id: officer.id } as const);
    return this.audit.record(this.database, { subject, actor: actorOf(officer), action: 'denied-visit' });
  }
}

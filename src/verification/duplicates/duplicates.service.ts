import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/audit.service.ts';
import type { DeclarationRow } from '../../declarations/declarations.store.ts';
import { Database, type Transaction } from '../../platform/database/database.ts';
import { currentLanguage } from '../../platform/http/request-context.ts';
import { fingerprintOf, type IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../../platform/idempotency/idempotency.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { OfficeOfficer } from '../../staff/officer.ts';
import { actorOf } from '../../staff/staff.service.ts';
import { DossierAccess, type Ground } from '../dossier-access.ts';
import { stateOf } from '../lease.rule.ts';
import { StaffNotes } from '../staff-notes.ts';
import { Comparisons } from './comparisons.service.ts';
import { ComparisonsStore, lockDossiers } from './comparisons.store.ts';
import type { DuplicateDecision } from './duplicate-signs.rule.ts';
import { sideBySide, type PairRow, type SideBySide } from './side-by-side.view.ts';

/** Nobody looks at more at once; what is undecided comes first. */
const MOST_SHOWN = 50;

const PAIRS = `
  SELECT CASE WHEN first_id = $1 THEN second_id ELSE first_id END AS other, signs, found_at, decision, decided_at,
    decider.full_name AS decided_by, decided_office_code
  FROM duplicate_pairs LEFT JOIN staff decider ON decider.id = decided_by_id WHERE (first_id = $1 OR second_id = $1)`;

/** What an officer finds about two dossiers that are alike. */
export interface Finding {
  otherId: string;
  decision: DuplicateDecision;
  /** The officer's own words, for other officers. */
  reason: string;
  /** Says that the officer knows of a decision that was taken before. */
  replacesEarlier: boolean;
}

export interface DecidedPair {
  otherId: string;
  decision: DuplicateDecision;
  decidedAt: string;
  undecided: number;
}

/** Dossiers that are alike, side by side, and what officers find about them. */
@Injectable()
export class Duplicates {
  constructor(
    private readonly database: Database,
    private readonly access: DossierAccess,
    private readonly comparisons: Comparisons,
    private readonly store: ComparisonsStore,
    private readonly idempotency: Idempotency,
    private readonly notes: StaffNotes,
    private readonly audit: Audit,
  ) {}

  /** How many dossiers that are like this one nobody has decided about, as of now. */
  async undecided(id: string): Promise<number> {
    await this.comparisons.compareIfDue(id);
    return countUndecided(this.database, id);
  }

  /** Every dossier that is like this one, beside it. That they were looked at is on record, in each whose data was shown. */
  async view(officer: OfficeOfficer, id: string): Promise<{ id: string; dossierNumber: string; undecided: number; items: SideBySide[] }> {
    const { row, because } = await this.access.open(officer, id);
    const undecided = await this.undecided(id);
    const pairs = await this.database.rows<PairRow>(
      `${PAIRS} ORDER BY decision IS NOT NULL, found_at DESC, other LIMIT ${MOST_SHOWN}`,
      [id],
      'duplicates_of',
    );
    const dossiers = new Map((await this.store.dossiers([id, ...pairs.map(({ other }) => other)])).map((dossier) => [dossier.id, dossier]));
    const own = dossiers.get(id);
    if (!own) throw new Refusal('declared-data-erased');
    const reader = { officeCode: officer.officeCode, language: currentLanguage() };
    const items = pairs.flatMap((pair) => {
      const other = dossiers.get(pair.other);
      return other ? [sideBySide(own, other, pair, reader)] : [];
    });
    const shown = items.filter(({ inOwnOffice }) => inOwnOffice).map((item) => item.id);
    const viewed = (of: string, beside: readonly string[], ground: Ground) =>
      this.entry(officer, of, 'view-duplicates', { beside, because: ground });
    await this.audit.record(
      this.database,
      viewed(
        id,
        items.map((item) => item.id),
        because,
      ),
      ...shown.map((other) => viewed(other, [id], 'own-office')),
    );
    return { id, dossierNumber: row.dossier_number!, undecided, items };
  }

  /**
   * Puts on record whether two dossiers are one person's. It holds for both of them and changes no status: who finds a duplicate
   * rejects it as anything else. Neither lease nor `If-Match` is asked for, because nothing of the dossiers changes; that nobody
   * overwrites unknowingly what somebody else has just decided is for `replacesEarlier`.
   * @throws Refusal `not-found` also for dossiers that have nothing in common; `invalid-state` for a pair that is decided already
   */
  async decide(
    officer: OfficeOfficer,
    id: string,
    finding: Finding,
    key: IdempotencyKey | undefined,
  ): Promise<{ body: DecidedPair; replayed: boolean }> {
    const { otherId, decision, replacesEarlier } = finding;
    await this.access.get(officer, id);
    await this.comparisons.compareIfDue(id);
    return this.access.changing(officer, id, () =>
      this.idempotency.once(key, fingerprintOf({ action: 'decide-duplicate', ...finding }), 200, async (tx) => {
        await lockDossiers(tx, [id, otherId]);
        const row = await this.access.lock(tx, officer, id);
        const [pair] = await tx.rows<PairRow>(`${PAIRS} AND $2 IN (first_id, second_id) AND first_id <> second_id`, [id, otherId]);
        if (!pair) throw new Refusal('not-found');
        if (pair.decision && !replacesEarlier) throw new Refusal('invalid-state', decidedState(row, officer, pair));
        const [decided] = await tx.rows<{ decided_at: Date }>(
          `UPDATE duplicate_pairs SET decision = $3, decided_at = domain_now(), decided_by_id = $4, decided_office_code = $5
           WHERE first_id = least($1::uuid, $2::uuid) AND second_id = greatest($1::uuid, $2::uuid) RETURNING decided_at`,
          [id, otherId, decision, officer.id, officer.officeCode],
        );
        await this.putOnRecord(tx, officer, id, finding, pair);
        return { otherId, decision, decidedAt: decided!.decided_at.toISOString(), undecided: await countUndecided(tx, id) };
      }),
    );
  }

  /** In both histories, with the officer's words in each, because each is read and erased by itself. */
  private async putOnRecord(
    tx: Transaction,
    officer: OfficeOfficer,
    id: string,
    { otherId, decision, reason }: Finding,
    before: PairRow,
  ): Promise<void> {
    const entries = [];
    for (const [of, other] of [
      [id, otherId],
      [otherId, id],
    ] as const) {
      const note = await this.notes.write(tx, of, officer.id, reason);
      const earlier = before.decision && { earlier: before.decision };
      entries.push(this.entry(officer, of, 'decide-duplicate', { other, decision, signs: before.signs, ...earlier, reason: note }));
    }
    await this.audit.record(tx, ...entries);
  }

  private entry(officer: OfficeOfficer, id: string, action: string, details: Record<string, unknown>) {
    return { subject: { kind: 'declaration', id }, actor: actorOf(officer), action, details } as const;
  }
}

async function countUndecided(rows: Pick<Transaction, 'rows'>, id: string): Promise<number> {
  const [row] = await rows.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM duplicate_pairs WHERE (first_id = $1 OR second_id = $1) AND decision IS NULL`,
    [id],
  );
  return row!.count;
}

/** Who has decided about the pair, in place of who has decided about the dossier. */
function decidedState(row: DeclarationRow, officer: OfficeOfficer, { decided_at: at, decided_office_code: officeCode }: PairRow) {
  return { ...stateOf(row, officer), decidedBy: { officeCode: officeCode!, at: at!.toISOString() } };
}

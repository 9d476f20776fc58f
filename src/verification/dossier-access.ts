import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { DeclarationsStore, type DeclarationRow } from '../declarations/declarations.store.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Officer, OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { isHeld } from './lease.rule.ts';
import { VisitsStore } from './visits.store.ts';

/** Why a dossier is open to an officer: it is routed to the own office; its citizen stands there; or they hold it since the citizen stood there [D]. */
export type Ground = 'own-office' | 'visit' | 'lease';

export interface OpenedDossier {
  readonly row: DeclarationRow;
  readonly because: Ground;
}

/**
 * Whose dossiers an officer may see: those routed to the own office, and from elsewhere the one whose citizen stands at the counter,
 * for as long as the visit lasts or its lease is held here. For all others the answer is 404, as if there were none.
 */
@Injectable()
export class DossierAccess {
  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationsStore,
    private readonly visits: VisitsStore,
    private readonly audit: Audit,
  ) {}

  /**
   * The dossier with what was declared in it.
   * @throws Refusal `declared-data-erased`; `not-found` also for what lies outside the officer's office, and that attempt is on record
   */
  async get(officer: Officer, id: string): Promise<DeclarationRow> {
    return (await this.open(officer, id)).row;
  }

  /** The dossier, and why the officer may see it: for views, on whose record it stands. @throws Refusal as `get` */
  async open(officer: Officer, id: string): Promise<OpenedDossier> {
    const opened = await this.openEvenErased(officer, id);
    if (opened.row.erased_at) throw new Refusal('declared-data-erased');
    return opened;
  }

  /** The dossier, of which number, office, days and history are left when the rest is erased. @throws Refusal `not-found` */
  async getEvenErased(officer: Officer, id: string): Promise<DeclarationRow> {
    return (await this.openEvenErased(officer, id)).row;
  }

  private async openEvenErased(officer: Officer, id: string): Promise<OpenedDossier> {
    const row = await this.declarations.find(id);
    if (!row || row.status === 'DRAFT') throw new Refusal('not-found');
    const because = await this.groundOf(this.database, officer, row);
    if (because) return { row, because };
    await this.audit.record(this.database, {
      subject: { kind: 'declaration', id },
      actor: actorOf(officer),
      action: 'denied-other-office',
    });
    throw new Refusal('not-found');
  }

  /**
   * Runs work that locks the dossier. An attempt from elsewhere goes on record when the transaction is over: inside, it would wait for
   * a second connection while it keeps the row and the first one from everybody else.
   */
  async changing<T>(officer: Officer, id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not-found') await this.getEvenErased(officer, id);
      throw error;
    }
  }

  /** The dossier, held against every other change until the transaction ends; only inside `changing`. @throws Refusal `not-found` */
  async lock(tx: Transaction, officer: Officer, id: string): Promise<DeclarationRow> {
    return (await this.lockOpened(tx, officer, id)).row;
  }

  /** As `lock`, with why the officer may see it. */
  async lockOpened(tx: Transaction, officer: Officer, id: string): Promise<OpenedDossier> {
    const row = await this.declarations.lock(tx, id);
    const because = row && row.status !== 'DRAFT' && (await this.groundOf(tx, officer, row));
    if (!row || !because) throw new Refusal('not-found');
    return { row, because };
  }

  private async groundOf(rows: Pick<Transaction, 'rows'>, officer: Officer, row: DeclarationRow): Promise<Ground | undefined> {
    if (row.office_code === officer.officeCode) return 'own-office';
    if (await this.visits.isOpen(rows, officer, row.id)) return 'visit';
    const isHeldHere = isHeld(row) && row.lease_holder_id === officer.id && row.lease_office_code === officer.officeCode;
    return isHeldHere ? 'lease' : undefined;
  }
}

/** An officer of an office. Admins have none and see no citizen's data. */
export function inOffice(officer: Officer): OfficeOfficer {
  if (officer.officeCode === null) throw new Refusal('forbidden');
  return officer as OfficeOfficer;
}

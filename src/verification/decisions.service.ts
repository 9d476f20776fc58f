import { Injectable } from '@nestjs/common';
import { Credentials, type IssuedCredentials } from '../accounts/credentials.service.ts';
import { Audit } from '../audit/audit.service.ts';
import type { GivenReason, ReturnedItem } from '../declarations/declaration.entity.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { addresseeOf } from '../declarations/dossier-facts.ts';
import { RegistryCheck } from '../declarations/registry-check.ts';
import { nextStatus, type Action, type Status } from '../declarations/status.rule.ts';
import { approvedByMail, notice } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { vietnameseDay } from '../platform/clock.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { REASON_CATALOGUE_VERSION } from '../reasons/reason-catalogue.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { roleHas } from '../staff/rights.ts';
import { actorOf } from '../staff/staff.service.ts';
import { checkedItems, missingItems, type Checklist, type ChecklistItem } from './checklist.rule.ts';
import { DossierAccess } from './dossier-access.ts';
import { fourEyesOf } from './four-eyes.rule.ts';
import { mustAllow, mustHold, needsLease, stateOf } from './lease.rule.ts';
import { NO_LEASE } from './leases.service.ts';
import { StaffNotes } from './staff-notes.ts';
import { rejectionFaults, returnFaults } from './reason-use.rule.ts';
import { VisitsStore } from './visits.store.ts';

/** What every deciding request brings beside its body. */
export interface DecisionContext {
  officer: OfficeOfficer;
  declarationId: string;
  leaseToken: string | undefined;
  ifMatch: VersionCondition | undefined;
  key: IdempotencyKey | undefined;
}

export interface Decided {
  status: Status;
  version: number;
}

export type Approved = Decided & IssuedCredentials;

/** What an approval is given with. */
export interface Approval {
  readonly checklist: Checklist;
  /** Why a supervisor approves what they have typed in themselves. */
  readonly fourEyesOverride?: { readonly reason: string } | undefined;
  readonly internalNote?: string | undefined;
}

/** How the audit trail calls it when somebody approves alone what they have typed in. */
export const FOUR_EYES_OVERRIDDEN = 'four-eyes-overridden';

/** What a reason meant is recorded by the version of the catalogue that it was chosen from. */
const OF_CATALOGUE = { catalogueVersion: REASON_CATALOGUE_VERSION };

/** What a decision changes beside the status. */
interface Change {
  /** SQL from `$3` on, and its values. */
  readonly sets: string;
  readonly values: (string | null)[];
  /** For the audit trail: codes and names. */
  readonly details: Record<string, unknown>;
  /** For other officers, in the officer's own words. */
  readonly words: Readonly<Record<string, string | undefined>>;
}

/** Approve, return, reject, transfer: each one transaction, under a row lock, by the holder of a live lease. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly access: DossierAccess,
    private readonly audit: Audit,
    private readonly credentials: Credentials,
    private readonly registryCheck: RegistryCheck,
    private readonly outbox: Outbox,
    private readonly offices: OfficesService,
    private readonly idempotency: Idempotency,
    private readonly notes: StaffNotes,
    private readonly visits: VisitsStore,
  ) {}

  /**
   * Approves after the checklist is complete; account and password go out by SMS. On record is who saw the original, when and at which office.
   * @throws Refusal `forbidden`, `lease-required`, `lease-lost`, `dossier-held`, `invalid-state`, `precondition-required`,
   *   `precondition-failed`, `four-eyes-required`, `checklist-incomplete`, `data-differs-from-registry`, `already-registered`
   */
  async approve(context: DecisionContext, approval: Approval): Promise<{ body: Approved; replayed: boolean }> {
    const { officer } = context;
    const { checklist, fourEyesOverride, internalNote } = approval;
    if (!officer.mayApprove) throw new Refusal('forbidden');
    if (fourEyesOverride && !roleHas(officer.role, 'dossier.override-four-eyes')) throw new Refusal('forbidden');
    // The hash takes its time, so it is made before the transaction; a refusal that is certain already spares it. With a key nothing
    // is certain: the answer may be a replay.
    const seen = await this.access.get(officer, context.declarationId);
    if (!context.key) this.mustBeReady(seen, context, 'approve');
    const registry = await this.registryCheck.compare(declaredOf(seen), vietnameseDay(seen.now));
    const prepared = await this.credentials.prepare();
    return this.decide(context, 'approve', approval, async (tx, row) => {
      const isOverridden = mustHaveFourEyes(row, officer, approval);
      const missing = missingItems(checklist, { idNumber: row.id_number!, isUnknownToRegistry: registry.kind === 'unknown-number' });
      if (missing.length > 0)
        throw new Refusal('checklist-incomplete', { more: { missing }, errors: missing.map((item) => missingFault(item, checklist)) });
      if (registry.kind === 'differs' || registry.kind === 'deceased') {
        throw new Refusal('data-differs-from-registry', {
          more: { differences: registry.kind === 'deceased' ? ['deceased'] : registry.differences },
        });
      }
      if (isOverridden) await this.reportOverride(tx, row, officer, fourEyesOverride!.reason);
      await this.transition(tx, row, officer, 'approve', {
        sets: `decided_by_id = $3, decided_office_code = $4, decided_at = domain_now(), four_eyes_overridden = ${isOverridden}`,
        values: [officer.id, officer.officeCode],
        details: { registry: registry.kind, checked: checkedItems(checklist), idType: row.id_type },
        words: { internalNote },
      });
      const issued = await this.credentials.issue(
        tx,
        { declarationId: row.id, insuranceNumber: row.insurance_number!, phone: row.phone! },
        prepared,
      );
      await this.outbox.add(tx, approvedByMail(row.id, addresseeOf(row)));
      return { status: 'APPROVED', version: row.version + 1, ...issued };
    });
  }

  /** An entry of its own, which statistics count and name. */
  private async reportOverride(tx: Transaction, row: DeclarationRow, officer: OfficeOfficer, reason: string): Promise<void> {
    await this.audit.record(tx, {
      subject: { kind: 'declaration', id: row.id },
      actor: actorOf(officer),
      action: FOUR_EYES_OVERRIDDEN,
      details: { reason: await this.notes.write(tx, row.id, officer.id, reason) },
    });
  }

  /** Sends parts back, each with its reason; the citizen is told. @throws Refusal as `approve`, `validation-failed` */
  async return(
    context: DecisionContext,
    items: ReturnedItem[],
    internalNote: string | undefined,
  ): Promise<{ body: Decided; replayed: boolean }> {
    const faults = returnFaults(items);
    if (faults.length > 0) throw validationFailed(faults);
    return this.decide(context, 'return', { items, internalNote }, async (tx, row) => {
      await this.transition(tx, row, context.officer, 'return', {
        sets: 'returned_items = $3',
        values: [JSON.stringify(items.map(fromCatalogue))],
        details: { items: items.map(({ field, slot, reasonCode }) => ({ field, slot, reasonCode })), ...OF_CATALOGUE },
        words: { internalNote },
      });
      await this.outbox.add(tx, [notice('returned', row.id, row.revision, addresseeOf(row))]);
      return { status: 'RETURNED', version: row.version + 1 };
    });
  }

  /** Ends the dossier; the number is free for its owner at once. @throws Refusal as `approve`, `validation-failed` */
  async reject(
    context: DecisionContext,
    rejection: GivenReason,
    internalNote: string | undefined,
  ): Promise<{ body: Decided; replayed: boolean }> {
    const faults = rejectionFaults(rejection.reasonCode);
    if (faults.length > 0) throw validationFailed(faults);
    return this.decide(context, 'reject', { rejection, internalNote }, async (tx, row) => {
      await this.transition(tx, row, context.officer, 'reject', {
        sets: 'rejection = $3, decided_by_id = $4, decided_office_code = $5, decided_at = domain_now()',
        values: [JSON.stringify(fromCatalogue(rejection)), context.officer.id, context.officer.officeCode],
        details: { reasonCode: rejection.reasonCode, ...OF_CATALOGUE },
        words: { internalNote },
      });
      await this.outbox.add(tx, [notice('rejected', row.id, row.revision, addresseeOf(row))]);
      return { status: 'REJECTED', version: row.version + 1 };
    });
  }

  /** Routes the dossier to another office; its number stays. Possible before the first lease, and under one's own. */
  async transfer(context: DecisionContext, officeCode: string, reason: string): Promise<{ body: Decided; replayed: boolean }> {
    const fault = this.offices.officeFault(officeCode);
    if (fault) throw validationFailed([{ pointer: '/officeCode', ...fault }]);
    return this.decide(context, 'transfer', { officeCode, reason }, async (tx, row) => {
      if (officeCode === row.office_code) throw validationFailed([{ pointer: '/officeCode', code: 'bad-format' }]);
      await this.transition(tx, row, context.officer, 'transfer', {
        sets: 'office_code = $3, handling_office_code = NULL',
        values: [officeCode],
        details: { toOffice: officeCode },
        words: { reason },
      });
      await this.outbox.add(tx, [notice('transferred', row.id, row.version, addresseeOf(row))]);
      return { status: 'SUBMITTED', version: row.version + 1 };
    });
  }

  private decide<T extends Decided>(
    context: DecisionContext,
    action: Action,
    content: object,
    work: (tx: Transaction, row: DeclarationRow) => Promise<T>,
  ): Promise<{ body: T; replayed: boolean }> {
    const { officer, declarationId, key } = context;
    return this.access.changing(officer, declarationId, () =>
      this.idempotency.once(key, fingerprintOf({ action, ...content }), 200, async (tx) => {
        const row = await this.access.lock(tx, officer, declarationId);
        this.mustBeReady(row, context, action);
        return work(tx, row);
      }),
    );
  }

  /** State first, then the lease, then what the officer read: the first obstacle is the one that helps to know. */
  private mustBeReady(row: DeclarationRow, { officer, leaseToken, ifMatch }: DecisionContext, action: Action): void {
    if (row.status !== 'SUBMITTED') mustAllow(row, action, officer);
    if (needsLease(row.status, action)) mustHold(row, officer, leaseToken);
    mustAllow(row, action, officer);
    if (!ifMatch) throw new Refusal('precondition-required');
    if (!ifMatch.holdsFor(row.version)) throw new Refusal('precondition-failed');
  }

  /** The guarded update: from the status that was read to the one the table names, ending the lease, with its history. */
  private async transition(
    tx: Transaction,
    row: DeclarationRow,
    officer: OfficeOfficer,
    action: Action,
    { sets, values, details, words }: Change,
  ): Promise<void> {
    const to = nextStatus(row.status, action)!;
    const [changed] = await tx.rows(
      `UPDATE declarations SET status = '${to}', status_since = domain_now(), version = version + 1, ${NO_LEASE}, ${sets}
       WHERE id = $1 AND version = $2 AND status = '${row.status}' RETURNING id`,
      [row.id, row.version, ...values],
    );
    if (!changed) throw new Refusal('precondition-failed');
    // The lease that opened the dossier ends here; the person is still there, and asks whether the SMS went out.
    if (row.office_code !== officer.officeCode) await this.visits.open(tx, officer, row.id);
    const written = Object.entries(words).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const notes = written.map(async ([name, text]) => [name, await this.notes.write(tx, row.id, officer.id, text)] as const);
    await this.audit.record(tx, {
      subject: { kind: 'declaration', id: row.id },
      actor: actorOf(officer),
      action,
      from: row.status,
      to,
      details: { ...details, ...Object.fromEntries(await Promise.all(notes)) },
    });
  }
}

function fromCatalogue<Given extends GivenReason>(given: Given): Given {
  return { ...given, ...OF_CATALOGUE };
}

function declaredOf(row: DeclarationRow) {
  return { insuranceNumber: row.insurance_number!, fullName: row.full_name!, idNumber: row.id_number! };
}

function missingFault(item: ChecklistItem, { originalIdNumber }: Checklist) {
  const differs = item === 'originalIdNumber' && originalIdNumber.trim() !== '';
  return { pointer: `/checklist/${item}`, code: differs ? 'original-differs' : 'required' };
}

/** @returns whether the approver goes on alone, with a reason @throws Refusal `four-eyes-required`, `validation-failed` */
function mustHaveFourEyes(row: DeclarationRow, officer: OfficeOfficer, { fourEyesOverride }: Approval): boolean {
  const verdict = fourEyesOf(row.typed_by_id, officer.id, fourEyesOverride !== undefined);
  if (verdict === 'nothing-to-override') throw validationFailed([{ pointer: '/fourEyesOverride', code: 'override-not-needed' }]);
  if (verdict === 'missing') throw new Refusal('four-eyes-required', stateOf(row, officer));
  return verdict === 'overridden';
}

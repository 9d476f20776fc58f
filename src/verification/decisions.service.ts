import { Injectable } from '@nestjs/common';
import { Credentials, issuedCredentials, type IssuedCredentials } from '../accounts/credentials.service.ts';
import type { AccountRow } from '../accounts/new-account.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import type { GivenReason, ReturnedItem } from '../declarations/declaration.entity.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { addresseeOf } from '../declarations/dossier-facts.ts';
import { RegistryCheck } from '../declarations/registry-check.ts';
import { nextStatus, type Action, type Status } from '../declarations/status.rule.ts';
import { approvedByMail, notice, type MessageIntent } from '../messages/message-intents.ts';
import { Outbox, type IntentRow } from '../messages/outbox.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { vietnameseDay } from '../platform/clock.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { tokenHash } from '../platform/sessions.ts';
import { REASON_CATALOGUE_VERSION } from '../reasons/reason-catalogue.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { roleHas } from '../staff/rights.ts';
import { actorOf } from '../staff/staff.service.ts';
import { checkedItems, missingItems, type Checklist, type ChecklistItem } from './checklist.rule.ts';
import { DecisionsStore, type DecisionRows } from './decisions.store.ts';
import { DossierAccess } from './dossier-access.ts';
import { fourEyesOf } from './four-eyes.rule.ts';
import { mustAllow, mustHold, needsLease, stateOf } from './lease.rule.ts';
import { rejectionFaults, returnFaults } from './reason-use.rule.ts';
import { referenceTo, StaffNotes, type NoteRow } from './staff-notes.ts';
import { visitOf } from './visits.store.ts';

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

/** What a decision comes to, beside the status. */
interface Drafted<Told extends object> {
  /** SQL from `$9` on, and its values. */
  readonly sets: string;
  readonly values: (string | null)[];
  /** For the audit trail: codes and names. */
  readonly details: Record<string, unknown>;
  /** For other officers, in the officer's own words. */
  readonly words: Readonly<Record<string, string | undefined>>;
  readonly messages: readonly MessageIntent[];
  readonly account?: AccountRow;
  /** Why somebody approves alone what they have typed in; on record before the decision, as an entry of its own. */
  readonly overriddenBecause?: string;
  /** What the answer says beside status and version, once the messages have their ids. */
  readonly told: (messages: readonly IntentRow[]) => Told;
}

/** The dossier was not any more what had been judged. Whoever sees it twice had no luck, and asks again. */
class Changed extends Refusal {
  constructor() {
    super('precondition-failed');
  }
}

/** Approve, return, reject, transfer: each one guarded statement, by the holder of a live lease. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly access: DossierAccess,
    private readonly decisions: DecisionsStore,
    private readonly credentials: Credentials,
    private readonly registryCheck: RegistryCheck,
    private readonly outbox: Outbox,
    private readonly offices: OfficesService,
    private readonly idempotency: Idempotency,
    private readonly notes: StaffNotes,
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
    const seen = await this.access.get(officer, context.declarationId);
    const registry = await this.registryCheck.compare(declaredOf(seen), vietnameseDay(seen.now));
    /** @returns whether the approver goes on alone */
    const judge = (row: DeclarationRow): boolean => {
      const isOverridden = mustHaveFourEyes(row, officer, approval);
      const missing = missingItems(checklist, { idNumber: row.id_number!, isUnknownToRegistry: registry.kind === 'unknown-number' });
      if (missing.length > 0)
        throw new Refusal('checklist-incomplete', { more: { missing }, errors: missing.map((item) => missingFault(item, checklist)) });
      // A child under 14 is the clerk's to judge, with the original paper before them.
      if (registry.kind === 'differs' || registry.kind === 'deceased') {
        throw new Refusal('data-differs-from-registry', {
          more: { differences: registry.kind === 'deceased' ? ['deceased'] : registry.differences },
        });
      }
      return isOverridden;
    };
    // The hash takes its time, so it is made before anything is held; a refusal that is certain already spares it. With a key nothing is
    // certain: the answer may be a replay.
    if (!context.key) {
      this.mustBeReady(seen, context, 'approve');
      judge(seen);
    }
    const prepared = await this.credentials.prepare();
    return this.decide(
      context,
      'approve',
      approval,
      (row) => {
        // It was compared with the registry as it was seen.
        if (row.version !== seen.version) throw new Refusal('precondition-failed');
        const isOverridden = judge(row);
        const insuranceNumber = row.insurance_number!;
        const { account, message } = this.credentials.opening({ declarationId: row.id, insuranceNumber, phone: row.phone! }, prepared);
        return {
          sets: `decided_by_id = $9, decided_office_code = $10, decided_at = domain_now(), four_eyes_overridden = ${isOverridden}`,
          values: [officer.id, officer.officeCode],
          details: { registry: registry.kind, checked: checkedItems(checklist), idType: row.id_type },
          words: { internalNote },
          messages: [message, ...approvedByMail(row.id, addresseeOf(row))],
          account,
          ...(isOverridden && { overriddenBecause: fourEyesOverride!.reason }),
          told: ([sms]) => issuedCredentials(insuranceNumber, sms!.id),
        };
      },
      seen,
    );
  }

  /** Sends parts back, each with its reason; the citizen is told. @throws Refusal as `approve`, `validation-failed` */
  async return(
    context: DecisionContext,
    items: ReturnedItem[],
    internalNote: string | undefined,
  ): Promise<{ body: Decided; replayed: boolean }> {
    const faults = returnFaults(items);
    if (faults.length > 0) throw validationFailed(faults);
    return this.decide(context, 'return', { items, internalNote }, (row) => ({
      sets: 'returned_items = $9',
      values: [JSON.stringify(items.map(fromCatalogue))],
      details: { items: items.map(({ field, slot, reasonCode }) => ({ field, slot, reasonCode })), ...OF_CATALOGUE },
      words: { internalNote },
      messages: [notice('returned', row.id, row.revision, addresseeOf(row))],
      told: nothingElse,
    }));
  }

  /** Ends the dossier; the number is free for its owner at once. @throws Refusal as `approve`, `validation-failed` */
  async reject(
    context: DecisionContext,
    rejection: GivenReason,
    internalNote: string | undefined,
  ): Promise<{ body: Decided; replayed: boolean }> {
    const faults = rejectionFaults(rejection.reasonCode);
    if (faults.length > 0) throw validationFailed(faults);
    return this.decide(context, 'reject', { rejection, internalNote }, (row) => ({
      sets: 'rejection = $9, decided_by_id = $10, decided_office_code = $11, decided_at = domain_now()',
      values: [JSON.stringify(fromCatalogue(rejection)), context.officer.id, context.officer.officeCode],
      details: { reasonCode: rejection.reasonCode, ...OF_CATALOGUE },
      words: { internalNote },
      messages: [notice('rejected', row.id, row.revision, addresseeOf(row))],
      told: nothingElse,
    }));
  }

  /** Routes the dossier to another office; its number stays. Possible before the first lease, and under one's own. */
  async transfer(context: DecisionContext, officeCode: string, reason: string): Promise<{ body: Decided; replayed: boolean }> {
    return this.decide(context, 'transfer', { officeCode, reason }, (row) => {
      // Only here: under a key the answer may be one of a day on which the office was open.
      const fault = this.offices.officeFault(officeCode);
      if (fault) throw validationFailed([{ pointer: '/officeCode', ...fault }]);
      if (officeCode === row.office_code) throw validationFailed([{ pointer: '/officeCode', code: 'bad-format' }]);
      return {
        sets: 'office_code = $9, handling_office_code = NULL',
        values: [officeCode],
        details: { toOffice: officeCode },
        words: { reason },
        messages: [notice('transferred', row.id, row.version, addresseeOf(row))],
        told: nothingElse,
      };
    });
  }

  /**
   * Judges the dossier as it is read, and decides where it still is what was judged; where it is not, once more.
   * @param seen the dossier where it has been read already
   */
  private async decide<Told extends object>(
    context: DecisionContext,
    action: Action,
    content: object,
    draft: (row: DeclarationRow) => Drafted<Told>,
    seen?: DeclarationRow,
  ): Promise<{ body: Decided & Told; replayed: boolean }> {
    const { officer, declarationId, key } = context;
    const attempt = (read: () => Promise<DeclarationRow>) =>
      this.idempotency.onceByStatement(key, fingerprintOf({ action, ...content }), 200, async (tx) => {
        // Under a key there is a transaction, which holds the dossier.
        const row = key ? await this.access.lock(tx, officer, declarationId) : await read();
        this.mustBeReady(row, context, action);
        const { told, ...drafted } = draft(row);
        const rows = this.rowsOf(row, context, action, drafted);
        if (!(await this.decisions.write(tx, rows))) throw new Changed();
        return { status: rows.to, version: row.version + 1, ...told(rows.messages) };
      });
    const readNow = () => this.access.getEvenErased(officer, declarationId);
    const decided = async () => {
      try {
        return await attempt(seen ? async () => seen : readNow);
      } catch (error) {
        if (!(error instanceof Changed)) throw error;
        return attempt(readNow);
      }
    };
    // Whoever only reads is on record by the reading.
    return key ? this.access.changing(officer, declarationId, decided) : decided();
  }

  /** State first, then the lease, then what the officer read: the first obstacle is the one that helps to know. */
  private mustBeReady(row: DeclarationRow, { officer, leaseToken, ifMatch }: DecisionContext, action: Action): void {
    if (row.status !== 'SUBMITTED') mustAllow(row, action, officer);
    if (needsLease(row.status, action)) mustHold(row, officer, leaseToken);
    mustAllow(row, action, officer);
    if (!ifMatch) throw new Refusal('precondition-required');
    if (!ifMatch.holdsFor(row.version)) throw new Refusal('precondition-failed');
  }

  private rowsOf(
    row: DeclarationRow,
    { officer, leaseToken }: DecisionContext,
    action: Action,
    { sets, values, details, words, messages, account, overriddenBecause }: Omit<Drafted<object>, 'told'>,
  ): DecisionRows {
    const to = nextStatus(row.status, action)!;
    const entry = { subject: { kind: 'declaration', id: row.id }, actor: actorOf(officer) } as const;
    const notes: NoteRow[] = [];
    const noted = (text: string) => {
      notes.push(this.notes.rowOf(row.id, officer.id, text));
      return referenceTo(notes.at(-1)!);
    };
    const entries: AuditRecord[] = [];
    // An entry of its own, which statistics count and name.
    if (overriddenBecause !== undefined) {
      entries.push({ ...entry, action: FOUR_EYES_OVERRIDDEN, details: { reason: noted(overriddenBecause) } });
    }
    const written = Object.entries(words).flatMap(([name, text]) => (text === undefined ? [] : [[name, noted(text)] as const]));
    entries.push({ ...entry, action, from: row.status, to, details: { ...details, ...Object.fromEntries(written) } });
    return {
      ...{ row, to, sets, values, entries, notes },
      leaseHash: needsLease(row.status, action) ? tokenHash(leaseToken!) : undefined,
      messages: this.outbox.rowsOf(messages),
      accounts: account ? [account] : [],
      // The lease that opened the dossier ends here; the person is still there, and asks whether the SMS went out.
      visits: row.office_code === officer.officeCode ? [] : [visitOf(officer, row.id)],
      standing: stateOf(row, officer),
    };
  }
}

const nothingElse = () => ({});

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

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import { declarationCopy, notice } from '../messages/message-intents.ts';
import { Outbox } from '../messages/outbox.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { photoRejected } from '../photos/photos.service.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import { Database, violatedConstraint, type Transaction } from '../platform/database/database.ts';
import { bearerToken, Doorkeepers } from '../platform/http/access.guard.ts';
import type { VersionCondition } from '../platform/http/if-match.ts';
import { fingerprintOf, type IdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { Idempotency } from '../platform/idempotency/idempotency.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { Refusal, validationFailed } from '../platform/refusal.ts';
import { AmendableParts } from './amendable-parts.rule.ts';
import { citizenView, revisionView, type CitizenView, type RevisionView } from './citizen-view.ts';
import { Deadlines } from './deadlines.ts';
import { DeclarationPhotos, type PhotoAnswer } from './declaration-photos.ts';
import { DeclarationWarnings } from './declaration-warnings.ts';
import { DeclarationsStore, rowAsSent, type DeclarationRow } from './declarations.store.ts';
import { addresseeOf, DossierMessageFacts } from './dossier-facts.ts';
import { writeFields } from './drafts.service.ts';
import { formOfRow, withoutNulls, type DeclarationForm } from './form/declaration-form.ts';
import { FormCheck, type CheckedFields, type RawForm } from './form/form-check.ts';
import { RegistryCheck } from './registry-check.ts';
import { idTypeByShape, type IdType } from './rules/id-number.rule.ts';
import { dependsOnRegistry, missingSlots, slotsToFill } from './rules/required-photos.rule.ts';
import { standingOf } from './standing.ts';
import { nextStatus, type Action } from './status.rule.ts';
import { TrackingCodes } from './tracking-code.ts';

/** One step of the dossier's way as its citizen sees it: no officer's name, no internal word. */
export interface CitizenStep {
  at: string;
  action: string;
  from: string | null;
  to: string | null;
}

/** The citizen's own dossier after it was sent, opened by its tracking code. */
@Injectable()
export class DeclarationsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationsStore,
    private readonly declarationPhotos: DeclarationPhotos,
    private readonly formCheck: FormCheck,
    private readonly registryCheck: RegistryCheck,
    private readonly warnings: DeclarationWarnings,
    private readonly deadlines: Deadlines,
    private readonly trackingCodes: TrackingCodes,
    private readonly facts: DossierMessageFacts,
    private readonly audit: Audit,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly limits: AttemptLimits,
    private readonly doorkeepers: Doorkeepers,
  ) {}

  /** Unknown dossier and wrong code are the same answer. */
  onModuleInit(): void {
    this.doorkeepers.register('tracking', async (request) => {
      const hashes = this.trackingCodes.hashes(bearerToken(request));
      if (!(await this.declarations.isTrackedBy(String(request.params.id), hashes))) throw new Refusal('unauthenticated');
    });
  }

  async view(id: string): Promise<{ view: CitizenView; version: number }> {
    const row = await this.get(id);
    return { view: citizenView(row), version: row.version };
  }

  /** As it stands, or as it was sent with a revision. @throws Refusal `not-found` for a revision that was never sent */
  async form(id: string, revision?: number): Promise<Buffer> {
    const row = await this.get(id);
    return this.facts.renderForm(revision === undefined ? row : rowAsSent(row, await this.declarations.getRevision(id, revision)));
  }

  async history(id: string): Promise<{ items: CitizenStep[]; revisions: RevisionView[] }> {
    const [steps, revisions] = await Promise.all([this.audit.history(id), this.declarations.revisions(id)]);
    return {
      items: steps.filter(({ from, to }) => from !== null || to !== null).map(({ at, action, from, to }) => ({ at, action, from, to })),
      revisions: revisions.map(revisionView),
    };
  }

  /** After a return: changes returned fields, and no others. @throws Refusal `field-locked`, `invalid-state`, `validation-failed` */
  async amend(id: string, patch: RawForm, ifMatch: VersionCondition | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.lockFor(tx, id, 'resubmit', ifMatch);
      const judgement = this.formCheck.asReceived(row);
      const named = namedAgain(row, patch);
      const { fields, faults } = this.formCheck.checkSent(patch, judgement, named);
      if (faults.length > 0) throw validationFailed(faults);
      const amendable = new AmendableParts(row.returned_items ?? []);
      const locked = Object.keys(patch).filter((field) => !amendable.has(field));
      if (locked.length > 0)
        throw new Refusal('field-locked', {
          ...standingOf(row),
          errors: locked.map((field) => ({ pointer: `/${field}`, code: 'field-locked', text: LOCKED })),
        });
      namePaper(fields, fields.idNumber ?? row.id_number, named);
      const amended = { ...formOfRow(row), ...fields };
      // Parts may disagree until all of them are amended, but what was sent once stays complete.
      const missing = this.formCheck.checkWhole(withoutNulls(amended), judgement).faults.filter(({ code }) => code === 'required');
      if (missing.length > 0) throw validationFailed(missing);
      await unlessNumberIsTaken(row, writeFields(tx, id, fields));
      await tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [id]);
      await this.record(tx, id, 'amend', { fields: Object.keys(fields) });
    });
  }

  async amendPhoto(id: string, slot: PhotoSlot, spooled: SpooledFile): Promise<PhotoAnswer> {
    await this.refuseLockedSlot(this.mustAllow(await this.get(id), 'resubmit'), slot);
    return this.declarationPhotos.put(id, slot, spooled, async (tx) => {
      const row = await this.lockFor(tx, id, 'resubmit');
      await this.refuseLockedSlot(row, slot, tx);
      await tx.rows(`UPDATE declarations SET version = version + 1 WHERE id = $1`, [id]);
      await this.record(tx, id, 'amend', { slots: [slot] });
      const amendable = new AmendableParts(row.returned_items ?? []);
      const sent = await this.declarations.lastSentPhotoIds(id, tx);
      // Sides that were swapped are put right one after the other; the whole is held together when it is sent.
      return { keepsEarlier: true, isPassedOver: (other) => amendable.has(other.slot) && sent[other.slot] === other.id };
    });
  }

  /** Sends the amended declaration: same number, next revision. @throws Refusal `invalid-state`, `validation-failed`, `photo-rejected`, `too-many-attempts` */
  async resubmit(id: string, key: IdempotencyKey | undefined): Promise<{ body: CitizenView; replayed: boolean }> {
    const seen = await this.get(id);
    if (seen.status === 'RETURNED') await this.countIfRegistryDecides(seen, await this.declarations.photoIds(id));
    return this.idempotency.once(key, fingerprintOf({ id }), 200, async (tx) => {
      const row = await this.lockFor(tx, id, 'resubmit');
      const amendable = new AmendableParts(row.returned_items ?? []);
      const judgement = this.formCheck.asReceived(row, (field) => !amendable.has(field));
      const { today } = judgement;
      const { form, faults } = this.formCheck.checkWhole(withoutNulls(formOfRow(row)), judgement);
      if (!form) throw validationFailed(faults);
      const registry = await this.registryCheck.compare(form, today);
      const photoIds = await this.declarations.photoIds(id, tx);
      const missing = slotsToFill(judgement.rules.idPhotos, form.idType, new Set(Object.keys(photoIds)), registry);
      if (missing.length > 0) throw validationFailed(missing.map((slot) => ({ pointer: `/${slot}`, code: 'photo-missing' })));
      const together = await this.declarationPhotos.faultsTogether(tx, id);
      if (together.length > 0) throw photoRejected(together);
      await unlessNumberIsTaken(
        row,
        tx.rows(
          `UPDATE declarations SET status = 'SUBMITTED', status_since = domain_now(), revision = revision + 1, version = version + 1,
             returned_items = NULL, registry_match = $2, id_type = $3, due_on = $4, warnings = $5, overdue_noticed_at = NULL
           WHERE id = $1 AND status = 'RETURNED'`,
          [id, registry.kind, form.idType, this.deadlines.dueOn(today), JSON.stringify(this.warnings.of(form, registry))],
        ),
      );
      await tx.rows(
        `INSERT INTO declaration_revisions (declaration_id, revision, form, photo_ids, submitted_at) VALUES ($1, $2, $3, $4, domain_now())`,
        [id, row.revision + 1, JSON.stringify(form), JSON.stringify(photoIds)],
      );
      await this.keepNewChoices(tx, id, form);
      await this.outbox.add(tx, [notice('received', id, row.revision + 1, form)]);
      await this.record(tx, id, 'resubmit', { revision: row.revision + 1 }, ['RETURNED', 'SUBMITTED']);
      return citizenView((await this.declarations.lock(tx, id))!);
    });
  }

  /** Takes the declaration back before approval; a lease on it dies, its number stays used. @throws Refusal `invalid-state` */
  async withdraw(id: string, key: IdempotencyKey | undefined): Promise<{ body: CitizenView; replayed: boolean }> {
    return this.idempotency.once(key, fingerprintOf({ id }), 200, async (tx) => {
      const row = await this.lockFor(tx, id, 'withdraw');
      await tx.rows(
        `UPDATE declarations SET status = 'WITHDRAWN', status_since = domain_now(), version = version + 1, returned_items = NULL,
           lease_token_hash = NULL, lease_holder_id = NULL, lease_office_code = NULL, lease_since = NULL, lease_until = NULL
         WHERE id = $1 AND status = $2`,
        [id, row.status],
      );
      await this.outbox.add(tx, [notice('withdrawn', id, row.revision, addresseeOf(row))]);
      await this.record(tx, id, 'withdraw', {}, [row.status, 'WITHDRAWN']);
      return citizenView((await this.declarations.lock(tx, id))!);
    });
  }

  /** Mail that was ticked with an amendment is agreed to from then on, and brings the declaration that was not sent before. */
  private async keepNewChoices(tx: Transaction, id: string, form: DeclarationForm): Promise<void> {
    await tx.rows(
      `INSERT INTO consents (declaration_id, purpose, text_version, accepted_at)
       SELECT $1, purpose, $2, domain_now() FROM (VALUES ('email-copy', $3::boolean), ('email-for-notices', $4::boolean)) AS asked (purpose, given)
       WHERE given ON CONFLICT (declaration_id, purpose) DO NOTHING`,
      [id, form.consentVersion, form.emailCopy, form.emailForNotices],
    );
    const told = await tx.rows(`SELECT 1 AS told FROM messages WHERE declaration_id = $1 AND purpose = 'declaration-copy'`, [id]);
    if (told.length === 0) await this.outbox.add(tx, declarationCopy(id, form));
  }

  private async get(id: string): Promise<DeclarationRow> {
    const row = await this.declarations.find(id);
    if (!row || row.status === 'DRAFT') throw new Refusal('unauthenticated');
    return row;
  }

  private async lockFor(tx: Transaction, id: string, action: Action, ifMatch?: VersionCondition): Promise<DeclarationRow> {
    const row = await this.declarations.lock(tx, id);
    if (!row) throw new Refusal('unauthenticated');
    this.mustAllow(row, action);
    if (ifMatch && !ifMatch.holdsFor(row.version)) throw new Refusal('precondition-failed');
    return row;
  }

  private mustAllow(row: DeclarationRow, action: Action): DeclarationRow {
    if (nextStatus(row.status, action)) return row;
    throw new Refusal('invalid-state', standingOf(row));
  }

  private async refuseLockedSlot(row: DeclarationRow, slot: PhotoSlot, tx?: Transaction): Promise<void> {
    if (new AmendableParts(row.returned_items ?? []).has(slot)) return;
    if (await this.isAskedForNow(row, slot, tx)) return;
    throw new Refusal('field-locked', { ...standingOf(row), errors: [{ pointer: `/${slot}`, code: 'field-locked', text: LOCKED }] });
  }

  /** Whether nobody had to send this photo before, and what has been amended since makes it needed. */
  private async isAskedForNow(row: DeclarationRow, slot: PhotoSlot, tx?: Transaction): Promise<boolean> {
    const sent = await this.declarations.lastSentPhotoIds(row.id, tx);
    if (sent[slot] !== undefined) return false;
    if (!tx) await this.countIfRegistryDecides(row, sent);
    const { rules, today } = this.formCheck.asReceived(row);
    const declared = { insuranceNumber: row.insurance_number!, fullName: row.full_name!, idNumber: row.id_number! };
    const registry = await this.registryCheck.compare(declared, today);
    return slotsToFill(rules.idPhotos, row.id_type!, new Set(Object.keys(sent)), registry).includes(slot);
  }

  /** Whether a photo is missing then tells what the registry knows: asking is counted, as before the first sending. @throws Refusal `too-many-attempts` */
  private async countIfRegistryDecides(row: DeclarationRow, photos: object): Promise<void> {
    const { rules } = this.formCheck.asReceived(row);
    const missing = missingSlots(row.id_type!, new Set(Object.keys(photos)));
    if (!dependsOnRegistry(rules.idPhotos, row.id_type!, missing)) return;
    await this.limits.count({ limit: 'id-photos-by-number', subject: row.insurance_number! });
  }

  private record(
    tx: Transaction,
    id: string,
    action: string,
    details: Record<string, unknown>,
    [from, to]: [string?, string?] = [],
  ): Promise<void> {
    return this.audit.record(tx, { subject: { kind: 'declaration', id }, actor: { kind: 'citizen' }, action, from, to, details });
  }
}

async function unlessNumberIsTaken<T>(row: DeclarationRow, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw violatedConstraint(error) === 'uq_declarations_live_number' ? new Refusal('declaration-already-open', standingOf(row)) : error;
  }
}

/** A passport whose number has no letters was named as one; another number without letters, of which nobody says more, stands on one too. */
function namedAgain(row: DeclarationRow, { idNumber, idType }: RawForm): IdType | undefined {
  const isKept = row.id_type === 'passport' && [row.id_number, idNumber].every((text) => typeof text === 'string' && /^\d+$/.test(text));
  return isKept && idType === undefined ? 'passport' : undefined;
}

/** What was sent always says which paper its number stands on: where nobody names one, the number's shape does. */
function namePaper(fields: CheckedFields, idNumber: string | null, named: IdType | undefined): void {
  const isTouched = fields.idNumber !== undefined || fields.idType !== undefined;
  if (fields.idType || !isTouched) return;
  const idType = named ?? idTypeByShape(idNumber ?? '');
  if (idType) fields.idType = idType;
  else delete fields.idType;
}

const LOCKED = { vi: 'Mục này không bị trả lại nên không được sửa.', en: 'This part was not returned and cannot be changed.' };

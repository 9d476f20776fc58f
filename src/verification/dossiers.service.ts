import { Injectable } from '@nestjs/common';
import { Audit, type HistoryStep } from '../audit/audit.service.ts';
import { returnedItemView, revisionView, type ReturnedItemView, type RevisionView } from '../declarations/citizen-view.ts';
import type { Channel } from '../declarations/declaration.entity.ts';
import { DeclarationsStore, rowAsSent, type DeclarationRow, type SentRevision } from '../declarations/declarations.store.ts';
import { DossierMessageFacts } from '../declarations/dossier-facts.ts';
import { formOfRow, type DeclarationForm } from '../declarations/form/declaration-form.ts';
import { maskIdNumber, type IdType } from '../declarations/rules/id-number.rule.ts';
import { RegistryCheck } from '../declarations/registry-check.ts';
import { missingSlots } from '../declarations/rules/required-photos.rule.ts';
import type { Action, Status } from '../declarations/status.rule.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { PhotosService } from '../photos/photos.service.ts';
import { vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { Refusal } from '../platform/refusal.ts';
import { FullReads } from '../staff/full-reads.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { DossierAccess } from './dossier-access.ts';
import { Duplicates } from './duplicates/duplicates.service.ts';
import { PhoneChanges, type PendingPhone } from './phone-changes.service.ts';
import { StaffNotes } from './staff-notes.ts';
import { actionsOf, holderOf } from './lease.rule.ts';
import { sideBySide, type ComparedField } from './side-by-side.rule.ts';
import { STAFF_WARNINGS, type StaffWarning } from './staff-warnings.ts';

/** Everything an officer needs to decide: what was declared beside what the registry knows. */
export interface DossierView {
  id: string;
  dossierNumber: string;
  status: Status;
  since: string;
  submittedAt: string;
  revision: number;
  version: number;
  officeCode: string;
  receivingOfficeCode: string;
  handlingOfficeCode: string | null;
  channel: Channel;
  /** The officer who typed it in at the counter, null for a citizen's own. */
  typedBy: { name: string; officeCode: string; me: boolean } | null;
  /** Who saw the original paper, whose number was typed in again and equals the declared one; null until it is approved. */
  originalSeen: { by: string; officeCode: string; at: string; idType: IdType; idNumber: string } | null;
  declared: DeclarationForm;
  registry: {
    match: string;
    differences: readonly string[];
    /** What to do about it, in the officer's language; null where all is well. */
    advice: string | null;
    person: { insuranceNumber: string; fullName: string; dateOfBirth: string; sex: string; idNumber: string; provinceCode: string } | null;
    fields: ComparedField[];
  };
  warnings: string[];
  staffWarnings: { code: StaffWarning; message: string }[];
  /** Dossiers that are like it and about which nobody has decided. */
  duplicates: { undecided: number };
  photos: { slot: PhotoSlot; width: number; height: number }[];
  /** Slots that nobody asked a photo for, because the databases knew the person. */
  photosNotAsked: PhotoSlot[];
  returnedItems: ReturnedItemView[];
  revisions: RevisionView[];
  heldBy: { name: string; officeCode: string; since: string; until: string } | null;
  /** What the reader may do now. */
  allowedActions: Action[];
  /** Another phone that awaits its second person. */
  pendingPhone: PendingPhone | null;
  messages: DossierMessage[];
}

/** What the citizen was told, and whether it arrived; never the words themselves. */
interface DossierMessage {
  id: string;
  purpose: string;
  templateVersion: number | null;
  channel: string;
  state: string;
  attempts: number;
  segments: number | null;
}

/** The single dossier for the officer at the counter. Every full view and every photo view is on record, with why it was open to them. */
@Injectable()
export class DossiersService {
  constructor(
    private readonly database: Database,
    private readonly access: DossierAccess,
    private readonly declarations: DeclarationsStore,
    private readonly registryCheck: RegistryCheck,
    private readonly photos: PhotosService,
    private readonly facts: DossierMessageFacts,
    private readonly audit: Audit,
    private readonly notes: StaffNotes,
    private readonly phoneChanges: PhoneChanges,
    private readonly duplicates: Duplicates,
    private readonly fullReads: FullReads,
  ) {}

  async view(officer: Officer, id: string): Promise<DossierView> {
    const { row, because } = await this.access.open(officer, id);
    await this.fullReads.count(officer, 'dossier');
    const declared = formOfRow(row) as DeclarationForm;
    const [registry, staffWarnings, photos, messages, revisions, pendingPhone, names, undecided] = await Promise.all([
      this.registryCheck.compare(declared, vietnameseDay(row.now)),
      this.staffWarnings(row),
      this.database.rows<{ slot: PhotoSlot; width: number; height: number }>(
        `SELECT slot, width, height FROM photos WHERE declaration_id = $1 AND current ORDER BY slot DESC`,
        [id],
      ),
      this.database.rows<DossierMessage>(
        `SELECT id, purpose, template_version AS "templateVersion", channel, state, attempts, segments FROM messages WHERE declaration_id = $1 ORDER BY created_at, id`,
        [id],
      ),
      this.declarations.revisions(id),
      this.phoneChanges.pending(id),
      this.namesOf([row.typed_by_id, row.decided_by_id]),
      this.duplicates.undecided(id),
    ]);
    await this.record(officer, row, 'view', { because });
    const person = this.registryCheck.inPlacesOf(declared, registry.person);
    return {
      id,
      dossierNumber: row.dossier_number!,
      status: row.status,
      since: row.status_since.toISOString(),
      submittedAt: row.submitted_at!.toISOString(),
      revision: row.revision,
      version: row.version,
      officeCode: row.office_code!,
      receivingOfficeCode: row.receiving_office_code!,
      handlingOfficeCode: row.handling_office_code,
      channel: row.channel,
      typedBy: typedBy(row, names, officer),
      originalSeen: originalSeen(row, names),
      declared,
      registry: {
        match: registry.kind,
        differences: registry.differences,
        advice: this.registryCheck.adviceOn(registry),
        person: person ? shown(person) : null,
        fields: sideBySide(declared, person),
      },
      warnings: row.warnings,
      staffWarnings,
      duplicates: { undecided },
      photos,
      photosNotAsked: notAsked(revisions.at(-1), photos),
      returnedItems: (row.returned_items ?? []).map(returnedItemView),
      revisions: revisions.map(revisionView),
      heldBy: holderOf(row) ?? null,
      allowedActions: actionsOf(row, officer),
      pendingPhone,
      messages,
    };
  }

  /**
   * The photo as it stands, or as it was sent with a revision.
   * @throws Refusal `not-found` also for an empty slot, and for a photo whose purpose has ended
   */
  async photo(
    officer: Officer,
    id: string,
    slot: PhotoSlot,
    { size, revision }: { size: 'thumbnail' | 'full'; revision?: number },
  ): Promise<{ photoId: string; jpeg: Buffer }> {
    const { row, because } = await this.access.open(officer, id);
    const photoId = await this.photoId(id, slot, revision);
    if (!photoId) throw new Refusal('not-found');
    await this.fullReads.count(officer, 'photo');
    await this.record(officer, row, 'view-photo', { slot, size, because, ...(revision !== undefined && { revision }) });
    const jpeg = await this.photos.open({ id: photoId, declarationId: id, slot });
    return { photoId, jpeg: size === 'full' ? jpeg : await this.photos.thumbnail(jpeg) };
  }

  async history(officer: Officer, id: string): Promise<HistoryStep[]> {
    await this.access.getEvenErased(officer, id);
    return this.notes.readInto(id, await this.audit.history(id));
  }

  /** As it stands, or as it was sent with a revision. @throws Refusal `not-found` */
  async form(officer: Officer, id: string, revision?: number): Promise<Buffer> {
    const { row, because } = await this.access.open(officer, id);
    await this.fullReads.count(officer, 'dossier');
    const shownRow = revision === undefined ? row : rowAsSent(row, await this.declarations.getRevision(id, revision));
    await this.record(officer, row, 'view-form', { because, ...(revision !== undefined && { revision }) });
    return this.facts.renderForm(shownRow);
  }

  private async photoId(id: string, slot: PhotoSlot, revision: number | undefined): Promise<string | undefined> {
    if (revision === undefined) return (await this.declarations.photoIds(id))[slot];
    const { photoIds } = await this.declarations.getRevision(id, revision);
    const [kept] = await this.database.rows<{ id: string }>(`SELECT id FROM photos WHERE id = $1 AND declaration_id = $2`, [
      photoIds[slot] ?? null,
      id,
    ]);
    return kept?.id;
  }

  /** What concerns other people too: a family may share its phone, so it is for the officer to ask. */
  private async staffWarnings(row: DeclarationRow): Promise<DossierView['staffWarnings']> {
    const [others] = await this.database.rows<{ share_phone: boolean }>(
      `SELECT EXISTS (SELECT FROM declarations other JOIN accounts ON accounts.declaration_id = other.id
         WHERE other.phone = $1 AND other.status <> 'DRAFT' AND other.insurance_number <> $2) AS share_phone`,
      [row.phone, row.insurance_number],
      'staff_warnings',
    );
    const codes: StaffWarning[] = others!.share_phone ? ['phone-used-by-another-account'] : [];
    return codes.map((code) => ({ code, message: STAFF_WARNINGS[code][currentLanguage()] }));
  }

  /** The names of officers by their ids. */
  private async namesOf(ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    const known = ids.filter((id) => id !== null);
    if (known.length === 0) return new Map();
    const rows = await this.database.rows<{ id: string; full_name: string }>(`SELECT id, full_name FROM staff WHERE id = ANY($1::uuid[])`, [
      known,
    ]);
    return new Map(rows.map(({ id, full_name }) => [id, full_name]));
  }

  private record(officer: Officer, row: DeclarationRow, action: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(this.database, { subject: { kind: 'declaration', id: row.id }, actor: actorOf(officer), action, details });
  }
}

/** By what was sent, because photos are shredded when their purpose has ended. @param photos what a citizen may have added since */
function notAsked(sent: SentRevision | undefined, photos: DossierView['photos']): PhotoSlot[] {
  const slots = [...Object.keys(sent?.photoIds ?? {}), ...photos.map(({ slot }) => slot)];
  return sent ? missingSlots(sent.form.idType, new Set(slots)) : [];
}

/** At the counter a declaration is filed at the office of whoever types it. */
function typedBy(row: DeclarationRow, names: ReadonlyMap<string, string>, reader: Officer): DossierView['typedBy'] {
  if (row.typed_by_id === null) return null;
  return { name: names.get(row.typed_by_id)!, officeCode: row.receiving_office_code!, me: row.typed_by_id === reader.id };
}

/** An approval needs the original's number, so that who approved has seen it. */
function originalSeen(row: DeclarationRow, names: ReadonlyMap<string, string>): DossierView['originalSeen'] {
  if (row.status !== 'APPROVED' || row.decided_by_id === null) return null;
  return {
    by: names.get(row.decided_by_id)!,
    officeCode: row.decided_office_code!,
    at: row.decided_at!.toISOString(),
    idType: row.id_type!,
    idNumber: maskIdNumber(row.id_number!),
  };
}

function shown({ insuranceNumber, fullName, dateOfBirth, sex, idNumber, provinceCode }: NonNullable<DossierView['registry']['person']>) {
  return { insuranceNumber, fullName, dateOfBirth, sex, idNumber, provinceCode };
}

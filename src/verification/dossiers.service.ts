import { Injectable } from '@nestjs/common';
import { Audit, type HistoryStep } from '../audit/audit.service.ts';
import { returnedItemView, type ReturnedItemView } from '../declarations/citizen-view.ts';
import { DeclarationsStore, type DeclarationRow } from '../declarations/declarations.store.ts';
import { DossierMessageFacts } from '../declarations/dossier-facts.ts';
import { formOfRow, type DeclarationForm } from '../declarations/form/declaration-form.ts';
import { RegistryCheck } from '../declarations/registry-check.ts';
import { allowedActions, type Action, type Status } from '../declarations/status.rule.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { PhotosService } from '../photos/photos.service.ts';
import { vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { DossierAccess } from './dossier-access.ts';
import { StaffNotes } from './staff-notes.ts';
import { holderOf } from './lease.rule.ts';

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
  declared: DeclarationForm;
  registry: {
    match: string;
    differences: readonly string[];
    person: { insuranceNumber: string; fullName: string; dateOfBirth: string; sex: string; idNumber: string; provinceCode: string } | null;
  };
  warnings: string[];
  photos: { slot: PhotoSlot; width: number; height: number }[];
  returnedItems: ReturnedItemView[];
  heldBy: { name: string; officeCode: string; since: string; until: string } | null;
  allowedActions: Action[];
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

/** The single dossier for the officer at the counter. Every full view and every photo view is on record. */
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
  ) {}

  async view(officer: Officer, id: string): Promise<DossierView> {
    const row = await this.access.get(officer, id);
    const declared = formOfRow(row) as DeclarationForm;
    const [registry, photos, messages] = await Promise.all([
      this.registryCheck.compare(declared, vietnameseDay(row.now)),
      this.database.rows<{ slot: PhotoSlot; width: number; height: number }>(
        `SELECT slot, width, height FROM photos WHERE declaration_id = $1 AND current ORDER BY slot DESC`,
        [id],
      ),
      this.database.rows<DossierMessage>(
        `SELECT id, purpose, template_version AS "templateVersion", channel, state, attempts, segments FROM messages WHERE declaration_id = $1 ORDER BY created_at, id`,
        [id],
      ),
    ]);
    await this.record(officer, row, 'view');
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
      declared,
      registry: { match: registry.kind, differences: registry.differences, person: registry.person ? shown(registry.person) : null },
      warnings: row.warnings,
      photos,
      returnedItems: (row.returned_items ?? []).map(returnedItemView),
      heldBy: holderOf(row) ?? null,
      allowedActions: allowedActions(row.status, 'staff'),
      messages,
    };
  }

  /** @throws Refusal `not-found` also for an empty slot */
  async photo(officer: Officer, id: string, slot: PhotoSlot, size: 'thumbnail' | 'full'): Promise<{ photoId: string; jpeg: Buffer }> {
    const row = await this.access.get(officer, id);
    const photoId = (await this.declarations.photoIds(id))[slot];
    if (!photoId) throw new Refusal('not-found');
    await this.record(officer, row, 'view-photo', { slot, size });
    const jpeg = await this.photos.open({ id: photoId, declarationId: id, slot });
    return { photoId, jpeg: size === 'full' ? jpeg : await this.photos.thumbnail(jpeg) };
  }

  async history(officer: Officer, id: string): Promise<HistoryStep[]> {
    await this.access.getEvenErased(officer, id);
    return this.notes.readInto(id, await this.audit.history(id));
  }

  async form(officer: Officer, id: string): Promise<Buffer> {
    const row = await this.access.get(officer, id);
    await this.record(officer, row, 'view-form');
    return this.facts.renderForm(row);
  }

  private record(officer: Officer, row: DeclarationRow, action: string, details: Record<string, unknown> = {}): Promise<void> {
    return this.audit.record(this.database, { subject: { kind: 'declaration', id: row.id }, actor: actorOf(officer), action, details });
  }
}

function shown({ insuranceNumber, fullName, dateOfBirth, sex, idNumber, provinceCode }: NonNullable<DossierView['registry']['person']>) {
  return { insuranceNumber, fullName, dateOfBirth, sex, idNumber, provinceCode };
}

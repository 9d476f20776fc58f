import { Inject, Injectable } from '@nestjs/common';
import type { Addressee } from '../messages/message-intents.ts';
import { MessageFacts, type DossierFacts, type MessageSubject } from '../messages/message-facts.port.ts';
import { PlaceSets, tiersOfSent } from '../places/place-sets.ts';
import { vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { ENV, type Environment } from '../platform/env.ts';
import { ProcessRules } from '../platform/process-rules.ts';
import { findReason } from '../reasons/reason-catalogue.ts';
import { consentTexts, CURRENT_CONSENT_VERSION } from './consent-texts.ts';
import type { Declaration, ReturnedItem } from './declaration.entity.ts';
import type { FormField } from './form/declaration-form.ts';
import { PART_LABELS } from './form/field-labels.ts';
import type { DeclarationPdfFacts } from './pdf/declaration-pdf.facts.ts';
import { PdfRenderer } from './pdf/pdf-renderer.ts';
import { idTypeByShape } from './rules/id-number.rule.ts';
import { nextStatus } from './status.rule.ts';

/** Whom a dossier's notices go to. */
export function addresseeOf(row: Pick<Declaration, 'phone' | 'email' | 'email_copy' | 'email_for_notices'>): Addressee {
  return { phone: row.phone!, email: row.email, emailCopy: row.email_copy, emailForNotices: row.email_for_notices };
}

type FactsRow = Declaration & {
  message_id: string;
  purpose: MessageSubject['purpose'];
  issue: number;
  now: Date;
  office_name: string | null;
  office_address: string | null;
  office_phone: string | null;
};

const DAY_MS = 86_400_000;

/** The declaration's row with its office's name and the time of the reading, as the form needs it. */
export type FormRow = Declaration & { office_name: string | null; now: Date };

/** Tells the messages room what a dossier's messages are made of, and draws the declaration as a form. */
@Injectable()
export class DossierMessageFacts extends MessageFacts {
  constructor(
    private readonly database: Database,
    private readonly places: PlaceSets,
    private readonly rules: ProcessRules,
    private readonly renderer: PdfRenderer,
    @Inject(ENV) private readonly env: Pick<Environment, 'expiryDays'>,
  ) {
    super();
  }

  async load(subjects: readonly MessageSubject[]): Promise<ReadonlyMap<string, DossierFacts>> {
    const rows = await this.database.rows<FactsRow>(
      `SELECT wanted.*, declaration.*, office.name AS office_name, office.address AS office_address, office.phone AS office_phone,
         domain_now() AS now
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) AS wanted (message_id, declaration_id, purpose, issue)
       JOIN declarations declaration ON declaration.id = wanted.declaration_id
       LEFT JOIN offices office ON office.code = declaration.office_code`,
      [
        subjects.map(({ id }) => id),
        subjects.map(({ declarationId }) => declarationId),
        subjects.map(({ purpose }) => purpose),
        subjects.map(({ issue }) => issue),
      ],
      'message_facts',
    );
    return new Map(rows.map((row) => [row.message_id, this.factsOf(row)]));
  }

  /** The declaration as PDF: of a draft without number, of a dossier as it was received. */
  renderForm(row: FormRow): Promise<Buffer> {
    return this.renderer.render(this.formFacts(row));
  }

  private factsOf(row: FactsRow): DossierFacts {
    const reasons = row.rejection ? [row.rejection] : (row.returned_items ?? []);
    return {
      // A draft may hold none of it yet, and its message tells none of it.
      dossierNumber: row.dossier_number ?? '',
      insuranceNumber: row.insurance_number ?? '',
      fullName: row.full_name ?? '',
      submittedAt: row.submitted_at ?? row.status_since,
      language: row.language,
      phone: row.phone ?? '',
      awaitsCorrection: row.status === 'RETURNED',
      isOver: isOver(row),
      expiresAt: new Date(row.status_since.getTime() + this.env.expiryDays * DAY_MS),
      office: { code: row.office_code ?? '', name: row.office_name ?? '', address: row.office_address, phone: row.office_phone },
      reasons: reasons.map(sentences),
      form: () => this.renderForm(row),
    };
  }

  private formFacts(row: FormRow): DeclarationPdfFacts {
    // What a draft leaves open is drawn as it will be sent: its paper by the number's shape, the consents in today's wording.
    const version = row.consent_version ?? CURRENT_CONSENT_VERSION;
    const accepted = {
      commitment: row.commitment_accepted,
      'data-processing': row.data_processing_accepted,
      'email-copy': row.email_copy,
      'email-for-notices': row.email_for_notices,
    };
    const consents = consentTexts(version).map(({ purpose, texts }) => ({ purpose, text: texts.vi, accepted: accepted[purpose] }));
    return {
      dossierNumber: row.dossier_number,
      date: row.submitted_at ?? row.status_since,
      insuranceNumber: row.insurance_number,
      fullName: row.full_name,
      idType: row.id_type ?? idTypeByShape(row.id_number ?? '') ?? null,
      idNumber: row.id_number,
      address: this.addressOf(row),
      phone: row.phone,
      email: row.email,
      office: row.office_code && row.office_name ? { code: row.office_code, name: row.office_name } : null,
      commitment: consents.find(({ purpose }) => purpose === 'commitment')!,
      consents: consents.filter(({ purpose }) => purpose !== 'commitment'),
      consentVersion: version,
    };
  }

  /** What was sent is read in the lists of its time; a draft without a district, in those in force, as it will be sent. */
  private addressOf(row: FormRow): DeclarationPdfFacts['address'] {
    const isOpen = row.status === 'DRAFT' && row.district_code === null;
    const tiers = isOpen ? this.rules.on(vietnameseDay(row.now)).addresses : tiersOfSent({ districtCode: row.district_code });
    const places = this.places.of(tiers);
    return {
      street: row.street,
      ward: places.nameOf('wardCode', row.ward_code ?? '') ?? null,
      district: places.nameOf('districtCode', row.district_code ?? '') ?? null,
      province: places.nameOf('provinceCode', row.province_code ?? '') ?? null,
    };
  }
}

/** A notice that came late asks for nothing that has been done or ended meanwhile: it is about the dossier as it was. */
function isOver({ purpose, issue, status, status_since: since, revision, reminded_at: remindedAt }: FactsRow): boolean {
  if (purpose === 'returned') return status !== 'RETURNED' || revision !== issue;
  if (purpose === 'reminder') return !nextStatus(status, 'expire') || remindedAt === null || remindedAt < since;
  return false;
}

/** `Ảnh cá nhân: Ảnh bị mờ. …`: which part, why, and the officer's own words. */
function sentences({ field, slot, reasonCode, text }: ReturnedItem): { vi: string; en: string } {
  const reason = findReason(reasonCode);
  const label = (PART_LABELS as Partial<Record<string, (typeof PART_LABELS)[FormField]>>)[field ?? slot ?? ''];
  const sentence = (language: 'vi' | 'en') =>
    [label && `${label[language]}:`, reason?.[language], text].filter((part) => part !== undefined && part !== '').join(' ');
  return { vi: sentence('vi'), en: sentence('en') };
}

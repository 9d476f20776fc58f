import { maskIdNumber } from '../../declarations/rules/id-number.rule.ts';
import { maskInsuranceNumber } from '../../declarations/rules/insurance-number.rule.ts';
import { maskPhone } from '../../declarations/rules/phone.rule.ts';
import type { Language } from '../../platform/language.ts';
import type { ComparedDossier } from './comparisons.store.ts';
import { DUPLICATE_SIGNS, type DuplicateDecision, type DuplicateSign } from './duplicate-signs.rule.ts';

/** What is between two dossiers, as it is kept. */
export interface PairRow {
  other: string;
  signs: DuplicateSign[];
  found_at: Date;
  decision: DuplicateDecision | null;
  decided_at: Date | null;
  decided_by: string | null;
  decided_office_code: string | null;
}

export interface ComparedField {
  field: string;
  own: string | null;
  other: string | null;
  same: boolean;
}

/** One dossier beside another. */
export interface SideBySide {
  id: string;
  dossierNumber: string;
  officeCode: string;
  status: string;
  submittedAt: string;
  /** Whether it is of the officer's office; of others, what names a person is masked. */
  inOwnOffice: boolean;
  signs: { code: DuplicateSign; message: string }[];
  fields: ComparedField[];
  /** Paths of the photos, slot by slot; null where there is none, or none for this officer. */
  photos: { slot: string; own: string | null; other: string | null; sameFile: boolean }[];
  foundAt: string;
  decision: { decision: DuplicateDecision; at: string; by: string; officeCode: string } | null;
}

type FieldName = 'insuranceNumber' | 'fullName' | 'dateOfBirth' | 'idNumber' | 'phone';

const VALUES: Record<FieldName, (dossier: ComparedDossier) => string | null> = {
  insuranceNumber: ({ insuranceNumber }) => insuranceNumber,
  fullName: ({ fullName }) => fullName,
  dateOfBirth: ({ birthDate, birthYear }) => birthDate ?? (birthYear === null ? null : String(birthYear)),
  idNumber: ({ idNumber }) => idNumber,
  phone: ({ phone }) => phone,
};

/** What an officer of another office is shown; of a birth date, nothing. */
const MASKED: Record<FieldName, (value: string) => string | null> = {
  insuranceNumber: maskInsuranceNumber,
  fullName: maskName,
  dateOfBirth: () => null,
  idNumber: maskIdNumber,
  phone: maskPhone,
};

/** Puts the other dossier beside the own one, as far as an officer of this office may see it. */
export function sideBySide(
  own: ComparedDossier,
  other: ComparedDossier,
  pair: PairRow,
  { officeCode, language }: { officeCode: string; language: Language },
): SideBySide {
  const inOwnOffice = other.officeCode === officeCode;
  return {
    id: other.id,
    dossierNumber: other.dossierNumber,
    officeCode: other.officeCode,
    status: other.status,
    submittedAt: other.submittedAt.toISOString(),
    inOwnOffice,
    signs: pair.signs.map((code) => ({ code, message: DUPLICATE_SIGNS[code][language] })),
    fields: (Object.keys(VALUES) as FieldName[]).map((field) => {
      const [mine, theirs] = [VALUES[field](own), VALUES[field](other)];
      const same = field === 'fullName' ? own.name !== null && own.name === other.name : mine !== null && mine === theirs;
      return { field, own: mine, other: inOwnOffice || theirs === null ? theirs : MASKED[field](theirs), same };
    }),
    photos: own.photos.map(({ slot, sha256 }) => {
      const theirs = other.photos.find((photo) => photo.slot === slot);
      return {
        slot,
        own: photoPath(own.id, slot),
        other: theirs && inOwnOffice ? photoPath(other.id, slot) : null,
        sameFile: theirs?.sha256 === sha256,
      };
    }),
    foundAt: pair.found_at.toISOString(),
    decision: pair.decision && {
      decision: pair.decision,
      at: pair.decided_at!.toISOString(),
      by: pair.decided_by!,
      officeCode: pair.decided_office_code!,
    },
  };
}

function photoPath(id: string, slot: string): string {
  return `/v1/staff/declarations/${id}/photos/${slot}`;
}

/** `Huỳnh Thị Minh` → `H*** T*** M***`. */
function maskName(name: string): string {
  return name
    .split(' ')
    .map((word) => `${Array.from(word)[0] ?? ''}***`)
    .join(' ');
}

import type { IdType } from '../rules/id-number.rule.ts';

/** The declaration's fields in canonical form: names NFC, phone E.164, passport numbers in capitals. */
export interface DeclarationForm {
  /** Mã số BHXH. */
  insuranceNumber: string;
  fullName: string;
  idNumber: string;
  idType: IdType;
  provinceCode: string;
  /** null in an address of two tiers, since there are no districts. */
  districtCode: string | null;
  /** null where the district has no ward. */
  wardCode: string | null;
  /** Street and house number. */
  street: string;
  /** E.164. */
  phone: string;
  /** The receiving office, anywhere in the country. */
  officeCode: string;
  /** "Nhận tờ khai qua email". */
  emailCopy: boolean;
  /** The second, separate consent: other mail from BHXH to the same address. */
  emailForNotices: boolean;
  email: string | null;
  commitmentAccepted: boolean;
  dataProcessingAccepted: boolean;
  consentVersion: string;
}

export type FormField = keyof DeclarationForm;

/** How each field arrives: text of at most so many characters before any normalising, or a tick. */
export const FORM_FIELDS = {
  insuranceNumber: { kind: 'text', most: 40 },
  fullName: { kind: 'text', most: 400 },
  idNumber: { kind: 'text', most: 40 },
  idType: { kind: 'text', most: 20 },
  provinceCode: { kind: 'text', most: 10 },
  districtCode: { kind: 'text', most: 10 },
  wardCode: { kind: 'text', most: 10 },
  street: { kind: 'text', most: 400 },
  phone: { kind: 'text', most: 40 },
  officeCode: { kind: 'text', most: 10 },
  emailCopy: { kind: 'tick' },
  emailForNotices: { kind: 'tick' },
  email: { kind: 'text', most: 300 },
  commitmentAccepted: { kind: 'tick' },
  dataProcessingAccepted: { kind: 'tick' },
  consentVersion: { kind: 'text', most: 20 },
} as const satisfies Record<FormField, { kind: 'text'; most: number } | { kind: 'tick' }>;

export const FORM_FIELD_NAMES = Object.keys(FORM_FIELDS) as FormField[];

/** The column of `declarations` that holds each field. */
export const COLUMN_OF_FIELD: Record<FormField, string> = {
  insuranceNumber: 'insurance_number',
  fullName: 'full_name',
  idNumber: 'id_number',
  idType: 'id_type',
  provinceCode: 'province_code',
  districtCode: 'district_code',
  wardCode: 'ward_code',
  street: 'street',
  phone: 'phone',
  officeCode: 'office_code',
  emailCopy: 'email_copy',
  emailForNotices: 'email_for_notices',
  email: 'email',
  commitmentAccepted: 'commitment_accepted',
  dataProcessingAccepted: 'data_processing_accepted',
  consentVersion: 'consent_version',
};

/** The form as a row of `declarations` holds it; in a draft, fields may be missing (null). */
export function formOfRow(row: object): { [Field in FormField]: DeclarationForm[Field] | null } {
  const columns = row as Record<string, unknown>;
  return Object.fromEntries(FORM_FIELD_NAMES.map((field) => [field, columns[COLUMN_OF_FIELD[field]] ?? null])) as never;
}

/** A stored form as it would be sent: what is not there is left out. */
export function withoutNulls(form: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null));
}

export const FORM_COLUMNS = FORM_FIELD_NAMES.map((field) => COLUMN_OF_FIELD[field]).join(', ');

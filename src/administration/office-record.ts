import { CODE_STATUSES, OFFICE_LEVELS } from '../offices/office.entity.ts';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';

/** An office as administrators write it, in JSON and in a table alike. */
export interface OfficeRecord {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly provinceCode: string;
  readonly districtCode: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly codeStatus: string;
  /** Closed though no day is known. */
  readonly closed: boolean;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly successorCode: string | null;
  readonly note: string | null;
}

export type OfficeField = keyof OfficeRecord;

/** In the order of the table. */
export const OFFICE_FIELDS = [
  'code',
  'name',
  'level',
  'provinceCode',
  'districtCode',
  'address',
  'phone',
  'codeStatus',
  'closed',
  'validFrom',
  'validTo',
  'successorCode',
  'note',
] as const satisfies readonly OfficeField[];

export interface OfficeRecordFault {
  readonly field: OfficeField;
  readonly code: FaultCode;
}

const MOST = { name: 100, address: 200, note: 500 } as const;

/** One line that no spreadsheet takes for a formula: what goes out as a table comes back to the letter. */
const PLAIN_TEXT = /^[\p{L}\p{N}(["“«][^\p{C}]*$/u;
const OFFICE_CODE = /^0\d{4}$/;

/**
 * Everything that is wrong with an office, all at once [D]; the code's form and the levels are those of the shipped list.
 * @param isKnown whether there is, or will be, an office of this code
 */
export function officeRecordFaults(office: OfficeRecord, isKnown: (code: string) => boolean): OfficeRecordFault[] {
  const faults: OfficeRecordFault[] = [];
  const find = (field: OfficeField, code: FaultCode, isWrong: boolean) => {
    if (isWrong && !faults.some((fault) => fault.field === field)) faults.push({ field, code });
  };
  find('code', 'bad-format', !OFFICE_CODE.test(office.code));
  find('name', 'required', office.name === '');
  for (const field of ['name', 'address', 'note'] as const) {
    const text = office[field];
    if (text === null || text === '') continue;
    find(field, 'too-long', [...text].length > MOST[field]);
    find(field, 'bad-format', !PLAIN_TEXT.test(text));
  }
  find('level', 'bad-format', !(OFFICE_LEVELS as readonly string[]).includes(office.level));
  find('codeStatus', 'bad-format', !(CODE_STATUSES as readonly string[]).includes(office.codeStatus));
  find('provinceCode', 'bad-format', !/^\d{2}$/.test(office.provinceCode));
  find('districtCode', 'required', office.level === 'district' && office.districtCode === null);
  find('districtCode', 'bad-format', office.districtCode !== null && (office.level === 'province' || !/^\d{3}$/.test(office.districtCode)));
  find('phone', 'bad-format', office.phone !== null && !/^[01]\d{6,14}$/.test(office.phone));
  for (const field of ['validFrom', 'validTo'] as const) {
    const day = office[field];
    find(field, 'bad-format', day !== null && !isDay(day));
  }
  find('validTo', 'bad-format', office.validFrom !== null && office.validTo !== null && office.validTo < office.validFrom);
  if (office.successorCode !== null) {
    find('successorCode', 'bad-format', office.successorCode === office.code || (!office.closed && office.validTo === null));
    find('successorCode', 'office-unknown', !isKnown(office.successorCode));
  }
  return faults;
}

/** One field that an import or a change alters. */
export interface FieldChange {
  readonly field: OfficeField;
  readonly from: string | boolean | null;
  readonly to: string | boolean | null;
}

export function fieldChanges(before: OfficeRecord, after: OfficeRecord): FieldChange[] {
  return OFFICE_FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    from: before[field],
    to: after[field],
  }));
}

/** The day before, `YYYY-MM-DD`. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

/** A day of the calendar since 1900; 30 February is none. */
export function isDay(text: string): boolean {
  const isWritten = /^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  return isWritten && new Date(text).toISOString().startsWith(text);
}

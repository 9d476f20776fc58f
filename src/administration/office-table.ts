import { parse } from 'csv-parse/sync';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import { toNfc } from '../platform/text/vietnamese.ts';
import { OFFICE_FIELDS, officeRecordFaults, type OfficeField, type OfficeRecord } from './office-record.ts';

/** What is wrong with one cell; `column` is missing where it is the line or the whole table. */
export interface CellFault {
  readonly line: number;
  readonly column?: OfficeField;
  readonly code: FaultCode;
}

/** Every office of Vietnam several times over [D]. */
export const MOST_LINES = 5_000;

/** Fields that a spreadsheet takes for numbers and robs of their leading zeros, with the length they had. */
const DIGITS = { code: 5, provinceCode: 2, districtCode: 3, successorCode: 5 } as const;

interface Line {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a table of offices as this service writes it and as a spreadsheet gives it back: with or without BOM, columns in any order,
 * separated by commas or, where the computer speaks Vietnamese, semicolons.
 * @param isKnown whether an office of this code is there already
 * @returns every fault of every line at once; offices only when there is none
 */
export function readOfficeTable(
  text: string,
  isKnown: (code: string) => boolean,
): { offices: (OfficeRecord & { line: number })[]; faults: CellFault[] } {
  const lines = linesOf(text);
  const [header, ...body] = lines;
  if (!header) return { offices: [], faults: [{ line: 1, code: 'required' }] };
  const headings = header.record.map((heading) => heading.trim());
  const faults: CellFault[] = [
    ...OFFICE_FIELDS.filter((field) => !headings.includes(field)).map((column) => ({ line: 1, column, code: 'required' as const })),
    ...headings
      .filter((heading, index) => !(OFFICE_FIELDS as readonly string[]).includes(heading) || headings.indexOf(heading) !== index)
      .map(() => ({ line: 1, code: 'unknown-field' as const })),
  ];
  if (body.length > MOST_LINES) faults.push({ line: MOST_LINES + 2, code: 'too-long' });
  if (faults.length > 0) return { offices: [], faults };

  const offices = body.map(({ record, info }) => ({ ...officeOf(headings, record), line: info.lines, cells: record.length }));
  const codes = new Map<string, number>();
  for (const { code, line } of offices) if (!codes.has(code)) codes.set(code, line);
  for (const { line, cells, closedText, ...office } of offices) {
    if (cells !== headings.length) {
      faults.push({ line, code: 'bad-format' });
      continue;
    }
    const found = officeRecordFaults(office, (code) => codes.has(code) || isKnown(code));
    faults.push(...found.map(({ field, code }) => ({ line, column: field, code })));
    if (closedText !== '' && closedText !== 'yes') faults.push({ line, column: 'closed', code: 'bad-format' });
    if (codes.get(office.code) !== line) faults.push({ line, column: 'code', code: 'already-used' });
  }
  return faults.length > 0
    ? { offices: [], faults }
    : { offices: offices.map(({ cells: _cells, closedText: _text, ...office }) => office), faults };
}

function linesOf(text: string): Line[] {
  const firstLine = /^[^\r\n]*/.exec(text)![0];
  try {
    return parse(text, {
      bom: true,
      delimiter: firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      to: MOST_LINES + 2,
    }) as unknown as Line[];
  } catch {
    // A quote that never ends, say: no line of such a table can be trusted.
    return [];
  }
}

function officeOf(headings: readonly string[], record: readonly string[]): OfficeRecord & { closedText: string } {
  const text = (field: OfficeField) => toNfc(record[headings.indexOf(field)] ?? '').trim();
  const digits = (field: keyof typeof DIGITS) => (/^\d+$/.test(text(field)) ? text(field).padStart(DIGITS[field], '0') : text(field));
  return {
    code: digits('code'),
    name: text('name'),
    level: text('level'),
    provinceCode: digits('provinceCode'),
    districtCode: digits('districtCode') || null,
    address: text('address') || null,
    phone: text('phone') || null,
    codeStatus: text('codeStatus'),
    closed: text('closed') === 'yes',
    closedText: text('closed'),
    validFrom: text('validFrom') || null,
    validTo: text('validTo') || null,
    successorCode: digits('successorCode') || null,
    note: text('note') || null,
  };
}

import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { dataFile } from '../platform/package-root.ts';
import { CODE_STATUSES, OFFICE_LEVELS, type Office } from './office.entity.ts';

/** Runs one SQL statement with its parameters. */
export type Query = (sql: string, parameters: string[]) => Promise<unknown>;

const INSERT_MISSING = `
  INSERT INTO offices (code, name, level, province_code, district_code, address, phone, code_status, open, valid_from, valid_to, successor_code, note)
  SELECT code, name, level, "provinceCode", "districtCode", address, phone, "codeStatus", open, "validFrom", "validTo", "successorCode", note
    FROM json_to_recordset($1::json) AS office (code text, name text, level text, "provinceCode" text, "districtCode" text, address text,
         phone text, "codeStatus" text, open boolean, "validFrom" date, "validTo" date, "successorCode" text, note text)
  ON CONFLICT (code) DO NOTHING`;

/** Puts the shipped offices that the table lacks into it. What an administrator has changed since stays as it is. */
export async function loadOffices(query: Query): Promise<void> {
  await query(INSERT_MISSING, [shippedText()]);
}

/** Makes the table what was shipped: each change of an office has left its version behind. */
export async function restoreOffices(query: Query): Promise<void> {
  await query(`DELETE FROM offices WHERE version > 1 OR code NOT IN (SELECT office ->> 'code' FROM json_array_elements($1::json) office)`, [
    shippedText(),
  ]);
  await loadOffices(query);
}

/** Read once: a desk furnishes one workspace after the other. */
function shippedText(): string {
  return (text ??= JSON.stringify(shippedOffices()));
}

let text: string | undefined;

/** The simulated office list as shipped: 776 offices of 2021, by code. */
export function shippedOffices(): Office[] {
  return parse<Row>(readFileSync(dataFile('offices-2021.csv')), { columns: true, bom: true }).map(officeOf);
}

interface Row {
  code: string;
  name: string;
  level: string;
  provinceCode: string;
  districtCode: string;
  address: string;
  phone: string;
  codeStatus: string;
  closed: string;
  validFrom: string;
  validTo: string;
  successorCode: string;
  note: string;
}

function officeOf(row: Row): Office {
  return {
    code: row.code,
    name: row.name,
    level: oneOf(OFFICE_LEVELS, row.level, row.code),
    provinceCode: row.provinceCode,
    districtCode: row.districtCode || null,
    address: row.address || null,
    phone: row.phone || null,
    codeStatus: oneOf(CODE_STATUSES, row.codeStatus, row.code),
    open: row.closed !== 'yes',
    successorCode: row.successorCode || null,
    note: row.note || null,
    validFrom: row.validFrom || null,
    validTo: row.validTo || null,
    reroutes: false,
    version: 1,
  };
}

function oneOf<Value extends string>(values: readonly Value[], given: string, code: string): Value {
  const value = values.find((known) => known === given);
  if (!value) throw new Error(`Office ${code} of the shipped list has the unknown value ${given}`);
  return value;
}

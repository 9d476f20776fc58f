import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { OFFICE_FIELDS, type OfficeRecord } from './office-record.ts';

/** An office as it stands in the table, and whether it is open on this day. */
export interface StoredOffice extends OfficeRecord {
  readonly open: boolean;
  readonly reroutes: boolean;
  readonly version: number;
}

const SELECT_OFFICE = `SELECT code, name, level, province_code AS "provinceCode", district_code AS "districtCode", address, phone,
    code_status AS "codeStatus", NOT open AS closed, valid_from AS "validFrom", valid_to AS "validTo", successor_code AS "successorCode",
    note, office_is_open(office) AS open, reroutes, version
  FROM offices office`;

/** The offices' table as administrators read and write it. */
@Injectable()
export class OfficesStore {
  constructor(private readonly database: Database) {}

  /** @throws Refusal `not-found` */
  async get(code: string, tx: Pick<Transaction, 'rows'> = this.database): Promise<StoredOffice> {
    const [office] = await tx.rows<StoredOffice>(`${SELECT_OFFICE} WHERE code = $1`, [code]);
    if (!office) throw new Refusal('not-found');
    return office;
  }

  /** The office, held against every other change until the transaction ends. @throws Refusal `not-found` */
  async lock(tx: Transaction, code: string): Promise<StoredOffice> {
    await tx.rows(`SELECT FROM offices WHERE code = $1 FOR NO KEY UPDATE`, [code]);
    return this.get(code, tx);
  }

  /** By code; these, or every one. */
  async all(tx: Pick<Transaction, 'rows'> = this.database, codes?: readonly string[]): Promise<StoredOffice[]> {
    return tx.rows<StoredOffice>(`${SELECT_OFFICE} WHERE $1::text[] IS NULL OR code = ANY($1) ORDER BY code`, [codes]);
  }

  /** Keeps every other change of the list out until the transaction ends; who reads is not kept waiting. */
  async lockAll(tx: Transaction): Promise<void> {
    await tx.rows(`LOCK TABLE offices IN SHARE ROW EXCLUSIVE MODE`);
  }

  /** Adds offices. @returns the codes that were added: one that is there already is not */
  async add(tx: Transaction, offices: readonly OfficeRecord[]): Promise<string[]> {
    const rows = await tx.rows<{ code: string }>(
      `INSERT INTO offices (code, name, level, province_code, district_code, address, phone, code_status, open, valid_from, valid_to,
         successor_code, note)
       SELECT code, name, level, "provinceCode", "districtCode", address, phone, "codeStatus", NOT closed, "validFrom", "validTo",
         "successorCode", note ${FROM_JSON} ON CONFLICT (code) DO NOTHING RETURNING code`,
      [jsonOf(offices)],
    );
    return rows.map(({ code }) => code);
  }

  /** Overwrites offices that are there. An office without a successor re-routes nothing. */
  async replace(tx: Transaction, offices: readonly OfficeRecord[]): Promise<void> {
    await tx.rows(
      `UPDATE offices SET name = changed.name, level = changed.level, province_code = changed."provinceCode",
         district_code = changed."districtCode", address = changed.address, phone = changed.phone, code_status = changed."codeStatus",
         open = NOT changed.closed, valid_from = changed."validFrom", valid_to = changed."validTo",
         successor_code = changed."successorCode", note = changed.note, reroutes = reroutes AND changed."successorCode" IS NOT NULL,
         version = version + 1
       FROM (SELECT * ${FROM_JSON}) changed WHERE offices.code = changed.code`,
      [jsonOf(offices)],
    );
  }

  /** From now on its open dossiers go to its successor whenever it is closed. */
  async setRerouting(tx: Transaction, code: string, reroutes: boolean): Promise<void> {
    await tx.rows(`UPDATE offices SET reroutes = $2 WHERE code = $1`, [code, reroutes]);
  }
}

const FROM_JSON = `FROM jsonb_to_recordset($1::jsonb) AS office (code text, name text, level text, "provinceCode" text, "districtCode" text,
  address text, phone text, "codeStatus" text, closed boolean, "validFrom" date, "validTo" date, "successorCode" text, note text)`;

function jsonOf(offices: readonly OfficeRecord[]): string {
  return JSON.stringify(offices.map((office) => recordOf(office)));
}

/** Without what the table knows beside. */
export function recordOf(office: OfficeRecord): OfficeRecord {
  return Object.fromEntries(OFFICE_FIELDS.map((field) => [field, office[field]])) as unknown as OfficeRecord;
}

import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { Audit } from '../audit/audit.service.ts';
import { OfficesService } from '../offices/offices.service.ts';
import { Clock, vietnameseDay } from '../platform/clock.ts';
import { Database } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { fieldChanges, OFFICE_FIELDS, type FieldChange, type OfficeRecord } from './office-record.ts';
import { officeSubject } from './office-subject.ts';
import { readOfficeTable, type CellFault } from './office-table.ts';
import { OfficesStore, type StoredOffice } from './offices.store.ts';

/** What a table changes, or would. */
export interface Imported {
  dryRun: boolean;
  created: string[];
  changed: { code: string; changes: FieldChange[] }[];
  /** Open today, and no longer by the table. */
  closed: string[];
  unchanged: number;
  /** In the list but not in the table: they are left as they are, for a table may be of one province only [D]. */
  absent: number;
}

/** The office list as a table: out, and in again. */
@Injectable()
export class OfficeTables {
  constructor(
    private readonly database: Database,
    private readonly store: OfficesStore,
    private readonly offices: OfficesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** UTF-8 with a BOM, which spreadsheets need; no cell is a formula. */
  async export(): Promise<string> {
    const offices = await this.store.all();
    const cells = offices.map((office) =>
      OFFICE_FIELDS.map((field) => (field === 'closed' ? (office.closed ? 'yes' : '') : office[field])),
    );
    return stringify(cells, { header: true, bom: true, escape_formulas: true, columns: [...OFFICE_FIELDS] });
  }

  /**
   * Takes a table in, whole or not at all; a dry run says what it would change. What it closes keeps its dossiers until they are re-routed.
   * @throws Refusal `validation-failed` naming every fault by line and column
   */
  async import(admin: Officer, text: string, dryRun: boolean): Promise<Imported> {
    const today = vietnameseDay(await this.clock.now());
    const imported = await this.database.transaction(async (tx) => {
      if (!dryRun) await this.store.lockAll(tx);
      const known = new Map((await this.store.all(tx)).map((office) => [office.code, office]));
      const { offices, faults } = readOfficeTable(text, (code) => known.has(code));
      // A table may have more faulty lines than a form has fields.
      if (faults.length > 0) throw new Refusal('validation-failed', { errors: faults.map(faultOf) });
      const found = differences(known, offices, today);
      if (dryRun) return { dryRun, ...found };
      const changedCodes = new Set(found.changed.map(({ code }) => code));
      const added = offices.filter(({ code }) => !known.has(code));
      await this.store.add(tx, added);
      await this.store.replace(
        tx,
        offices.filter(({ code }) => changedCodes.has(code)),
      );
      const records = [
        ...added.map(({ line: _line, ...office }) => ({ code: office.code, action: 'create-office', details: { after: office } })),
        ...found.changed.map(({ code, changes }) => ({ code, action: 'change-office', details: { changes } })),
      ];
      if (records.length > 0) {
        await this.audit.record(
          tx,
          ...records.map(({ code, action, details }) => ({
            subject: officeSubject(code),
            actor: actorOf(admin),
            action,
            details: { ...details, by: 'import' },
          })),
        );
      }
      return { dryRun, ...found };
    });
    if (!dryRun) await this.offices.reload();
    return imported;
  }
}

function differences(known: ReadonlyMap<string, StoredOffice>, offices: readonly OfficeRecord[], today: string): Omit<Imported, 'dryRun'> {
  const changed: Imported['changed'] = [];
  const created: string[] = [];
  const closed: string[] = [];
  for (const office of offices) {
    const before = known.get(office.code);
    if (!before) {
      created.push(office.code);
      continue;
    }
    const changes = fieldChanges(before, office);
    if (changes.length > 0) changed.push({ code: office.code, changes });
    if (before.open && !isOpenOn(office, today)) closed.push(office.code);
  }
  const unchanged = offices.length - created.length - changed.length;
  return { created, changed, closed, unchanged, absent: known.size - (offices.length - created.length) };
}

/** As `office_is_open` says of what is in the table. */
function isOpenOn({ closed, validFrom, validTo }: OfficeRecord, day: string): boolean {
  return !closed && (validFrom === null || validFrom <= day) && (validTo === null || validTo >= day);
}

function faultOf({ line, column, code }: CellFault) {
  return { pointer: column === undefined ? `/${line}` : `/${line}/${column}`, code };
}

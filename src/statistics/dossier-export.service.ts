import { pipeline, Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Audit } from '../audit/audit.service.ts';
import type { Status } from '../declarations/status.rule.ts';
import { Clock, VIETNAM_TIME_ZONE, vietnameseTime } from '../platform/clock.ts';
import { Database, type Transaction } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { FullReads } from '../staff/full-reads.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { roleHas } from '../staff/rights.ts';
import { actorOf } from '../staff/staff.service.ts';
import { periodOf, type Period } from './period.ts';

/** Dossiers read at once; the record locks one history for each, so those that are put on record come in smaller turns. */
export const EXPORT_BATCH = { plain: 1_000, personal: 250 };

/** Columns of the table, as a heading and SQL. Those of the second list say who somebody is. */
const PLAIN_COLUMNS = {
  'Số hồ sơ': 'dossier_number',
  'Trạng thái': 'status',
  'Nhận lúc': 'submitted_at',
  'Trạng thái từ': 'status_since',
  'Lần gửi': 'revision',
  Kênh: 'channel',
  'Cơ quan tiếp nhận': 'receiving_office_code',
  'Cơ quan hiện tại': 'office_code',
  'Cơ quan xử lý': 'handling_office_code',
  'Đối chiếu CSDL': 'registry_match',
} as const;
const PERSONAL_COLUMNS = {
  'Họ và tên': 'full_name',
  'Mã số BHXH': 'insurance_number',
  'Số giấy tờ': 'id_number',
  'Số điện thoại': 'phone',
  'Thư điện tử': 'email',
} as const;

interface ExportWish {
  readonly period: Period;
  readonly status: Status | undefined;
  readonly personal: boolean;
}

type ExportedRow = { id: string; submitted_at: Date } & Record<string, string | number | Date | null>;

/** The dossiers that an office may see, as a table for a spreadsheet. */
@Injectable()
export class DossierExport {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly fullReads: FullReads,
  ) {}

  /**
   * Puts the export on record, and gives it as a stream that reads the database only as fast as it is read itself. With personal fields
   * it is a view of every dossier in it, and stands in the history of each before a line of it is given.
   * @throws Refusal `forbidden` for personal fields without the right to them, `malformed-request`
   */
  async begin(
    officer: OfficeOfficer,
    { status, personal = false, ...wish }: Partial<Period> & { status?: Status; personal?: boolean },
  ): Promise<{ name: string; csv: Readable }> {
    if (personal && !roleHas(officer.role, 'dossier.export-personal')) throw new Refusal('forbidden');
    const period = periodOf(wish, await this.clock.now());
    if (personal) await this.fullReads.count(officer, 'table');
    await this.audit.record(this.database, {
      subject: { kind: 'staff', id: officer.id },
      actor: actorOf(officer),
      action: 'export-dossiers',
      details: { ...period, ...(status && { status }), personal },
    });
    const columns = { ...PLAIN_COLUMNS, ...(personal && PERSONAL_COLUMNS) };
    // Spreadsheets take UTF-8 for something else without a BOM, and run a cell that begins like a formula.
    const table = stringify({
      header: true,
      bom: true,
      escape_formulas: true,
      columns: Object.keys(columns),
      cast: { date: vietnameseTime },
    });
    const rows = Readable.from(this.rows(officer, { period, status, personal }, Object.values(columns)));
    return { name: `ho-so-${officer.officeCode}-${period.from}-${period.to}.csv`, csv: pipeline(rows, table, () => undefined) };
  }

  /** In batches by time of receipt: no transaction stays open while a client reads slowly. */
  private async *rows(officer: OfficeOfficer, wish: ExportWish, columns: string[]): AsyncGenerator<unknown[]> {
    const size = wish.personal ? EXPORT_BATCH.personal : EXPORT_BATCH.plain;
    let after: Pick<ExportedRow, 'id' | 'submitted_at'> | undefined;
    do {
      const read = (tx: Pick<Transaction, 'rows'>) =>
        tx.rows<ExportedRow>(
          `SELECT id, submitted_at, ${columns.join(', ')} FROM declarations
           WHERE office_code = $1 AND status <> 'DRAFT' AND erased_at IS NULL
             AND submitted_at >= $2::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'
             AND submitted_at < ($3::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'
             AND ($4::text IS NULL OR status = $4) AND ($5::timestamptz IS NULL OR (submitted_at, id) > ($5, $6::uuid))
           ORDER BY submitted_at, id LIMIT ${size}`,
          [officer.officeCode, wish.period.from, wish.period.to, wish.status, after?.submitted_at, after?.id],
        );
      const batch = await (wish.personal ? this.onRecord(officer, read) : read(this.database));
      for (const row of batch) yield columns.map((column) => row[column]);
      after = batch.length === size ? batch.at(-1) : undefined;
    } while (after);
  }

  /** What is read stands in the history of each dossier, or is not read. */
  private onRecord(officer: OfficeOfficer, read: (tx: Transaction) => Promise<ExportedRow[]>): Promise<ExportedRow[]> {
    return this.database.transaction(async (tx) => {
      const batch = await read(tx);
      const ids = batch.map(({ id }) => id);
      await this.audit.recordInEach(tx, ids, { actor: actorOf(officer), action: 'view-in-export', details: { because: 'own-office' } });
      return batch;
    });
  }
}

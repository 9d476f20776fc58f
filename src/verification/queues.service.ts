import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import type { Channel } from '../declarations/declaration.entity.ts';
import type { Status } from '../declarations/status.rule.ts';
import { maskIdNumber } from '../declarations/rules/id-number.rule.ts';
import { maskInsuranceNumber } from '../declarations/rules/insurance-number.rule.ts';
import { maskPhone } from '../declarations/rules/phone.rule.ts';
import { Database } from '../platform/database/database.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import { Comparisons } from './duplicates/comparisons.service.ts';
import { DUPLICATE_SIGN_CODES, type DuplicateSign } from './duplicates/duplicate-signs.rule.ts';
import { cursorAfter, metQuery, namedQuery, pageQuery, QUEUES, scopeOf, TODAY, type PageWish, type Queue } from './queue-page.query.ts';
import { readSearch, type SearchTerms } from './search-terms.rule.ts';

/** How many names are looked at: four milliseconds' worth, and where a fifth of a page is met among these, four times as many. */
const TO_LOOK_AT = [500, 2000] as const;
const PROMISING = 1 / 5;
/** So many dossiers are sorted in no time. */
const MOST_TO_SORT = 5000;

export interface ListedDossier {
  id: string;
  dossierNumber: string;
  status: Status;
  since: string;
  submittedAt: string;
  channel: Channel;
  /** The last day on which a decision is in time, `YYYY-MM-DD`; null when nothing is owed. */
  dueOn: string | null;
  overdue: boolean;
  revision: number;
  officeCode: string;
  fullName: string;
  insuranceNumber: string;
  idNumber: string;
  phone: string;
  warnings: string[];
  /** What it has in common with dossiers about which nobody has decided, most telling first. */
  duplicateSigns: DuplicateSign[];
  heldBy: { name: string; until: string } | null;
}

export interface DossierPage {
  items: ListedDossier[];
  nextCursor: string | null;
}

interface ListedRow {
  id: string;
  dossier_number: string;
  status: Status;
  status_since: Date;
  submitted_at: Date;
  channel: Channel;
  due_on: string;
  is_late: boolean;
  revision: number;
  office_code: string;
  full_name: string;
  insurance_number: string;
  id_number: string;
  phone: string;
  warnings: string[];
  duplicate_signs: DuplicateSign[];
  holder_name: string | null;
  lease_until: Date | null;
}

/** An office's dossiers, page by page. Identifiers are masked: the full ones stand on the single view, which is on record. */
@Injectable()
export class QueuesService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly comparisons: Comparisons,
  ) {}

  async list(officer: OfficeOfficer, wish: PageWish): Promise<DossierPage> {
    if (wish.filters.queue === 'duplicates') await this.comparisons.catchUp();
    const { sql, values } = pageQuery(officer, wish);
    const rows = await this.database.rows<ListedRow>(sql, values);
    const page = rows.slice(0, wish.limit);
    const last = page.at(-1);
    return { items: page.map(listed), nextCursor: rows.length > page.length && last ? cursorAfter(last, wish.sort) : null };
  }

  /** Looks among the office's own dossiers. That somebody searched is on record, by what kind of term; the term itself is not. */
  async search(officer: OfficeOfficer, q: string | undefined, wish: Omit<PageWish, 'terms'>): Promise<DossierPage> {
    const terms = q === undefined || q.trim() === '' ? undefined : readSearch(q);
    const page = await this.list(officer, { ...wish, ...(terms && (await this.narrowed(officer, terms, wish))) });
    await this.audit.record(this.database, {
      subject: { kind: 'staff', id: officer.id },
      actor: actorOf(officer),
      action: 'search',
      details: { by: Object.keys(terms ?? {}), filters: Object.keys(wish.filters), found: page.items.length },
    });
    return page;
  }

  /**
   * Who bears a common name is met among the first that one looks at; who bears a rare one is looked up in the index of names and sorted then.
   * Which of the two it is, PostgreSQL could only guess for a word that is new to it. Between the two, one looks on along the list.
   */
  private async narrowed(officer: OfficeOfficer, terms: SearchTerms, wish: PageWish): Promise<Pick<PageWish, 'terms' | 'ids'>> {
    if (!terms.words) return { terms };
    for (const most of TO_LOOK_AT) {
      const met = metQuery(officer, terms.words, wish, most);
      const first = await this.database.rows<{ id: string; looked: number }>(met.sql, met.values);
      const isAll = first.length > wish.limit || (first[0] !== undefined && first[0].looked < most);
      if (isAll) return { ids: first.map(({ id }) => id) };
      if (first.length < wish.limit * PROMISING) break;
    }
    const named = namedQuery(officer, terms.words, MOST_TO_SORT + 1);
    const rows = await this.database.rows<{ id: string }>(named.sql, named.values);
    return rows.length > MOST_TO_SORT ? { terms } : { ids: rows.map(({ id }) => id) };
  }

  /** How many dossiers each queue of the office holds, from the tallies: nothing is counted that grows with the years. */
  async counts(officer: OfficeOfficer): Promise<Record<Queue, number>> {
    await this.comparisons.catchUp();
    const sum = (condition: string) => `(SELECT coalesce(sum(dossiers), 0)::int FROM tally WHERE ${condition})`;
    const count = (queue: Queue) =>
      `(SELECT count(*)::int FROM declarations declaration WHERE ${scopeOf(queue)} AND status <> 'DRAFT' AND erased_at IS NULL AND ${QUEUES[queue]})`;
    const columns: Record<Queue, string> = {
      new: sum(`status = 'SUBMITTED'`),
      mine: count('mine'),
      returned: sum(`status = 'RETURNED'`),
      overdue: sum(`due_on < ${TODAY}`),
      transferred: sum(`status = 'SUBMITTED' AND transferred`),
      duplicates: count('duplicates'),
      'failed-messages': count('failed-messages'),
      all: sum('true'),
    };
    const [row] = await this.database.rows<Record<Queue, number>>(
      `WITH tally AS MATERIALIZED (SELECT status, transferred, due_on, dossiers FROM queue_tallies WHERE office_code = $1)
       SELECT ${Object.entries(columns)
         .map(([queue, column]) => `${column} AS "${queue}"`)
         .join(', ')} WHERE $2::uuid IS NOT NULL`,
      [officer.officeCode, officer.id],
      'queue_counts',
    );
    return row!;
  }
}

function listed(row: ListedRow): ListedDossier {
  const isOwed = row.status === 'SUBMITTED' || row.status === 'IN_VERIFICATION';
  return {
    id: row.id,
    dossierNumber: row.dossier_number,
    status: row.status,
    since: row.status_since.toISOString(),
    submittedAt: row.submitted_at.toISOString(),
    channel: row.channel,
    dueOn: isOwed ? row.due_on : null,
    overdue: isOwed && row.is_late,
    revision: row.revision,
    officeCode: row.office_code,
    fullName: row.full_name,
    insuranceNumber: maskInsuranceNumber(row.insurance_number),
    idNumber: maskIdNumber(row.id_number),
    phone: maskPhone(row.phone),
    warnings: row.warnings,
    duplicateSigns: DUPLICATE_SIGN_CODES.filter((sign) => row.duplicate_signs.includes(sign)),
    heldBy: row.holder_name === null ? null : { name: row.holder_name, until: row.lease_until!.toISOString() },
  };
}

import type { Status } from '../declarations/status.rule.ts';
import { VIETNAM_TIME_ZONE } from '../platform/clock.ts';
import type { Parameter } from '../platform/database/database.ts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts';
import type { OfficeOfficer } from '../staff/officer.ts';
import type { SearchTerms } from './search-terms.rule.ts';

/** The day that it is in Vietnam. */
export const TODAY = `(domain_now() AT TIME ZONE '${VIETNAM_TIME_ZONE}')::date`;

/** Whose dossiers a queue is of: those routed to the office; one's own also where a visit opened a dossier of another office. */
export function scopeOf(queue: Queue): string {
  return queue === 'mine' ? 'declaration.lease_office_code = $1' : 'declaration.office_code = $1';
}

/** The queues of an office, each as the condition that puts a dossier into it. `$1` is the office, `$2` the officer. */
export const QUEUES = {
  new: `status = 'SUBMITTED'`,
  mine: `lease_holder_id = $2 AND lease_until > domain_now()`,
  returned: `status = 'RETURNED'`,
  overdue: `status IN ('SUBMITTED', 'IN_VERIFICATION') AND due_on < ${TODAY}`,
  transferred: `status = 'SUBMITTED' AND receiving_office_code <> declaration.office_code`,
  /** What is open and like another dossier: once approved or ended, nothing can be kept from happening any more. */
  duplicates: `duplicate_suspected AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`,
  'failed-messages': 'message_failed',
  all: 'true',
} as const satisfies Record<string, string>;

export type Queue = keyof typeof QUEUES;

/** By age, oldest or newest first; by the day a decision is due, the most urgent first or last. */
export const SORTS = ['age', '-age', 'due', '-due'] as const;
export type Sort = (typeof SORTS)[number];

/** What narrows a list down; all that are given hold. */
export interface QueueFilters {
  queue?: Queue;
  status?: Status;
  /** First and last day of submission, `YYYY-MM-DD` in Vietnam. */
  submittedFrom?: string;
  submittedTo?: string;
  /** A warning of the receipt. */
  warning?: string;
  /** Why something was returned, or the whole rejected. */
  reason?: string;
}

export interface PageWish {
  filters: QueueFilters;
  terms?: SearchTerms;
  /** Only these, whatever else holds. */
  ids?: readonly string[];
  sort: Sort;
  limit: number;
  cursor?: string;
}

interface Place {
  id: string;
  submitted_at: Date;
  due_on: string;
}

const DAY_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a list is sorted by, as a column and as the part of a cursor that names a place in it. */
const KEYS = {
  age: {
    column: 'submitted_at',
    part: /^\d{1,14}$/,
    read: (text: string) => new Date(Number(text)),
    write: (place: Place) => String(place.submitted_at.getTime()),
  },
  due: {
    column: 'due_on',
    part: /^d\d{1,6}$/,
    read: (text: string) => new Date(Number(text.slice(1)) * DAY_MS).toISOString().slice(0, 10),
    write: (place: Place) => `d${Date.parse(place.due_on) / DAY_MS}`,
  },
} as const;

function keyOf(sort: Sort) {
  return { ...KEYS[sort.replace('-', '') as keyof typeof KEYS], isDescending: sort.startsWith('-') };
}

/**
 * The rows of a page and one more, by which is known whether another page follows. A place is the sort key with the id, so that
 * whatever arrives meanwhile moves nothing.
 * @throws Refusal `malformed-request` for a cursor that is none, or one of another order
 */
export function pageQuery(officer: OfficeOfficer, wish: PageWish): { sql: string; values: Parameter[] } {
  const { values, bind, conditions, order } = listOf(officer, wish);
  if (wish.terms) conditions.push(termsCondition(wish.terms, officer.officeCode, bind));
  if (wish.ids) conditions.push(`declaration.id = ANY(${bind(wish.ids)}::uuid[])`);
  const sql = `SELECT declaration.id, dossier_number, status, status_since, submitted_at, channel, due_on, due_on < ${TODAY} AS is_late, revision,
      declaration.office_code, declaration.full_name, insurance_number, id_number, phone, warnings,
      CASE WHEN duplicate_suspected THEN ARRAY(SELECT DISTINCT unnest(signs) FROM duplicate_pairs
        WHERE (first_id = declaration.id OR second_id = declaration.id) AND decision IS NULL) ELSE '{}' END AS duplicate_signs,
      CASE WHEN lease_until > domain_now() THEN holder.full_name END AS holder_name, lease_until
    FROM declarations declaration LEFT JOIN staff holder ON holder.id = declaration.lease_holder_id
    WHERE ${conditions.join('\n      AND ')}
    ORDER BY ${order} LIMIT ${bind(wish.limit + 1)}`;
  return { sql, values };
}

/**
 * Whose name it is among the first of the list: looks at so many from where the page begins, in its order, and gives the page's ids and one
 * more, with how many there were to look at.
 */
export function metQuery(
  officer: OfficeOfficer,
  words: readonly string[],
  wish: PageWish,
  most: number,
): { sql: string; values: Parameter[] } {
  const { values, bind, conditions, order } = listOf(officer, wish);
  const query = bind(textQuery(words, officer.officeCode));
  const sql = `WITH looked AS MATERIALIZED (
      SELECT id, office_code, full_name, row_number() OVER (ORDER BY ${order}) AS place FROM declarations declaration
      WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${bind(most)})
    SELECT id, (SELECT count(*)::int FROM looked) AS looked FROM looked
    WHERE name_terms(office_code, full_name) @@ ${query}::tsquery ORDER BY place LIMIT ${bind(wish.limit + 1)}`;
  return { sql, values };
}

/** The office's dossiers of people with such a name, in no order, read off the index of names: at most so many. */
export function namedQuery(officer: OfficeOfficer, words: readonly string[], most: number): { sql: string; values: Parameter[] } {
  return {
    sql: `SELECT id FROM declarations WHERE status <> 'DRAFT' AND erased_at IS NULL AND name_terms(office_code, full_name) @@ $1::tsquery LIMIT $2`,
    values: [textQuery(words, officer.officeCode), most],
  };
}

/** What every way through a list has in common: whose it is, what narrows it down, where it begins, and its order. */
function listOf(officer: OfficeOfficer, { filters, sort, cursor }: PageWish) {
  const values: Parameter[] = [officer.officeCode, officer.id];
  const bind = (value: Parameter) => `$${values.push(value)}`;
  const { column, part, read, isDescending } = keyOf(sort);
  const direction = isDescending ? 'DESC' : 'ASC';
  const conditions = [
    `${scopeOf(filters.queue ?? 'all')} AND status <> 'DRAFT' AND erased_at IS NULL AND $2::uuid IS NOT NULL`,
    ...filterConditions(filters, bind),
  ];
  if (cursor !== undefined) {
    const [key, id] = decodeCursor(cursor, [part, UUID]);
    conditions.push(`(${column}, declaration.id) ${isDescending ? '<' : '>'} (${bind(read(key!))}, ${bind(id)}::uuid)`);
  }
  return { values, bind, conditions, order: `${column} ${direction}, declaration.id ${direction}` };
}

export function cursorAfter(place: Place, sort: Sort): string {
  return encodeCursor([keyOf(sort).write(place), place.id]);
}

function filterConditions(
  { queue = 'all', status, submittedFrom, submittedTo, warning, reason }: QueueFilters,
  bind: (value: Parameter) => string,
): string[] {
  const conditions: string[] = [QUEUES[queue]];
  if (status) conditions.push(`status = ${bind(status)}`);
  if (submittedFrom) conditions.push(`submitted_at >= ${bind(submittedFrom)}::date::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'`);
  if (submittedTo) conditions.push(`submitted_at < (${bind(submittedTo)}::date + 1)::timestamp AT TIME ZONE '${VIETNAM_TIME_ZONE}'`);
  if (warning) conditions.push(`warnings ? ${bind(warning)}`);
  if (reason) {
    const code = bind(reason);
    conditions.push(
      `(returned_items @> jsonb_build_array(jsonb_build_object('reasonCode', ${code}::text)) OR rejection ->> 'reasonCode' = ${code})`,
    );
  }
  return conditions;
}

function termsCondition(
  { dossierNumber, insuranceNumber, idNumber, phone, words }: SearchTerms,
  officeCode: string,
  bind: (value: Parameter) => string,
): string {
  const alternatives = Object.entries({ dossier_number: dossierNumber, insurance_number: insuranceNumber, id_number: idNumber, phone })
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => `declaration.${column} = ${bind(value)}`);
  // Not as the index has it: a common name is met on the way, and reading all who bear it off the index is what takes long.
  if (words)
    alternatives.push(`name_terms(declaration.office_code, declaration.full_name || '') @@ ${bind(textQuery(words, officeCode))}::tsquery`);
  return alternatives.length > 0 ? `(${alternatives.join(' OR ')})` : 'false';
}

/** Every word in any order, the last one possibly only begun. Words are letters, apostrophes and hyphens; quoted, they are no operators. */
function textQuery(words: readonly string[], officeCode: string): string {
  return words.map((word) => `'${officeCode}:${word.replaceAll("'", "''")}'`).join(' & ') + ':*';
}

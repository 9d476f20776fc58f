import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import type { Office } from './office.entity.ts';
import { decodeOfficeCursor, encodeOfficeCursor } from './office-cursor.ts';
import { RANK, rankOf, searchEntry, searchQuery, type Rank, type SearchEntry } from './office-search.ts';

export interface OfficeSearch {
  readonly provinceCode?: string;
  readonly districtCode?: string;
  /** Free text; absent or of spaces only: every office. */
  readonly q?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface OfficePage {
  readonly items: readonly Office[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

interface Hit {
  readonly rank: Rank;
  readonly office: Office;
}

/** What may be wrong with a code as the receiving office of a declaration. */
export type OfficeFault = Extract<FaultCode, 'office-unknown' | 'office-closed'>;

const OFFICE_CODE = /^0\d{4}$/;

/** All offices of one moment, in memory, ready to be searched: some hundred microseconds for a search. */
export class OfficeIndex {
  private readonly byCode: ReadonlyMap<string, Office>;
  private readonly entries: readonly SearchEntry[];

  constructor(offices: readonly Office[]) {
    this.byCode = new Map(offices.map((office) => [office.code, office]));
    const provinceNames = new Map(offices.filter(({ level }) => level === 'province').map((office) => [office.provinceCode, office.name]));
    this.entries = offices
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map((office) => searchEntry(office, provinceNames.get(office.provinceCode) ?? ''));
  }

  find(code: string): Office | undefined {
    return this.byCode.get(code);
  }

  /** Every text that is not, to the letter, the code of an office in the list is `office-unknown`. */
  faultOf(code: string): OfficeFault | undefined {
    const office = OFFICE_CODE.test(code) ? this.find(code) : undefined;
    if (!office) return 'office-unknown';
    return office.open ? undefined : 'office-closed';
  }

  /** The open office that took over from a closed one, where one is known; of an open office, itself. */
  findSuccessor(code: string): Office | undefined {
    return this.openSuccessor(this.find(code));
  }

  /** One page of the offices that match everything asked for, best first. @throws Refusal `malformed-request` for a bad cursor */
  search({ provinceCode, districtCode, q = '', limit, cursor }: OfficeSearch): OfficePage {
    const after = cursor === undefined ? undefined : decodeOfficeCursor(cursor);
    const rank = rankingOf(q);
    const hits: Hit[] = [];
    for (const entry of this.entries) {
      if (provinceCode !== undefined && entry.office.provinceCode !== provinceCode) continue;
      if (districtCode !== undefined && entry.office.districtCode !== districtCode) continue;
      const found = rank(entry);
      if (found === undefined) continue;
      if (after && (found < after.rank || (found === after.rank && entry.office.code <= after.code))) continue;
      hits.push({ rank: found, office: entry.office });
    }
    // The entries are in the order of their codes and the sort is stable, so equal ranks stay so.
    const page = hits.sort((a, b) => a.rank - b.rank).slice(0, limit);
    const last = hits.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ office }) => office),
      nextCursor: last ? encodeOfficeCursor({ rank: last.rank, code: last.office.code }) : null,
    };
  }

  /** Open offices that a person of this district will likely want, best first: its own ones or their successors, then the province's. */
  suggestForDistrict(districtCode: string): Office[] {
    const own = [...this.byCode.values()].filter((office) => office.districtCode === districtCode);
    return this.openOnes([...own, ...own.map((office) => this.officeOfProvince(office.provinceCode))]);
  }

  /**
   * Open offices that a health card points to, best first. The first four digits of its management number, with a `0` in front, are
   * the code of the office that manages the person [I]; then comes the province's own office.
   */
  suggestForManagementNumber(managementNumber: string): Office[] {
    return this.openOnes([this.find(`0${managementNumber.slice(0, 4)}`), this.officeOfProvince(managementNumber.slice(0, 2))]);
  }

  private officeOfProvince(provinceCode: string): Office | undefined {
    return this.entries.find(({ office }) => office.level === 'province' && office.provinceCode === provinceCode)?.office;
  }

  private openOnes(likely: readonly (Office | undefined)[]): Office[] {
    const open = likely.map((office) => this.openSuccessor(office)).filter((office) => office !== undefined);
    return [...new Set(open)];
  }

  /** The office itself when open, else the first open one among its successors. */
  private openSuccessor(office: Office | undefined): Office | undefined {
    const seen = new Set<Office>();
    let candidate = office;
    while (candidate && !candidate.open && !seen.has(candidate)) {
      seen.add(candidate);
      candidate = this.find(candidate.successorCode ?? '');
    }
    return candidate?.open ? candidate : undefined;
  }
}

function rankingOf(q: string): (entry: SearchEntry) => Rank | undefined {
  if (q.trim() === '') return () => RANK.code;
  const query = searchQuery(q);
  return (entry) => rankOf(entry, query);
}

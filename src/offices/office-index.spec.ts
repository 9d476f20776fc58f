import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../platform/refusal.ts';
import { encodeOfficeCursor } from './office-cursor.ts';
import { OfficeIndex, type OfficeSearch } from './office-index.ts';
import { shippedOffices } from './offices.loader.ts';

const shipped = shippedOffices();
const index = new OfficeIndex(shipped);
const codesFor = (search: Partial<OfficeSearch>) => index.search({ limit: 200, ...search }).items.map(({ code }) => code);

describe('the search for an office', () => {
  it.each([
    'ngo quyen',
    'Ngô Quyền',
    'NGÔ QUYỀN'.normalize('NFD'),
    'ngo quy',
    'quan ngo quyen',
    'bhxh ngo quyen hai phong',
    'ngo quyen, hai phong',
    'bao hiem xa hoi quan ngo quyen',
    'ngo quyen tp hai phong',
    '03102',
    '[03102] BHXH Quận Ngô Quyền',
    '  ngo\u00a0 quyen ',
  ])('finds 03102 first by %j', (q) => {
    expect(codesFor({ q })[0]).toBe('03102');
  });

  it('finds offices by the province too, its own office first', () => {
    const found = codesFor({ q: 'hai phong' });
    expect(found[0]).toBe('03100');
    expect(found).toContain('03102');
    expect(found.every((code) => code.startsWith('031'))).toBe(true);
  });

  it('takes the first digits of a code for a code', () => {
    expect(codesFor({ q: '0310' })).toEqual(codesFor({ provinceCode: '31' }).filter((code) => code.startsWith('0310')));
  });

  it('puts the very place before longer names that begin alike', () => {
    const [first, ...rest] = index.search({ limit: 200, q: 'quan 1' }).items;
    expect(first?.name).toBe('BHXH Quận 1');
    expect(rest.map(({ name }) => name)).toContain('BHXH Quận 10');
  });

  it('takes the usual abbreviations', () => {
    expect(codesFor({ q: 'tphcm' })[0]).toBe('07900');
    expect(codesFor({ q: 'tp thu duc' })[0]).toBe('07903');
    expect(codesFor({ q: 'mdrak' })).toEqual(codesFor({ q: "M'Đrắk" }));
    expect(codesFor({ q: 'mdrak' })).toHaveLength(1);
  });

  it('finds nothing by what no office is called', () => {
    expect(codesFor({ q: 'atlantis' })).toEqual([]);
    expect(codesFor({ q: 'huyen ngo quyen' })).toEqual([]);
    expect(codesFor({ q: '???' })).toEqual([]);
  });

  it('lists all 776 offices by code when nothing is searched, and those of a province or district when asked', () => {
    const all: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = index.search({ limit: 200, q: ' ', cursor });
      all.push(...page.items.map(({ code }) => code));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(all).toEqual(shipped.map(({ code }) => code).sort());
    expect(codesFor({ districtCode: '304' })).toEqual(['03102']);
    expect(codesFor({ districtCode: '304', provinceCode: '01' })).toEqual([]);
  });

  it('gives the same list in pages of any size, each office once', () => {
    const queries = fc.constantFrom('', 'ngo quyen', 'hai phong', 'thanh pho', 'a', '0', 'tp h');
    fc.assert(
      fc.property(queries, fc.integer({ min: 1, max: 200 }), (q, limit) => {
        const everything = new OfficeIndex(shipped).search({ q, limit: 1000 });
        expect(everything.nextCursor).toBeNull();
        const paged: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = index.search({ q, limit, cursor });
          paged.push(...page.items.map(({ code }) => code));
          cursor = page.nextCursor;
        }
        expect(paged).toEqual(everything.items.map(({ code }) => code));
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    '',
    'x',
    'bm9uc2Vuc2U',
    Buffer.from('9:03102').toString('base64url'),
    `${encodeOfficeCursor({ rank: 0, code: '03102' })}=`,
    '🙂',
  ])('refuses the cursor %j, which it never gave', (cursor) => {
    expect(() => index.search({ limit: 50, cursor })).toThrow(new Refusal('malformed-request'));
  });

  it('never throws, whatever is searched', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (q) => codesFor({ q }).length <= 200));
  });
});

describe('the suggestion of an office', () => {
  const codes = (offices: { code: string }[]) => offices.map(({ code }) => code);

  it('for a district is its office, then the province’s', () => {
    expect(codes(index.suggestForDistrict('304'))).toEqual(['03102', '03100']);
  });

  it('for a management number is the office in its first four digits, then the province’s', () => {
    expect(codes(index.suggestForManagementNumber('31020399900123'))).toEqual(['03102', '03100']);
    expect(codes(index.suggestForManagementNumber('3102'))).toEqual(['03102', '03100']);
  });

  it('is never a closed office, but the one that took over, once', () => {
    expect(codes(index.suggestForDistrict('763'))).toEqual(['07903', '07900']);
    expect(codes(index.suggestForDistrict('769'))).toEqual(['07903', '07900']);
    expect(codes(index.suggestForManagementNumber('7904'))).toEqual(['07903', '07900']);
    expect(codes(index.suggestForDistrict('044'))).toEqual(['00400']);
  });

  it('is the province’s office alone where the sequence is not known, and nothing where nothing is', () => {
    expect(codes(index.suggestForManagementNumber('3199'))).toEqual(['03100']);
    expect(codes(index.suggestForManagementNumber('9999'))).toEqual([]);
    expect(codes(index.suggestForDistrict('999'))).toEqual([]);
  });

  it('ends where closed offices name each other as successors', () => {
    const [template] = shipped;
    if (!template) throw new Error('the shipped list is empty');
    const closed = (code: string, successorCode: string) => ({ ...template, code, successorCode, open: false, districtCode: '998' });
    const circle = new OfficeIndex([closed('09801', '09802'), closed('09802', '09801')]);
    expect(circle.suggestForDistrict('998')).toEqual([]);
  });
});

describe('the receiving office of a declaration', () => {
  it('may be any open office', () => {
    expect(index.faultOf('03102')).toBeUndefined();
    expect(index.faultOf('07903')).toBeUndefined();
  });

  it('is unknown under every text but its code to the letter', () => {
    for (const code of ['3102', '03102;00100', "03102'", '03102 ', '03102\n', '０３１０２', '09999', '', '__proto__']) {
      expect(index.faultOf(code)).toBe('office-unknown');
    }
  });

  it('is refused as closed whether or not another took over', () => {
    expect(index.faultOf('07910')).toBe('office-closed');
    expect(index.faultOf('00404')).toBe('office-closed');
  });
});

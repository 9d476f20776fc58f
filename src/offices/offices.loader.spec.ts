import { describe, expect, it } from '@jest/globals';
import { loadOffices, shippedOffices } from './offices.loader.ts';

const offices = shippedOffices();

describe('the shipped office list', () => {
  it('has 776 offices, one for each code of the right form', () => {
    expect(offices).toHaveLength(776);
    expect(new Set(offices.map(({ code }) => code)).size).toBe(776);
    expect(offices.filter(({ code }) => !/^0\d{4}$/.test(code))).toEqual([]);
  });

  it('has one own office for each of the 63 provinces', () => {
    const provincial = offices.filter(({ level }) => level === 'province');
    expect(provincial).toHaveLength(63);
    expect(new Set(provincial.map(({ provinceCode }) => provinceCode)).size).toBe(63);
  });

  it('holds the office of the guide’s example', () => {
    expect(offices.find(({ code }) => code === '03102')).toEqual({
      code: '03102',
      name: 'BHXH Quận Ngô Quyền',
      level: 'district',
      provinceCode: '31',
      districtCode: '304',
      address: 'Lô 20B, khu tái định cư ngã năm sân bay Cát Bi, phường Đằng Giang, quận Ngô Quyền, TP Hải Phòng',
      phone: '02253826582',
      codeStatus: 'verified',
      open: true,
      successorCode: null,
      note: null,
      validFrom: null,
      validTo: null,
      reroutes: false,
      version: 1,
    });
  });

  it('has eight closed offices, two with a successor that is open', () => {
    const closed = offices.filter(({ open }) => !open);
    const successors = closed.map(({ successorCode }) => successorCode).filter((code) => code !== null);
    expect(closed).toHaveLength(8);
    expect(successors).toEqual(['07903', '07903']);
    expect(offices.find(({ code }) => code === '07903')?.open).toBe(true);
  });

  it('goes into the table in one statement that leaves present rows alone', async () => {
    const statements: { sql: string; parameters: string[] }[] = [];
    await loadOffices(async (sql, parameters) => statements.push({ sql, parameters }));
    expect(statements).toHaveLength(1);
    expect(statements[0]?.sql).toContain('ON CONFLICT (code) DO NOTHING');
    expect(JSON.parse(statements[0]?.parameters[0] ?? '')).toEqual(offices);
  });
});

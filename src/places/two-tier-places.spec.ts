import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../platform/refusal.ts';
import type { PreparedJson } from '../platform/http/prepared-json.ts';
import { PlaceChanges } from './place-changes.ts';
import { PlacesService } from './places.service.ts';
import { TwoTierPlaces } from './two-tier-places.ts';

const before = new PlacesService();
const places = new TwoTierPlaces();
const changes = new PlaceChanges(before, places);
const giaVien = { provinceCode: '31', wardCode: '11359' };
const contentOf = ({ body }: PreparedJson) => JSON.parse(body.toString('utf8')) as { code: string; name: string; fullName: string }[];

describe('the lists since 1 July 2025', () => {
  it('hold 34 provinces and 3,321 wards, and no district', () => {
    const provinces = contentOf(places.provinceList());
    const wards = provinces.flatMap(({ code }) => contentOf(places.wardListOfProvince(code)));
    expect([provinces.length, wards.length]).toEqual([34, 3_321]);
    for (const { code } of provinces) expect(contentOf(places.districtList(code))).toEqual([]);
  });

  it('have other ETags than those of 2021', () => {
    expect(places.provinceList().etag).not.toBe(before.provinceList().etag);
  });

  it('show a special zone as a ward of its province', () => {
    expect(contentOf(places.wardListOfProvince('31'))).toContainEqual(expect.objectContaining({ fullName: 'Đặc khu Bạch Long Vĩ' }));
  });

  it('know no districts, and no province that is no more', () => {
    expect(() => places.wardList()).toThrow(new Refusal('not-found'));
    for (const code of ['30', '77', '', '__proto__']) {
      expect(() => places.districtList(code)).toThrow(new Refusal('not-found'));
      expect(() => places.wardListOfProvince(code)).toThrow(new Refusal('not-found'));
    }
  });
});

describe('the places of a two-tier address', () => {
  it('are in order when the ward lies in the province', () => {
    expect(places.placeFaults(giaVien)).toEqual([]);
    expect([places.nameOf('wardCode', '11359'), places.nameOf('provinceCode', '31')]).toEqual(['Phường Gia Viên', 'Thành phố Hải Phòng']);
  });

  it('have no district, whatever it is', () => {
    for (const districtCode of ['304', '999']) {
      expect(places.placeFaults({ ...giaVien, districtCode })).toEqual([{ field: 'districtCode', code: 'district-abolished' }]);
    }
  });

  it('are both required, known, and one within the other', () => {
    expect(places.placeFaults({})).toEqual(['provinceCode', 'wardCode'].map((field) => ({ field, code: 'required' })));
    expect(places.placeFaults({ ...giaVien, wardCode: '00004' })).toEqual([{ field: 'wardCode', code: 'place-mismatch' }]);
    expect(places.placeFaults({ provinceCode: '30', wardCode: '11361' })).toEqual([
      { field: 'provinceCode', code: 'place-unknown' },
      { field: 'wardCode', code: 'place-unknown' },
    ]);
  });
});

describe('what has become of a place', () => {
  it('every province of 2021 has gone into one of today, and keeps its code among addresses of then', () => {
    const now = before.allProvinces().map(({ code }) => changes.provinceAmong('two-tier', code));
    expect([now.length, new Set(now).size]).toEqual([63, 34]);
    expect(new Set(now)).toEqual(new Set(places.allProvinces().map(({ code }) => code)));
    expect(changes.provinceAmong('two-tier', '30')).toBe('31');
    expect(changes.provinceAmong('three-tier', '30')).toBe('30');
  });

  it('a ward lies in one or several of today, always of the province that its own went into', () => {
    const wards = before
      .allProvinces()
      .flatMap((province) =>
        before
          .districtsOf(province.code)
          .flatMap((district) =>
            before.wardsOf(district.code).map(({ code }) => ({ province: province.code, successors: places.successorsOf(code) })),
          ),
      );
    const known = wards.filter(({ successors }) => successors.length > 0);
    expect(known.length).toBe(10_383);
    const strays = known.filter(({ province, successors }) =>
      successors.some(({ parentCode }) => parentCode !== changes.provinceAmong('two-tier', province)),
    );
    expect(strays).toEqual([]);
    expect(places.successorsOf('11359').map(({ fullName }) => fullName)).toEqual(['Phường Gia Viên']);
  });

  it('a house of any district stands in a ward of today, on an island in the special zone of its name', () => {
    const houses = before.allProvinces().flatMap(({ code: provinceCode }) =>
      before.districtsOf(provinceCode).map(({ code: districtCode, name }) => {
        const wardCode = before.wardsOf(districtCode)[0]?.code;
        const home = { districtCode, ...(wardCode !== undefined && { wardCode }) };
        return { provinceCode, name, wardCode, ward: changes.wardOfHome(home) };
      }),
    );
    expect(houses.filter(({ provinceCode, ward }) => ward.parentCode !== changes.provinceAmong('two-tier', provinceCode))).toEqual([]);
    const islands = houses.filter(({ wardCode }) => wardCode === undefined);
    expect(islands.map(({ ward }) => ward.fullName)).toEqual(islands.map(({ name }) => `Đặc khu ${name}`));
    expect(islands).toHaveLength(5);
    expect(changes.wardOfHome({ districtCode: '304', wardCode: '11359' }).fullName).toBe('Phường Gia Viên');
  });
});

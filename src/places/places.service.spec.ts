import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../platform/refusal.ts';
import type { PreparedJson } from '../platform/http/prepared-json.ts';
import { PlacesService } from './places.service.ts';

const places = new PlacesService();
const ISLAND_DISTRICTS = ['318', '471', '498', '536', '755'];
const lachTray = { provinceCode: '31', districtCode: '304', wardCode: '11359' };
const contentOf = ({ body }: PreparedJson) => JSON.parse(body.toString('utf8')) as { code: string }[];

describe('the lists of places', () => {
  it('hold 63 provinces, 705 districts and 10,599 wards', () => {
    const provinces = contentOf(places.provinceList());
    const districts = provinces.flatMap(({ code }) => contentOf(places.districtList(code)));
    const wards = districts.flatMap(({ code }) => contentOf(places.wardList(code)));
    expect([provinces.length, districts.length, wards.length]).toEqual([63, 705, 10_599]);
  });

  it('show code, name and full name of each place, and nothing else', () => {
    expect(contentOf(places.districtList('31')).find(({ code }) => code === '304')).toEqual({
      code: '304',
      name: 'Ngô Quyền',
      fullName: 'Quận Ngô Quyền',
    });
  });

  it('are empty for the five island districts, and only for these', () => {
    const districts = places.allProvinces().flatMap(({ code }) => places.districtsOf(code));
    expect(districts.filter(({ code }) => places.wardsOf(code).length === 0).map(({ code }) => code)).toEqual(ISLAND_DISTRICTS);
    for (const code of ISLAND_DISTRICTS) expect(contentOf(places.wardList(code))).toEqual([]);
  });

  it('are the same bytes under the same strong ETag in every process', () => {
    const elsewhere = new PlacesService();
    expect(elsewhere.wardList('304')).toEqual(places.wardList('304'));
    expect(places.wardList('304').etag).toMatch(/^"[\w-]{43}"$/);
    expect(places.wardList('303').etag).not.toBe(places.wardList('304').etag);
  });

  it.each(['99', '', '0031', '__proto__', 'constructor', '31\u0000'])('do not exist for the province %j', (code) => {
    expect(() => places.districtList(code)).toThrow(new Refusal('not-found'));
    expect(() => places.wardList(code)).toThrow(new Refusal('not-found'));
  });
});

describe('the places of an address', () => {
  it('are in order when each lies in the one above', () => {
    expect(places.placeFaults(lachTray)).toEqual([]);
  });

  it('need no ward where the district has none, and need one everywhere else', () => {
    expect(places.placeFaults({ provinceCode: '31', districtCode: '318' })).toEqual([]);
    expect(places.placeFaults({ ...lachTray, wardCode: undefined })).toEqual([{ field: 'wardCode', code: 'required' }]);
  });

  it('are all required at once when nothing is given', () => {
    const required = ['provinceCode', 'districtCode', 'wardCode'].map((field) => ({ field, code: 'required' }));
    expect(places.placeFaults({})).toEqual(required);
    expect(places.placeFaults({ provinceCode: '', districtCode: '', wardCode: '' })).toEqual(required);
  });

  it('are unknown when no list has them', () => {
    expect(places.placeFaults({ provinceCode: '32', districtCode: '3O4', wardCode: '1135' })).toEqual(
      ['provinceCode', 'districtCode', 'wardCode'].map((field) => ({ field, code: 'place-unknown' })),
    );
  });

  it('do not match when one lies elsewhere, and only that one is at fault', () => {
    expect(places.placeFaults({ ...lachTray, wardCode: '00001' })).toEqual([{ field: 'wardCode', code: 'place-mismatch' }]);
    expect(places.placeFaults({ ...lachTray, provinceCode: '01' })).toEqual([{ field: 'districtCode', code: 'place-mismatch' }]);
    expect(places.placeFaults({ provinceCode: '31', districtCode: '318', wardCode: '11359' })).toEqual([
      { field: 'wardCode', code: 'place-mismatch' },
    ]);
  });

  it('make one line with the street in front', () => {
    expect(places.addressLine({ street: 'Số 484 Lạch Tray', ...lachTray })).toBe(
      'Số 484 Lạch Tray, Phường Đằng Giang, Quận Ngô Quyền, Thành phố Hải Phòng',
    );
    expect(places.addressLine({ provinceCode: '31', districtCode: '318' })).toBe('Huyện Bạch Long Vĩ, Thành phố Hải Phòng');
  });
});

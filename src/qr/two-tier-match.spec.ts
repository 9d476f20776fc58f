import { describe, expect, it } from '@jest/globals';
import { PlaceChanges } from '../places/place-changes.ts';
import { PlacesService } from '../places/places.service.ts';
import { TwoTierPlaces } from '../places/two-tier-places.ts';
import { AddressMatcher } from './address-match.ts';
import { TwoTierMatcher } from './two-tier-match.ts';

const before = new PlacesService();
const places = new TwoTierPlaces();
const matcher = new TwoTierMatcher(places, new PlaceChanges(before, places), new AddressMatcher(before));

describe('an address on a card of before 1 July 2025', () => {
  it('is led on to the ward that took its ward in', () => {
    expect(matcher.match('Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng', '2021-06-21')).toEqual({
      provinceCode: '31',
      wardCode: '11359',
      street: 'Số 484 Lạch Tray',
    });
  });

  it('is found in the province that its own went into', () => {
    expect(matcher.match('Thôn 1, Bình Dân, Kim Thành, Hải Dương')).toMatchObject({ provinceCode: '31' });
  });

  it('is for the citizen to choose where only its district is known', () => {
    const { provinceCode, wardCode, candidates } = matcher.match('Ngô Quyền, Hải Phòng');
    expect([provinceCode, wardCode]).toEqual(['31', undefined]);
    expect(candidates).toContainEqual({ provinceCode: '31', wardCode: '11359', label: 'Phường Gia Viên, Thành phố Hải Phòng' });
    expect(candidates!.every((candidate) => !('districtCode' in candidate))).toBe(true);
  });

  it('of an island without wards is the special zone', () => {
    const { wardCode } = matcher.match('Khu 1, Bạch Long Vĩ, Hải Phòng');
    expect(places.nameOf('wardCode', wardCode!)).toBe('Đặc khu Bạch Long Vĩ');
  });
});

describe('an address on a card of today', () => {
  it.each([
    ['Số 5, Gia Viên, Hải Phòng', '31 11359'],
    ['Số 5, Phường Gia Viên, Thành phố Hải Phòng', '31 11359'],
    ['Số 1, Ba Đình, Hà Nội, Việt Nam', '01 00004'],
  ])('%s has the codes %s', (address, codes) => {
    const { provinceCode, wardCode, candidates } = matcher.match(address, '2025-07-01');
    expect([provinceCode, wardCode].join(' ')).toBe(codes);
    expect(candidates).toBeUndefined();
  });

  it('means the ward of today also where a district had its name', () => {
    const { wardCode, street } = matcher.match('Số 2 Lương Khánh Thiện, Ngô Quyền, Hải Phòng', '2025-09-02');
    expect(places.nameOf('wardCode', wardCode!)).toBe('Phường Ngô Quyền');
    expect(street).toBe('Số 2 Lương Khánh Thiện');
  });

  it('every ward is found by its own full name, and nothing else', () => {
    const lost = places.allProvinces().flatMap((province) =>
      places.wardsOf(province.code).filter((ward) => {
        const { wardCode } = matcher.match(`Số 1, ${ward.fullName}, ${province.fullName}`, '2025-07-01');
        return wardCode !== ward.code;
      }),
    );
    expect(lost).toEqual([]);
  });
});

describe('an address that is none', () => {
  it.each(['', 'Số 1', 'Berlin, Germany'])('%j has no codes', (address) => {
    const { provinceCode, wardCode, candidates } = matcher.match(address);
    expect([provinceCode, wardCode, candidates]).toEqual([undefined, undefined, undefined]);
  });
});

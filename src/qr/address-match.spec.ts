import { describe, expect, it } from '@jest/globals';
import { PlacesService } from '../places/places.service.ts';
import { foldForSearch } from '../platform/text/vietnamese.ts';
import { AddressMatcher } from './address-match.ts';

const places = new PlacesService();
const matcher = new AddressMatcher(places);

/** Every ward of the country with the places that it lies in. */
const WARDS = places
  .allProvinces()
  .flatMap((province) =>
    places.districtsOf(province.code).flatMap((district) => places.wardsOf(district.code).map((ward) => ({ province, district, ward }))),
  );
const STREET = 'Số 5 Lê Lợi';

type Name = (place: { name: string; fullName: string }) => string;

/** How the addresses of all wards come out, written in one way; an address that is taken for another one stands under `wrong`. */
function outcome(name: Name, write: (address: string) => string = (address) => address) {
  const counted = { exact: 0, amongCandidates: 0, wrong: [] as string[] };
  for (const { province, district, ward } of WARDS) {
    const address = write([STREET, name(ward), name(district), name(province)].join(', '));
    const found = matcher.match(address);
    const isIt = (place: { wardCode?: string; districtCode?: string; provinceCode?: string }) =>
      place.wardCode === ward.code && place.districtCode === district.code && place.provinceCode === province.code;
    const nothingElse = found.wardCode === undefined && (found.districtCode ?? district.code) === district.code;
    if (isIt(found) && found.street === write(STREET)) counted.exact++;
    else if (nothingElse && found.candidates?.some(isIt)) counted.amongCandidates++;
    else counted.wrong.push(address);
  }
  return counted;
}

describe('the address of every ward of the country', () => {
  it('is found without unit words, but for twenty towns that share a name with a commune beside them', () => {
    expect(outcome(({ name }) => name)).toEqual({ exact: 10_599 - 40, amongCandidates: 40, wrong: [] });
  });

  it('is found for certain with unit words', () => {
    expect(outcome(({ fullName }) => fullName)).toEqual({ exact: 10_599, amongCandidates: 0, wrong: [] });
  });

  it.each<[string, (address: string) => string]>([
    ['capitals', (address) => address.toUpperCase()],
    ['decomposed letters', (address) => address.normalize('NFD')],
  ])('is found as well in %s', (_how, write) => {
    const wrong = outcome(({ fullName }) => fullName, write).wrong.filter((address) => matcher.match(address).wardCode === undefined);
    expect(wrong).toEqual([]);
  });

  it('is never taken for another without diacritics', () => {
    expect(outcome(({ fullName }) => fullName, foldForSearch).wrong).toEqual([]);
    expect(outcome(({ name }) => name, foldForSearch).wrong).toEqual([]);
  });
});

describe('an address as cards write it', () => {
  it.each([
    ['Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng', '31 304 11359', 'Số 484 Lạch Tray'],
    ['Thôn 3, Phục Lễ, Thuỷ Nguyên, Hải Phòng', '31 311 11542', 'Thôn 3'],
    ['Thôn 3, Phục Lễ, Thủy Nguyên, Hải Phòng', '31 311 11542', 'Thôn 3'],
    ['Tổ 2, Số 5/3A, Phường 1, Quận 10, TP Hồ Chí Minh', '79 771 27184', 'Tổ 2, Số 5/3A'],
    ['12 Lê Lợi, 1, 10, Hồ Chí Minh', '79 771 27184', '12 Lê Lợi'],
    ['12 Le Loi, P1, Q10, TP.HCM, Việt Nam', '79 771 27184', '12 Le Loi'],
    ['Phường Đúc, Huế, Thừa Thiên Huế', '46 474 19780', ''],
    ['Ea Hleo, Ea Hleo, Đắc Lắc', '66 645 24184', ''],
    ['Thôn 1, Xã Yên Viên, Gia Lâm, Hà Nội', '01 018 00532', 'Thôn 1'],
    ['Tổ 5, Quận Ngô Quyền, Thành phố Hải Phòng', '31 304', 'Tổ 5'],
    ['Bạch Long Vĩ, Hải Phòng', '31 318', ''],
    ['Hải Phòng', '31', ''],
    ['nơi không ai biết', '', 'nơi không ai biết'],
    ['', '', ''],
    [' , ,, ', '', ''],
  ])('is found: %s', (address, codes, street) => {
    const { provinceCode, districtCode, wardCode, ...rest } = matcher.match(address);
    expect([provinceCode, districtCode, wardCode].filter(Boolean).join(' ')).toBe(codes);
    expect(rest).toEqual({ street });
  });
});

describe('an address that may mean several places', () => {
  const labels = (address: string) => matcher.match(address).candidates?.map(({ label }) => label);

  it('has them all as candidates, and the codes that they share', () => {
    expect(matcher.match('Thôn 1, Yên Viên, Gia Lâm, Hà Nội')).toEqual({
      provinceCode: '01',
      districtCode: '018',
      street: 'Thôn 1',
      candidates: [
        { provinceCode: '01', districtCode: '018', wardCode: '00526', label: 'Thị trấn Yên Viên, Huyện Gia Lâm, Thành phố Hà Nội' },
        { provinceCode: '01', districtCode: '018', wardCode: '00532', label: 'Xã Yên Viên, Huyện Gia Lâm, Thành phố Hà Nội' },
      ],
    });
  });

  it('in a district that is no more, has the wards of that name wherever they now lie', () => {
    expect(matcher.match('Số 1, Thảo Điền, Quận 2, TP Hồ Chí Minh')).toMatchObject({ provinceCode: '79', street: 'Số 1' });
    expect(labels('Số 1, Thảo Điền, Quận 2, TP Hồ Chí Minh')).toEqual(['Phường Thảo Điền, Thành phố Thủ Đức, Thành phố Hồ Chí Minh']);
  });

  it('without its district is never certain', () => {
    const { districtCode, wardCode, candidates } = matcher.match('Số 1, Đằng Giang, Hải Phòng');
    expect([districtCode, wardCode]).toEqual([undefined, undefined]);
    expect(candidates?.map((candidate) => candidate.wardCode)).toEqual(['11359']);
  });

  it('with other diacritics or another unit word than any place has, has the places that come near', () => {
    expect(labels('Số 1, Đặng Giang, Ngô Quyền, Hải Phòng')).toEqual(['Phường Đằng Giang, Quận Ngô Quyền, Thành phố Hải Phòng']);
    expect(labels('Số 1, Xã Đằng Giang, Ngô Quyền, Hải Phòng')).toEqual(['Phường Đằng Giang, Quận Ngô Quyền, Thành phố Hải Phòng']);
  });
});

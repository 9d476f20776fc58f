import { describe, expect, it } from '@jest/globals';
import { PlacesService } from '../places/places.service.ts';
import { AddressMatcher, type MatchedAddress } from './address-match.ts';

const places = new PlacesService();
const matcher = new AddressMatcher(places);

/** Every ward of the country with the places that it lies in. */
const WARDS = places
  .allProvinces()
  .flatMap((province) =>
    places.districtsOf(province.code).flatMap((district) => places.wardsOf(district.code).map((ward) => ({ province, district, ward }))),
  );
type Lying = (typeof WARDS)[number];

it('x', () => {
  expect(WARDS.length).toBe(10599);
  const t = performance.now();
  let cand = 0;
  const bad: string[] = [];
  for (const w of WARDS) {
    const a = matcher.match(`Số 5 Lê Lợi, ${w.ward.name}, ${w.district.name}, ${w.province.name}`);
    if (a.wardCode === w.ward.code && a.street === 'Số 5 Lê Lợi') continue;
    if (a.wardCode === undefined && a.candidates?.some((c) => c.wardCode === w.ward.code)) {
      cand++;
      continue;
    }
    bad.push(w.ward.fullName + w.district.fullName + w.province.fullName + JSON.stringify(a));
  }
  console.log(performance.now() - t, cand, bad.length, bad.slice(0, 10));
});

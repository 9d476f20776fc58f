import { Injectable } from '@nestjs/common';
import { PlaceChanges } from '../places/place-changes.ts';
import type { PlaceWithin } from '../places/places.loader.ts';
import { TwoTierPlaces } from '../places/two-tier-places.ts';
import { AddressMatcher, OTHER_PROVINCE_NAMES, partsOf, type AddressCandidate, type MatchedAddress } from './address-match.ts';
import { PlaceNames } from './place-names.ts';
import { isBare, writtenPlace } from './place-writing.ts';

/** Cards since this day write the two-tier addresses of the 34 provinces [S]. */
export const TWO_TIERS_SINCE = '2025-07-01';

/** One way to take an address: the wards of 2025 that it may mean. */
interface Reading {
  readonly wards: readonly PlaceWithin[];
  /** Whether the one ward, where there is one, is certain. */
  readonly sure: boolean;
  readonly provinceCode: string | undefined;
  readonly street: string;
}

/**
 * Finds the codes of 2025 for an address in one line, as a card of after or of before 1 July 2025 writes it. An address of before is read
 * with its district and led on to the ward that took its ward in, where that is one [S]; where there are several, the citizen chooses.
 */
@Injectable()
export class TwoTierMatcher {
  private readonly wards = new Map<string, PlaceNames<PlaceWithin>>();
  private provinces: PlaceNames | undefined;

  constructor(
    private readonly places: TwoTierPlaces,
    private readonly changes: PlaceChanges,
    private readonly before: AddressMatcher,
  ) {}

  /** @param issuedOn when the card was issued, `YYYY-MM-DD` or less; empty where that is not known */
  match(address: string, issuedOn = ''): MatchedAddress {
    const [ofToday, ofBefore] = [this.asToday(address), this.asBefore(address)];
    if (ofToday.wards.length === 0) return this.told(ofBefore);
    if (issuedOn >= TWO_TIERS_SINCE || ofBefore.wards.length === 0) return this.told(ofToday);
    if (ofBefore.sure) return this.told(ofBefore);
    // Phường Ngô Quyền of today lies where a part of Quận Ngô Quyền lay: which is meant, a card without a date does not say.
    const wards = [...new Set([...ofBefore.wards, ...ofToday.wards])];
    return this.told({ ...ofToday, wards, sure: false });
  }

  private asToday(address: string): Reading {
    const parts = partsOf(address);
    const marks = !isBare(address);
    const [wardPart, provincePart] = [parts.at(-2), parts.at(-1)];
    this.provinces ??= new PlaceNames(this.places.allProvinces(), OTHER_PROVINCE_NAMES);
    const province = provincePart && this.provinces.find(writtenPlace(provincePart, 'province'), true)[0]?.place;
    if (!province) return { wards: [], sure: false, provinceCode: undefined, street: parts.join(', ') };
    const found = wardPart ? this.namesIn(province.code).find(writtenPlace(wardPart, 'commune'), marks) : [];
    const likely = found.some(({ sure }) => sure) ? found.filter(({ sure }) => sure) : found;
    return {
      wards: likely.map(({ place }) => place),
      sure: likely.length === 1 && likely[0]!.sure,
      provinceCode: province.code,
      street: parts.slice(0, likely.length > 0 ? -2 : -1).join(', '),
    };
  }

  /** By the units of 2021: the ward that was certain is led on as it is, whatever is not, with all that it may have become. */
  private asBefore(address: string): Reading {
    const { provinceCode, districtCode, wardCode, street, candidates = [] } = this.before.match(address);
    const certain = wardCode === undefined ? [] : this.places.successorsOf(wardCode);
    const mayBe = [{ districtCode, wardCode }, ...candidates].flatMap((place) => this.successors(place));
    return {
      wards: certain.length > 0 ? certain : [...new Set(mayBe)],
      sure: certain.length > 0,
      provinceCode: provinceCode && this.changes.provinceAmong('two-tier', provinceCode),
      street,
    };
  }

  private successors({
    districtCode,
    wardCode,
  }: {
    districtCode?: string | undefined;
    wardCode?: string | undefined;
  }): readonly PlaceWithin[] {
    const ofWard = wardCode === undefined ? [] : this.places.successorsOf(wardCode);
    return ofWard.length > 0 || districtCode === undefined ? ofWard : this.changes.wardsWhere(districtCode);
  }

  private namesIn(provinceCode: string): PlaceNames<PlaceWithin> {
    const names = this.wards.get(provinceCode) ?? new PlaceNames(this.places.wardsOf(provinceCode));
    this.wards.set(provinceCode, names);
    return names;
  }

  private told({ wards, sure, provinceCode, street }: Reading): MatchedAddress {
    const [first] = wards;
    if (first && wards.length === 1 && sure) return { provinceCode: first.parentCode, wardCode: first.code, street };
    return {
      ...(provinceCode !== undefined && { provinceCode }),
      street,
      ...(wards.length > 0 && { candidates: wards.map((ward) => this.candidate(ward)).sort(byWard) }),
    };
  }

  private candidate({ code, fullName, parentCode }: PlaceWithin): AddressCandidate {
    return { provinceCode: parentCode, wardCode: code, label: `${fullName}, ${this.places.nameOf('provinceCode', parentCode)}` };
  }
}

function byWard({ wardCode: one = '' }: AddressCandidate, { wardCode: other = '' }: AddressCandidate): number {
  return one < other ? -1 : 1;
}

import { Injectable } from '@nestjs/common';
import type { Place, PlaceWithin } from '../places/places.loader.ts';
import { PlacesService } from '../places/places.service.ts';
import { PlaceNames, type PlaceMatch } from './place-names.ts';
import { isBare, writtenPlace, type WrittenPlace } from './place-writing.ts';

/** A place that an address may mean. */
export interface AddressCandidate {
  readonly provinceCode: string;
  /** Absent among places of two tiers. */
  readonly districtCode?: string;
  /** Absent where only the district is recognised, and in districts without wards. */
  readonly wardCode?: string;
  /** In words, smallest place first. */
  readonly label: string;
}

export interface MatchedAddress {
  /** The codes that are certain; each level only with the one above. */
  readonly provinceCode?: string;
  readonly districtCode?: string;
  readonly wardCode?: string;
  /** What stands left of the recognised places: street and house number, hamlet, group; empty when nothing does. */
  readonly street: string;
  /** What may be meant where that is not certain, by code; for the citizen to choose from. */
  readonly candidates?: readonly AddressCandidate[];
}

/** Names by which cards and people call a province beside its own, by code [D]. */
export const OTHER_PROVINCE_NAMES = {
  '46': ['Huế', 'TT Huế', 'Thừa Thiên'],
  '77': ['BR-VT', 'BRVT'],
  '79': ['HCM', 'TPHCM', 'Sài Gòn'],
};
const COUNTRY = /^(việt nam|viet nam|vn)$/i;

/** One way to take an address. */
interface Interpretation {
  readonly district: PlaceMatch<PlaceWithin>;
  readonly ward?: PlaceMatch<PlaceWithin>;
  /** How many parts, from the right, it takes up. */
  readonly parts: number;
}

/**
 * Finds the codes of an address in one line. Citizen cards write `street, ward, district, province` without unit words [S]: names are
 * matched from the right, each within the place right of it. What the names leave open is never guessed: it becomes candidates.
 */
@Injectable()
export class AddressMatcher {
  private readonly provinces: PlaceNames;
  private readonly districts: ReadonlyMap<string, PlaceNames<PlaceWithin>>;
  private readonly wards: ReadonlyMap<string, PlaceNames<PlaceWithin>>;

  constructor(private readonly places: PlacesService) {
    const provinces = places.allProvinces();
    const districts = provinces.flatMap(({ code }) => places.districtsOf(code));
    this.provinces = new PlaceNames(provinces, OTHER_PROVINCE_NAMES);
    this.districts = new Map(provinces.map(({ code }) => [code, new PlaceNames(places.districtsOf(code))]));
    this.wards = new Map(districts.map(({ code }) => [code, new PlaceNames(places.wardsOf(code))]));
  }

  match(address: string): MatchedAddress {
    const parts = partsOf(address);
    const province = this.findProvince(parts.at(-1));
    if (!province) return { street: parts.join(', ') };

    const ways = this.interpretations(province, parts, !isBare(address));
    const likely = ways.some(isSure) ? ways.filter(isSure) : ways;
    const [first] = likely;
    if (!first) return { provinceCode: province.code, street: parts.slice(0, -1).join(', ') };

    const street = parts.slice(0, -Math.min(...likely.map((way) => way.parts))).join(', ');
    if (likely.length === 1 && isSure(first)) return { provinceCode: province.code, ...codesOf(first), street };
    const ofOneDistrict = likely.every(({ district }) => district.place === first.district.place);
    const districtIsSure = ofOneDistrict && likely.some(({ district }) => district.sure);
    return {
      provinceCode: province.code,
      ...(districtIsSure && { districtCode: first.district.place.code }),
      street,
      candidates: likely.map((way) => this.candidate(province, way)).sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
    };
  }

  /** All provinces differ even without diacritics, so that one look at the name is enough. */
  private findProvince(part: string | undefined): Place | undefined {
    return part === undefined ? undefined : this.provinces.find(writtenPlace(part, 'province'), true)[0]?.place;
  }

  /** Ways that end in a ward, or in a district that has none, leave no room for others. */
  private interpretations(province: Place, parts: readonly string[], writerUsesMarks: boolean): Interpretation[] {
    const [wardPart, districtPart] = [parts.at(-3), parts.at(-2)];
    if (districtPart === undefined) return [];
    const districts = this.districts.get(province.code)?.find(writtenPlace(districtPart, 'district'), writerUsesMarks) ?? [];
    const ward = wardPart === undefined ? undefined : writtenPlace(wardPart, 'ward');
    const complete = districts.flatMap((district): Interpretation[] => {
      if (this.places.wardsOf(district.place.code).length === 0) return [{ district, parts: 2 }];
      return this.wardsNamed(ward, district.place, writerUsesMarks).map((match) => ({ district, ward: match, parts: 3 }));
    });
    if (complete.length > 0) return complete;
    return [
      ...districts.map((district) => ({ district, parts: 2 })),
      ...this.withoutDistrict(province, writtenPlace(districtPart, 'ward'), 2, writerUsesMarks),
      ...(districts.length === 0 ? this.withoutDistrict(province, ward, 3, writerUsesMarks) : []),
    ];
  }

  /** The district may be left out, or be one that is no more: then the ward alone tells where it may be, and never for sure. */
  private withoutDistrict(province: Place, ward: WrittenPlace | undefined, parts: number, writerUsesMarks: boolean): Interpretation[] {
    return this.places.districtsOf(province.code).flatMap((place) => {
      const district = { place, sure: false };
      return this.wardsNamed(ward, place, writerUsesMarks).map((match) => ({ district, ward: match, parts }));
    });
  }

  private wardsNamed(written: WrittenPlace | undefined, district: Place, writerUsesMarks: boolean): PlaceMatch<PlaceWithin>[] {
    return written ? (this.wards.get(district.code)?.find(written, writerUsesMarks) ?? []) : [];
  }

  private candidate(province: Place, way: Interpretation): AddressCandidate {
    const codes = { provinceCode: province.code, ...codesOf(way) };
    return { ...codes, label: this.places.addressLine(codes) };
  }
}

/** From the street to the province; the country, where it is named, is none. */
export function partsOf(address: string): string[] {
  const parts = address
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  return COUNTRY.test(parts.at(-1) ?? '') ? parts.slice(0, -1) : parts;
}

function isSure({ district, ward }: Interpretation): boolean {
  return district.sure && (ward?.sure ?? true);
}

function codesOf({ district, ward }: Interpretation): { districtCode: string; wardCode?: string } {
  return { districtCode: district.place.code, ...(ward && { wardCode: ward.place.code }) };
}

function orderOf({ districtCode = '', wardCode = '' }: AddressCandidate): string {
  return districtCode + wardCode;
}

import { Injectable } from '@nestjs/common';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import { prepareJson, type PreparedJson } from '../platform/http/prepared-json.ts';
import { Refusal } from '../platform/refusal.ts';
import { loadPlaces, type Place, type PlaceWithin } from './places.loader.ts';

/** The address codes of a declaration, as they came. */
export interface PlaceCodes {
  readonly provinceCode?: string;
  readonly districtCode?: string;
  readonly wardCode?: string;
}

export interface PlaceFault {
  readonly field: keyof PlaceCodes;
  readonly code: Extract<FaultCode, 'required' | 'place-unknown' | 'place-mismatch'>;
}

/** The administrative units of 2021, held in memory; the lists that the API answers with are serialised once, at start. */
@Injectable()
export class PlacesService {
  private readonly provinces: ReadonlyMap<string, Place>;
  private readonly districts: ReadonlyMap<string, PlaceWithin>;
  private readonly wards: ReadonlyMap<string, PlaceWithin>;
  private readonly districtsByProvince: ReadonlyMap<string, readonly PlaceWithin[]>;
  private readonly wardsByDistrict: ReadonlyMap<string, readonly PlaceWithin[]>;
  private readonly provinceAnswer: PreparedJson;
  private readonly districtAnswers: ReadonlyMap<string, PreparedJson>;
  private readonly wardAnswers: ReadonlyMap<string, PreparedJson>;

  constructor() {
    const { provinces, districts, wards } = loadPlaces();
    this.provinces = byCode(provinces);
    this.districts = byCode(districts);
    this.wards = byCode(wards);
    this.districtsByProvince = byParent(provinces, districts);
    this.wardsByDistrict = byParent(districts, wards);
    this.provinceAnswer = answer(provinces);
    this.districtAnswers = answers(this.districtsByProvince);
    this.wardAnswers = answers(this.wardsByDistrict);
  }

  /** All provinces as `[{code, name, fullName}]`. */
  provinceList(): PreparedJson {
    return this.provinceAnswer;
  }

  /** The districts of one province. @throws Refusal `not-found` */
  districtList(provinceCode: string): PreparedJson {
    return known(this.districtAnswers.get(provinceCode));
  }

  /** The wards of one district; none for the five island districts. @throws Refusal `not-found` */
  wardList(districtCode: string): PreparedJson {
    return known(this.wardAnswers.get(districtCode));
  }

  findProvince(code: string): Place | undefined {
    return this.provinces.get(code);
  }

  findDistrict(code: string): PlaceWithin | undefined {
    return this.districts.get(code);
  }

  findWard(code: string): PlaceWithin | undefined {
    return this.wards.get(code);
  }

  /** Every province. */
  allProvinces(): readonly Place[] {
    return [...this.provinces.values()];
  }

  /** The districts of a province, none for an unknown one. */
  districtsOf(provinceCode: string): readonly PlaceWithin[] {
    return this.districtsByProvince.get(provinceCode) ?? [];
  }

  /** The wards of a district, none for an unknown one. */
  wardsOf(districtCode: string): readonly PlaceWithin[] {
    return this.wardsByDistrict.get(districtCode) ?? [];
  }

  /** The address in one line, smallest place first, with unit words; parts that are absent or unknown are left out. */
  addressLine({ street, ...codes }: PlaceCodes & { readonly street?: string }): string {
    const places = [
      this.wards.get(codes.wardCode ?? ''),
      this.districts.get(codes.districtCode ?? ''),
      this.provinces.get(codes.provinceCode ?? ''),
    ];
    return [street, ...places.map((place) => place?.fullName)].filter(Boolean).join(', ');
  }

  /**
   * What is wrong with the codes of an address: every level must be given, known, and lie within the one above. Only where a
   * district has no ward must the ward be absent [S]. An empty text counts as absent.
   */
  placeFaults({ provinceCode, districtCode, wardCode }: PlaceCodes): PlaceFault[] {
    const district = this.districts.get(districtCode ?? '');
    const hasNoWard = district !== undefined && this.wardsOf(district.code).length === 0;
    const faults = [
      provinceCode ? this.faultOf('provinceCode', this.provinces.get(provinceCode)) : missing('provinceCode'),
      districtCode ? this.faultOf('districtCode', district, this.provinces.get(provinceCode ?? '')) : missing('districtCode'),
      wardCode ? this.faultOf('wardCode', this.wards.get(wardCode), district) : hasNoWard ? undefined : missing('wardCode'),
    ];
    return faults.filter((fault) => fault !== undefined);
  }

  /** A parent that is itself at fault is not held against its child: one mistake, one message. */
  private faultOf(field: keyof PlaceCodes, place: Place | PlaceWithin | undefined, parent?: Place): PlaceFault | undefined {
    if (!place) return { field, code: 'place-unknown' };
    if (parent && 'parentCode' in place && place.parentCode !== parent.code) return { field, code: 'place-mismatch' };
    return undefined;
  }
}

function missing(field: keyof PlaceCodes): PlaceFault {
  return { field, code: 'required' };
}

function known(prepared: PreparedJson | undefined): PreparedJson {
  if (!prepared) throw new Refusal('not-found');
  return prepared;
}

function byCode<P extends Place>(places: readonly P[]): ReadonlyMap<string, P> {
  return new Map(places.map((place) => [place.code, place]));
}

function byParent(parents: readonly Place[], children: readonly PlaceWithin[]): ReadonlyMap<string, readonly PlaceWithin[]> {
  const families = new Map<string, PlaceWithin[]>(parents.map(({ code }) => [code, []]));
  for (const child of children) {
    const family = families.get(child.parentCode);
    if (!family) throw new Error(`Place ${child.code} lies in ${child.parentCode}, which is not in the list`);
    family.push(child);
  }
  return families;
}

function answers(families: ReadonlyMap<string, readonly Place[]>): ReadonlyMap<string, PreparedJson> {
  return new Map([...families].map(([code, places]) => [code, answer(places)]));
}

function answer(places: readonly Place[]): PreparedJson {
  return prepareJson(places.map(({ code, name, fullName }) => ({ code, name, fullName })));
}

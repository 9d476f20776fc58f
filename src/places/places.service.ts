import { Injectable } from '@nestjs/common';
import type { PreparedJson } from '../platform/http/prepared-json.ts';
import { Refusal } from '../platform/refusal.ts';
import { answer, answers, byCode, byParent, faultOf, known, missing } from './place-lists.ts';
import type { AddressPlaces, PlaceCodes, PlaceFault } from './place-sets.ts';
import { loadPlaces, type Place, type PlaceWithin } from './places.loader.ts';

/** The administrative units of 2021, held in memory; the lists that the API answers with are serialised once, at start. */
@Injectable()
export class PlacesService implements AddressPlaces {
  readonly alwaysNeeded = ['provinceCode', 'districtCode'] as const;

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

  /** Wards are listed by district. @throws Refusal `not-found` */
  wardListOfProvince(): PreparedJson {
    throw new Refusal('not-found');
  }

  codeFault(field: keyof PlaceCodes, code: string): PlaceFault | undefined {
    return faultOf(field, this.find(field, code));
  }

  nameOf(field: keyof PlaceCodes, code: string): string | undefined {
    return this.find(field, code)?.fullName;
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
      provinceCode ? faultOf('provinceCode', this.provinces.get(provinceCode)) : missing('provinceCode'),
      districtCode ? faultOf('districtCode', district, this.provinces.get(provinceCode ?? '')) : missing('districtCode'),
      wardCode ? faultOf('wardCode', this.wards.get(wardCode), district) : hasNoWard ? undefined : missing('wardCode'),
    ];
    return faults.filter((fault) => fault !== undefined);
  }

  private find(field: keyof PlaceCodes, code: string): Place | undefined {
    return { provinceCode: this.provinces, districtCode: this.districts, wardCode: this.wards }[field].get(code);
  }
}

import { Injectable } from '@nestjs/common';
import type { AddressTiers } from '../platform/dated-rules.ts';
import type { FaultCode } from '../platform/http/fault-catalogue.ts';
import type { PreparedJson } from '../platform/http/prepared-json.ts';
import { PlacesService } from './places.service.ts';
import { TwoTierPlaces } from './two-tier-places.ts';

/** The address codes of a declaration, as they came. */
export interface PlaceCodes {
  readonly provinceCode?: string;
  readonly districtCode?: string;
  readonly wardCode?: string;
}

export interface PlaceFault {
  readonly field: keyof PlaceCodes;
  readonly code: Extract<FaultCode, 'required' | 'place-unknown' | 'place-mismatch' | 'district-abolished'>;
}

/** The places that addresses of one kind are made of. */
export interface AddressPlaces {
  /** The levels that no address of this kind can do without. */
  readonly alwaysNeeded: readonly (keyof PlaceCodes)[];

  /** All provinces as `[{code, name, fullName}]`. */
  provinceList(): PreparedJson;

  /** The districts of one province; none where there are no districts. @throws Refusal `not-found` */
  districtList(provinceCode: string): PreparedJson;

  /** The wards of one district. @throws Refusal `not-found` */
  wardList(districtCode: string): PreparedJson;

  /** The wards of one province, where they lie in provinces. @throws Refusal `not-found` */
  wardListOfProvince(provinceCode: string): PreparedJson;

  /** What is wrong with one code, whatever the others are. */
  codeFault(field: keyof PlaceCodes, code: string): PlaceFault | undefined;

  /** What is wrong with the codes of an address: each that is needed must be given, known, and lie within the one above. */
  placeFaults(codes: PlaceCodes): PlaceFault[];

  /** The full name, `Phường Đằng Giang`; undefined for a code that is in no list. */
  nameOf(field: keyof PlaceCodes, code: string): string | undefined;
}

/** The lists of places, by the kind of address that they are for. */
@Injectable()
export class PlaceSets {
  private readonly sets: Readonly<Record<AddressTiers, AddressPlaces>>;

  constructor(threeTier: PlacesService, twoTier: TwoTierPlaces) {
    this.sets = { 'three-tier': threeTier, 'two-tier': twoTier };
  }

  of(tiers: AddressTiers): AddressPlaces {
    return this.sets[tiers];
  }
}

/**
 * The kind of an address that was sent once. The codes of the two lists overlap, but every address of before has a district and none of
 * today has, so that a dossier's places are found in the lists of its time whatever is in force now.
 */
export function tiersOfSent({ districtCode }: { readonly districtCode: string | null }): AddressTiers {
  return districtCode === null ? 'two-tier' : 'three-tier';
}

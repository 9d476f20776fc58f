import { Injectable } from '@nestjs/common';
import type { PreparedJson } from '../platform/http/prepared-json.ts';
import { Refusal } from '../platform/refusal.ts';
import { answer, answers, byCode, byParent, faultOf, known, missing } from './place-lists.ts';
import type { AddressPlaces, PlaceCodes, PlaceFault } from './place-sets.ts';
import { loadTwoTierPlaces, loadWardSuccessions, type Place, type PlaceWithin, type TwoTierPlaceList } from './places.loader.ts';

const NO_DISTRICTS = answer([]);

/**
 * The provinces and wards since 1 July 2025 [S]. Read when somebody first asks: a process that is pinned to earlier days never does, and
 * need not wait for them at its start.
 */
@Injectable()
export class TwoTierPlaces implements AddressPlaces {
  readonly alwaysNeeded = ['provinceCode', 'wardCode'] as const;
  private held: Held | undefined;

  provinceList(): PreparedJson {
    return this.lists.provinceAnswer;
  }

  districtList(provinceCode: string): PreparedJson {
    if (!this.lists.provinces.has(provinceCode)) throw new Refusal('not-found');
    return NO_DISTRICTS;
  }

  wardList(): PreparedJson {
    throw new Refusal('not-found');
  }

  wardListOfProvince(provinceCode: string): PreparedJson {
    return known(this.lists.wardAnswers.get(provinceCode));
  }

  codeFault(field: keyof PlaceCodes, code: string): PlaceFault | undefined {
    if (field === 'districtCode') return { field, code: 'district-abolished' };
    return faultOf(field, this.find(field, code));
  }

  placeFaults({ provinceCode, districtCode, wardCode }: PlaceCodes): PlaceFault[] {
    const province = this.lists.provinces.get(provinceCode ?? '');
    const faults = [
      provinceCode ? faultOf('provinceCode', province) : missing('provinceCode'),
      districtCode ? this.codeFault('districtCode', districtCode) : undefined,
      wardCode ? faultOf('wardCode', this.lists.wards.get(wardCode), province) : missing('wardCode'),
    ];
    return faults.filter((fault) => fault !== undefined);
  }

  nameOf(field: keyof PlaceCodes, code: string): string | undefined {
    return this.find(field, code)?.fullName;
  }

  /** Every province. */
  allProvinces(): readonly Place[] {
    return [...this.lists.provinces.values()];
  }

  /** The wards of a province, none for an unknown one. */
  wardsOf(provinceCode: string): readonly PlaceWithin[] {
    return this.lists.wardsByProvince.get(provinceCode) ?? [];
  }

  /** The wards that one of before has gone into: one, several, or none that is known. @param oldWardCode of the lists of 2021 */
  successorsOf(oldWardCode: string): readonly PlaceWithin[] {
    return this.lists.successors().get(oldWardCode) ?? [];
  }

  private find(field: keyof PlaceCodes, code: string): Place | undefined {
    if (field === 'districtCode') return undefined;
    return (field === 'provinceCode' ? this.lists.provinces : this.lists.wards).get(code);
  }

  private get lists(): Held {
    return (this.held ??= hold(loadTwoTierPlaces()));
  }
}

type Held = ReturnType<typeof hold>;

function hold(list: TwoTierPlaceList) {
  const wards = byCode(list.wards);
  const wardsByProvince = byParent(list.provinces, list.wards);
  let successors: ReadonlyMap<string, readonly PlaceWithin[]> | undefined;
  return {
    provinces: byCode(list.provinces),
    wards,
    wardsByProvince,
    provinceAnswer: answer(list.provinces),
    wardAnswers: answers(wardsByProvince),
    successors: () => (successors ??= successorsIn(list, wards)),
  };
}

function successorsIn(list: TwoTierPlaceList, wards: ReadonlyMap<string, PlaceWithin>): ReadonlyMap<string, readonly PlaceWithin[]> {
  const successors = new Map<string, PlaceWithin[]>();
  for (const { oldCode, newCode } of loadWardSuccessions(list)) {
    const known = successors.get(oldCode) ?? [];
    successors.set(oldCode, [...known.filter(({ code }) => code !== newCode), wards.get(newCode)!]);
  }
  return successors;
}

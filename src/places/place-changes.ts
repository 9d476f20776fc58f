import { Injectable } from '@nestjs/common';
import type { AddressTiers } from '../platform/dated-rules.ts';
import type { PlaceWithin } from './places.loader.ts';
import { PlacesService } from './places.service.ts';
import { TwoTierPlaces } from './two-tier-places.ts';

/** What has become of the places of 2021 [S]. Registry and offices know provinces by the codes of then. */
@Injectable()
export class PlaceChanges {
  private provinces: ReadonlyMap<string, string> | undefined;

  constructor(
    private readonly before: PlacesService,
    private readonly since: TwoTierPlaces,
  ) {}

  /** A province of 2021 by the code that it has among addresses of this kind: provinces were merged as wholes. */
  provinceAmong(tiers: AddressTiers, oldProvinceCode: string): string {
    if (tiers === 'three-tier') return oldProvinceCode;
    return (this.provinces ??= this.mergedProvinces()).get(oldProvinceCode) ?? oldProvinceCode;
  }

  /** The wards of 2025 that lie where a district of 2021 lay, by code. */
  wardsWhere(oldDistrictCode: string): readonly PlaceWithin[] {
    const all = this.before.wardsOf(oldDistrictCode).flatMap(({ code }) => this.since.successorsOf(code));
    return [...new Set(all)].sort((one, other) => (one.code < other.code ? -1 : 1));
  }

  /**
   * A ward of 2025 where a house of before may stand: one that its own ward went into, else one where its district lay. An island district
   * without wards became a special zone of its name.
   * @param home by the codes of 2021
   */
  wardOfHome({ districtCode, wardCode }: { readonly districtCode: string; readonly wardCode?: string }): PlaceWithin {
    const district = this.before.findDistrict(districtCode)!;
    const [ward] = [...(wardCode === undefined ? [] : this.since.successorsOf(wardCode)), ...this.wardsWhere(districtCode)];
    if (ward) return ward;
    const wards = this.since.wardsOf(this.provinceAmong('two-tier', district.parentCode));
    return wards.find(({ name }) => name === district.name) ?? wards[0]!;
  }

  private mergedProvinces(): ReadonlyMap<string, string> {
    return new Map(
      this.before.allProvinces().flatMap(({ code }) => {
        const wards = this.before.districtsOf(code).flatMap((district) => this.wardsWhere(district.code));
        return wards[0] ? [[code, wards[0].parentCode] as const] : [];
      }),
    );
  }
}

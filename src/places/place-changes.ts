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

  private mergedProvinces(): ReadonlyMap<string, string> {
    return new Map(
      this.before.allProvinces().flatMap(({ code }) => {
        const wards = this.before.districtsOf(code).flatMap((district) => this.wardsWhere(district.code));
        return wards[0] ? [[code, wards[0].parentCode] as const] : [];
      }),
    );
  }
}

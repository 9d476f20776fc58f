import { Injectable } from '@nestjs/common';
import { PlaceChanges } from '../places/place-changes.ts';
import { tiersOfSent } from '../places/place-sets.ts';
import { currentLanguage } from '../platform/http/request-context.ts';
import { matchWithRegistry, type DeclaredIdentity, type RegistryMatch } from '../registry/registry-match.ts';
import { Registry, type InsuredPerson } from '../registry/registry.port.ts';
import { CLERK_ADVICE, warningOf } from '../registry/registry-warnings.ts';
import type { WarningCode } from './warnings.ts';

/** Holds a declaration against the registry: warnings at submission, a gate at approval. */
@Injectable()
export class RegistryCheck {
  constructor(
    private readonly registry: Registry,
    private readonly places: PlaceChanges,
  ) {}

  async compare(
    declared: DeclaredIdentity & { insuranceNumber: string },
    today: string,
  ): Promise<RegistryMatch & { person: InsuredPerson | undefined }> {
    const person = await this.registry.findByInsuranceNumber(declared.insuranceNumber);
    return { ...matchWithRegistry(declared, person, today), person };
  }

  /** The person with the province by the code that the declaration's kind of address has for it, so that the two can be compared. */
  inPlacesOf(declared: { districtCode: string | null }, person: InsuredPerson | undefined): InsuredPerson | undefined {
    return person && { ...person, provinceCode: this.places.provinceAmong(tiersOfSent(declared), person.provinceCode) };
  }

  warningsOf(match: RegistryMatch): WarningCode[] {
    const warning = warningOf(match);
    return warning ? [warning] : [];
  }

  /** What a clerk is to do about it, in the language of the request; null where all is well. */
  adviceOn({ kind }: RegistryMatch): string | null {
    return kind === 'match' ? null : CLERK_ADVICE[kind][currentLanguage()];
  }
}

import { Injectable } from '@nestjs/common';
import { OfficesService } from '../offices/offices.service.ts';
import { PlaceChanges } from '../places/place-changes.ts';
import { tiersOfSent } from '../places/place-sets.ts';
import type { RegistryMatch } from '../registry/registry-match.ts';
import type { DeclarationForm } from './form/declaration-form.ts';
import { RegistryCheck } from './registry-check.ts';
import type { WarningCode } from './warnings.ts';

/** What a declaration is warned of, the first time it is sent as every later time. */
@Injectable()
export class DeclarationWarnings {
  constructor(
    private readonly registryCheck: RegistryCheck,
    private readonly offices: OfficesService,
    private readonly places: PlaceChanges,
  ) {}

  of(form: DeclarationForm, registry: RegistryMatch): WarningCode[] {
    // Another copy may have sent the dossier on to an office that this one has not heard of yet.
    const office = this.offices.findOffice(form.officeCode);
    const isNear = !office || this.places.provinceAmong(tiersOfSent(form), office.provinceCode) === form.provinceCode;
    return [...this.registryCheck.warningsOf(registry), ...(isNear ? [] : (['office-far-from-address'] as const))];
  }
}

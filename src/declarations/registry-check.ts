import { Injectable } from '@nestjs/common';
import { matchWithRegistry, type DeclaredIdentity, type RegistryMatch } from '../registry/registry-match.ts';
import { Registry, type InsuredPerson } from '../registry/registry.port.ts';
import { warningOf } from '../registry/registry-warnings.ts';
import type { WarningCode } from './warnings.ts';

/** Holds a declaration against the registry: warnings at submission, a gate at approval. */
@Injectable()
export class RegistryCheck {
  constructor(private readonly registry: Registry) {}

  async compare(
    declared: DeclaredIdentity & { insuranceNumber: string },
    today: string,
  ): Promise<RegistryMatch & { person: InsuredPerson | undefined }> {
    const person = await this.registry.findByInsuranceNumber(declared.insuranceNumber);
    return { ...matchWithRegistry(declared, person, today), person };
  }

  warningsOf(match: RegistryMatch): WarningCode[] {
    const warning = warningOf(match);
    return warning ? [warning] : [];
  }
}

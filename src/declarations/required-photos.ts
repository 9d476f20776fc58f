import { Injectable } from '@nestjs/common';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import type { Fault } from '../platform/refusal.ts';
import { FormCheck, type Judgement, type RawForm } from './form/form-check.ts';
import { RegistryCheck } from './registry-check.ts';
import { ID_TYPES, idTypeByShape } from './rules/id-number.rule.ts';
import { dependsOnRegistry, isKnownPerson, missingSlots } from './rules/required-photos.rule.ts';

/** Which photos a declaration lacks, by the process in force and, in later ones, by what the databases know of its person. */
@Injectable()
export class RequiredPhotos {
  constructor(
    private readonly formCheck: FormCheck,
    private readonly registryCheck: RegistryCheck,
    private readonly limits: AttemptLimits,
  ) {}

  /**
   * One fault for each missing photo. Where the registry decides, whether a photo is missing tells whether number, name and ID number
   * belong together: so the question is counted, and asked only of sound fields; until then the photos count as needed.
   * @param asker the network address that asks, undefined for an officer
   * @throws Refusal `too-many-attempts`
   */
  async faultsOf(raw: RawForm, present: ReadonlySet<string>, judgement: Judgement, asker: string | undefined): Promise<Fault[]> {
    const named = ID_TYPES.find((type) => type === raw.idType);
    const idType = named ?? (typeof raw.idNumber === 'string' ? idTypeByShape(raw.idNumber) : undefined);
    const missing = missingSlots(idType, present);
    const asks = dependsOnRegistry(judgement.rules.idPhotos, idType, missing);
    const idPhotos = !asks || !(await this.knows(raw, judgement, asker));
    return missingSlots(idType, present, idPhotos).map(photoMissing);
  }

  private async knows(raw: RawForm, judgement: Judgement, asker: string | undefined): Promise<boolean> {
    const { insuranceNumber, fullName, idNumber, idType } = raw;
    const { fields } = this.formCheck.checkSent(
      { insuranceNumber, fullName, idNumber, ...(idType !== undefined && { idType }) },
      judgement,
    );
    if (!fields.insuranceNumber || !fields.fullName || !fields.idNumber) return false;
    if (asker !== undefined) {
      await this.limits.count(
        { limit: 'id-photos-by-number', subject: fields.insuranceNumber },
        { limit: 'id-photos-by-address', subject: asker },
      );
    }
    const declared = { insuranceNumber: fields.insuranceNumber, fullName: fields.fullName, idNumber: fields.idNumber };
    return isKnownPerson(await this.registryCheck.compare(declared, judgement.today));
  }
}

function photoMissing(slot: PhotoSlot): Fault {
  return { pointer: `/${slot}`, code: 'photo-missing' };
}

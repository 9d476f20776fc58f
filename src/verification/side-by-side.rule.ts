import { birthYearOf, sexOf, type IdType } from '../declarations/rules/id-number.rule.ts';
import { maskPhone } from '../declarations/rules/phone.rule.ts';
import { compareNames } from '../registry/name-match.rule.ts';
import type { InsuredPerson } from '../registry/registry.port.ts';

/** What was declared, as far as the registry knows anything of the kind. */
export interface DeclaredPerson {
  readonly insuranceNumber: string;
  readonly fullName: string;
  readonly idNumber: string;
  readonly idType: IdType;
  readonly provinceCode: string;
  readonly phone: string;
}

/** How a declared value stands to the registered one; only search folds diacritics, a clerk decides about them [S]. */
export const FIELD_MATCHES = ['same', 'differs', 'differs-in-diacritics', 'unknown'] as const;
export type FieldMatch = (typeof FIELD_MATCHES)[number];

/** What is laid side by side, in this order [D]. */
export const COMPARED_FIELDS = ['insuranceNumber', 'fullName', 'idNumber', 'birthYear', 'sex', 'provinceCode', 'phone'] as const;

/** One line of what a clerk reads from left to right; null where that side says nothing. */
export interface ComparedField {
  readonly field: (typeof COMPARED_FIELDS)[number];
  readonly declared: string | null;
  readonly registry: string | null;
  readonly match: FieldMatch;
}

/**
 * Declared and registered data side by side. Only name and ID number decide anything (`registry-match.ts`); the rest helps the clerk to ask:
 * people move and change their phones. Birth year and sex are those within a citizen ID number [S].
 * @param person the registry's owner of the declared insurance number, undefined where it has none
 */
export function sideBySide(declared: DeclaredPerson, person: InsuredPerson | undefined): ComparedField[] {
  const isCitizenId = declared.idType === 'cccd';
  const exact = (field: ComparedField['field'], ours: string | null, theirs: string | null | undefined): ComparedField => ({
    field,
    declared: ours,
    registry: theirs ?? null,
    match: ours === null || theirs == null ? 'unknown' : ours === theirs ? 'same' : 'differs',
  });
  const phone = exact('phone', declared.phone, person?.phone);
  return [
    exact('insuranceNumber', declared.insuranceNumber, person?.insuranceNumber),
    {
      field: 'fullName',
      declared: declared.fullName,
      registry: person?.fullName ?? null,
      match: nameMatch(declared.fullName, person?.fullName),
    },
    exact('idNumber', declared.idNumber, person?.idNumber),
    exact('birthYear', isCitizenId ? String(birthYearOf(declared.idNumber)) : null, person?.dateOfBirth.slice(0, 4)),
    exact('sex', isCitizenId ? sexOf(declared.idNumber) : null, person?.sex),
    exact('provinceCode', declared.provinceCode, person?.provinceCode),
    // Whether it is the same is enough to know: the registry's phone was given to the registry.
    { ...phone, registry: person?.phone ? maskPhone(person.phone) : null },
  ];
}

function nameMatch(declared: string, registered: string | undefined): FieldMatch {
  if (registered === undefined) return 'unknown';
  const compared = compareNames(declared, registered);
  return compared === 'equal' ? 'same' : compared;
}

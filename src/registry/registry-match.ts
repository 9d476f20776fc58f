import { compareNames } from './name-match.rule.ts';
import type { InsuredPerson } from './registry.port.ts';

/** What a declaration says of its person. */
export interface DeclaredIdentity {
  readonly fullName: string;
  readonly idNumber: string;
}

export type RegistryDifference = 'fullName' | 'fullName-diacritics' | 'idNumber';

/**
 * What the registry says to a declaration.
 * - `unknown-number`: it does not hold the insurance number.
 * - `differs`: it holds the number with another name or ID number.
 * - `differs-in-diacritics`: all is the same but for the marks of the name; a clerk decides.
 * - `deceased`, `minor`: name and ID belong to the number, but its owner has died, or is too young to hold an identity paper. Told only
 *   then: of others' numbers nobody learns more than that the data differ.
 * - `match`: the number's owner, living and old enough.
 */
export interface RegistryMatch {
  readonly kind: 'match' | 'unknown-number' | 'differs' | 'differs-in-diacritics' | 'deceased' | 'minor';
  readonly differences: readonly RegistryDifference[];
}

/** Full years from which a person can hold an identity paper and so file this form; younger ones register through a parent [I]. */
export const SELF_REGISTRATION_AGE = 14;

/**
 * Holds a declaration against what the registry has under its insurance number.
 *
 * @param person the registry's owner of the declared insurance number, undefined where it has none
 * @param today the day of the comparison, `YYYY-MM-DD`, Vietnamese time
 */
export function matchWithRegistry(declared: DeclaredIdentity, person: InsuredPerson | undefined, today: string): RegistryMatch {
  if (!person) return { kind: 'unknown-number', differences: [] };
  const differences = differencesBetween(declared, person);
  if (differences.includes('fullName') || differences.includes('idNumber')) return { kind: 'differs', differences };
  if (person.diedOn !== null && person.diedOn <= today) return { kind: 'deceased', differences };
  if (ageOn(today, person.dateOfBirth) < SELF_REGISTRATION_AGE) return { kind: 'minor', differences };
  return { kind: differences.length > 0 ? 'differs-in-diacritics' : 'match', differences };
}

/** Full years on a day; who is born on 29 February has the birthday on 1 March of common years. Both `YYYY-MM-DD`. */
export function ageOn(day: string, dateOfBirth: string): number {
  const years = Number(day.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  return day.slice(5) < dateOfBirth.slice(5) ? years - 1 : years;
}

function differencesBetween(declared: DeclaredIdentity, person: InsuredPerson): RegistryDifference[] {
  const differences: RegistryDifference[] = [];
  const names = compareNames(declared.fullName, person.fullName);
  if (names === 'differs') differences.push('fullName');
  if (names === 'differs-in-diacritics') differences.push('fullName-diacritics');
  if (declared.idNumber.toUpperCase() !== person.idNumber) differences.push('idNumber');
  return differences;
}

import { canonicalIdNumber } from '../declarations/rules/id-number.rule.ts';

/** What the clerk checks at the counter, with the person and the original paper there [D, after the rules of March 2021]. */
export interface Checklist {
  readonly personPresent: boolean;
  readonly originalIdSeen: boolean;
  /** Typed in again by the clerk from the original. */
  readonly originalIdNumber: string;
  readonly portraitMatches: boolean;
  readonly phoneConfirmed: boolean;
  readonly formSigned: boolean;
  /** The clerk's word that the person belongs to a number which the registry does not know. */
  readonly registryUnknownConfirmed?: boolean;
}

export type ChecklistItem = keyof Checklist;

const TICKS = ['personPresent', 'originalIdSeen', 'portraitMatches', 'phoneConfirmed', 'formSigned'] as const;

/** The six items that every approval needs, and the seventh that only an unknown number asks for [D]. */
export const CHECKLIST_ITEMS = [
  'personPresent',
  'originalIdSeen',
  'originalIdNumber',
  'portraitMatches',
  'phoneConfirmed',
  'formSigned',
  'registryUnknownConfirmed',
] as const satisfies readonly ChecklistItem[];

/** Which items are missing: never approve when papers are missing [S]. */
export function missingItems(checklist: Checklist, dossier: { idNumber: string; isUnknownToRegistry: boolean }): ChecklistItem[] {
  const missing: ChecklistItem[] = TICKS.filter((item) => !checklist[item]);
  if (canonicalIdNumber(checklist.originalIdNumber) !== dossier.idNumber) missing.push('originalIdNumber');
  if (dossier.isUnknownToRegistry && !checklist.registryUnknownConfirmed) missing.push('registryUnknownConfirmed');
  return missing;
}

/** What was checked, for the record: the items' names and no value, since a number typed here equals the declared one [D]. */
export function checkedItems(checklist: Checklist): ChecklistItem[] {
  return CHECKLIST_ITEMS.filter((item) => checklist[item]);
}

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

/** Which items are missing: never approve when papers are missing [S]. */
export function missingItems(checklist: Checklist, dossier: { idNumber: string; isUnknownToRegistry: boolean }): ChecklistItem[] {
  const missing: ChecklistItem[] = TICKS.filter((item) => !checklist[item]);
  if (checklist.originalIdNumber.trim().toUpperCase() !== dossier.idNumber) missing.push('originalIdNumber');
  if (dossier.isUnknownToRegistry && !checklist.registryUnknownConfirmed) missing.push('registryUnknownConfirmed');
  return missing;
}

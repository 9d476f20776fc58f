import { PHOTO_SLOTS, type PhotoSlot } from '../../photos/photo-slot.ts';
import type { ProfileRules } from '../../platform/dated-rules.ts';
import type { RegistryMatch } from '../../registry/registry-match.ts';
import type { IdType } from './id-number.rule.ts';

/** The sides of the paper, which a later process asks for only where the databases do not know the person. */
const ID_SLOTS: readonly PhotoSlot[] = ['idFront', 'idBack'];

/**
 * The slots that a declaration still needs a photo for: all three, but not the back of a passport, which holds nothing to compare [D].
 * @param idPhotos false where the databases know the person, so that the paper's sides are not asked for
 */
export function missingSlots(idType: IdType | undefined, present: ReadonlySet<string>, idPhotos = true): PhotoSlot[] {
  return PHOTO_SLOTS.filter(
    (slot) => !present.has(slot) && !(slot === 'idBack' && idType === 'passport') && (idPhotos || !ID_SLOTS.includes(slot)),
  );
}

/** Whether it depends on the registry if anything is missing: of a CCCD only, in the later process [S]. */
export function dependsOnRegistry(rule: ProfileRules['idPhotos'], idType: IdType | undefined, missing: readonly PhotoSlot[]): boolean {
  return rule === 'unless-population-matches' && idType === 'cccd' && missing.some((slot) => ID_SLOTS.includes(slot));
}

/** The slots that a declaration still needs a photo for, where it is known already what the registry says of its person [D]. */
export function slotsToFill(
  rule: ProfileRules['idPhotos'],
  idType: IdType,
  present: ReadonlySet<string>,
  registry: Pick<RegistryMatch, 'kind'>,
): PhotoSlot[] {
  const missing = missingSlots(idType, present);
  return dependsOnRegistry(rule, idType, missing) && isKnownPerson(registry) ? missingSlots(idType, present, false) : missing;
}

/** Only the very person is known: whoever differs in a diacritic is for the clerk to decide, with the photos of the paper [D]. */
export function isKnownPerson({ kind }: Pick<RegistryMatch, 'kind'>): boolean {
  return kind === 'match';
}

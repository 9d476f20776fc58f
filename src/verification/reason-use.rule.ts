import { FORM_FIELDS } from '../declarations/form/declaration-form.ts';
import type { ReturnedItem } from '../declarations/declaration.entity.ts';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import type { Fault } from '../platform/refusal.ts';
import { findReason } from '../reasons/reason-catalogue.ts';

/** What is wrong with a return: every item names one known part (or the whole dossier) and a reason that fits it and is not final, once [D]. */
export function returnFaults(items: readonly ReturnedItem[]): Fault[] {
  return items.flatMap(({ field, slot, reasonCode }, index) => {
    const faults: Fault[] = [];
    const at = (member: string, code: string) => faults.push({ pointer: `/items/${index}/${member}`, code });
    if (field !== undefined && slot !== undefined) at('slot', 'unknown-field');
    if (field !== undefined && !Object.hasOwn(FORM_FIELDS, field)) at('field', 'bad-format');
    if (slot !== undefined && !(PHOTO_SLOTS as readonly string[]).includes(slot)) at('slot', 'bad-format');
    const reason = findReason(reasonCode);
    const isOf = (other: ReturnedItem) => other.field === field && other.slot === slot && other.reasonCode === reasonCode;
    if (!reason || reason.final || !reason.appliesTo.includes(field ?? slot ?? 'dossier')) at('reasonCode', 'bad-format');
    else if (items.findIndex(isOf) < index) at('reasonCode', 'already-used');
    return faults;
  });
}

/** A rejection is final, so its reason must be [D]. */
export function rejectionFaults(reasonCode: string): Fault[] {
  return findReason(reasonCode)?.final ? [] : [{ pointer: '/reasonCode', code: 'bad-format' }];
}

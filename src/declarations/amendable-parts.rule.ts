import type { PhotoSlot } from '../photos/photo-slot.ts';
import { unlockedBy } from '../reasons/reason-catalogue.ts';
import type { ReturnedItem } from './declaration.entity.ts';
import type { FormField } from './form/declaration-form.ts';

type Part = FormField | PhotoSlot;

/** Fields that only make sense together: whoever may change one of them may change all of them [D]. */
const GROUPS: readonly (readonly string[])[] = [
  ['provinceCode', 'districtCode', 'wardCode', 'street'],
  ['idNumber', 'idType'],
  ['email', 'emailCopy', 'emailForNotices'],
];

/** Another paper than the one that was declared needs photos of its own [D]. */
const PHOTOS_OF_PAPER: readonly PhotoSlot[] = ['idFront', 'idBack'];

/** What a return unlocks: the returned fields and photo slots, what their reasons ask to change, and what belongs to them. */
export class AmendableParts {
  private readonly parts: ReadonlySet<string>;

  constructor(returned: readonly ReturnedItem[]) {
    const named = returned.flatMap(({ field, slot, reasonCode }) => {
      const others: readonly Part[] = unlockedBy(reasonCode);
      return [...[field, slot].filter((part) => part !== undefined), ...others];
    });
    const parts = new Set(named.flatMap((part) => GROUPS.find((group) => group.includes(part)) ?? [part]));
    this.parts = new Set(parts.has('idNumber') ? [...parts, ...PHOTOS_OF_PAPER] : parts);
  }

  /** @param part a field of the form or a photo slot */
  has(part: string): boolean {
    return this.parts.has(part);
  }
}

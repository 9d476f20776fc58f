import type { ReturnedItem } from './declaration.entity.ts';

/** Fields that only make sense together: whoever may change one of them may change all of them [D]. */
const GROUPS: readonly (readonly string[])[] = [
  ['provinceCode', 'districtCode', 'wardCode', 'street'],
  ['idNumber', 'idType'],
  ['email', 'emailCopy', 'emailForNotices'],
];

/** Another paper than the one that was declared needs photos of its own [D]. */
const PHOTOS_OF_PAPER = ['idFront', 'idBack'];

/** What a return unlocks: the returned fields with those that belong to them, and the returned photo slots. */
export class AmendableParts {
  private readonly fields: ReadonlySet<string>;
  private readonly slots: ReadonlySet<string>;

  constructor(returned: readonly ReturnedItem[]) {
    const fields = returned.flatMap(({ field }) => (field === undefined ? [] : (GROUPS.find((group) => group.includes(field)) ?? [field])));
    const slots = returned.flatMap(({ slot }) => (slot === undefined ? [] : [slot]));
    this.fields = new Set(fields);
    this.slots = new Set(fields.includes('idNumber') ? [...slots, ...PHOTOS_OF_PAPER] : slots);
  }

  hasField(field: string): boolean {
    return this.fields.has(field);
  }

  hasSlot(slot: string): boolean {
    return this.slots.has(slot);
  }
}

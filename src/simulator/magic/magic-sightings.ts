import { MAGIC_FIELDS, MAGIC_VALUES } from './magic-values.ts';

const KEYS: ReadonlySet<string> = new Set(MAGIC_VALUES.map(magicKey));

/** How coverage calls a magic value: `phone 0352153901`. */
export function magicKey({ field, value }: { readonly field: string; readonly value: string }): string {
  return `${field} ${value}`;
}

/** Sees which magic values go by in forms, the refused ones too. Of all other values it keeps nothing. */
export class MagicSightings {
  private listener: ((key: string) => void) | undefined;

  tell(listener: (key: string) => void): void {
    this.listener = listener;
  }

  /** @param form as it was sent, or in canonical form */
  look(form: Readonly<Record<string, unknown>>): void {
    for (const field of MAGIC_FIELDS) {
      const value = form[field];
      if (typeof value !== 'string') continue;
      const key = magicKey({ field, value: field === 'phone' ? nationalOf(value) : value });
      if (KEYS.has(key)) this.listener?.(key);
    }
  }
}

function nationalOf(phone: string): string {
  return phone.replaceAll(/[\s.-]/g, '').replace(/^\+?84/, '0');
}

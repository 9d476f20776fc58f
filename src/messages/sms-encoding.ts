/** How much room a text takes on the way to a phone (3GPP TS 23.038, 23.040) [S]. */
export interface SmsSize {
  readonly encoding: 'gsm-7' | 'ucs-2';
  /** Septets for GSM-7, UTF-16 code units for UCS-2. */
  readonly units: number;
  /** Parts the text is sent, and paid, in. An empty text is one. */
  readonly segments: number;
}

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Reached by an escape, so two septets each. */
const EXTENDED = new Set('\f^{}\\[~]|€');

const GSM_7 = { alone: 160, inParts: 153 };
const UCS_2 = { alone: 70, inParts: 67 };

/** One character outside GSM-7 — any Vietnamese letter with a hook, say — moves the whole text to UCS-2 and 70 characters. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  if (characters.every((character) => BASIC.has(character) || EXTENDED.has(character))) {
    return size('gsm-7', characters.map(septets), GSM_7);
  }
  return size(
    'ucs-2',
    characters.map((character) => character.length),
    UCS_2,
  );
}

function septets(character: string): number {
  return EXTENDED.has(character) ? 2 : 1;
}

/** A character is never cut in two: what no longer fits opens the next part. */
function size(encoding: SmsSize['encoding'], widths: readonly number[], room: { alone: number; inParts: number }): SmsSize {
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= room.alone) return { encoding, units, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > room.inParts) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, units, segments };
}

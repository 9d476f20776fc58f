/** Begins every canary. Letters only, so that it may stand in a name; no word of any language. */
export const CANARY_MARK = 'Zqcanaryx';

/** A word that only this request says. */
export function canaryOf(serial: number): string {
  let letters = '';
  for (let rest = serial + 1; rest > 0; rest = Math.floor(rest / 26)) letters = String.fromCharCode(97 + (rest % 26)) + letters;
  return `${CANARY_MARK}${letters}x`;
}

/** Whether a text holds any canary, in any case and in any of the ways in which a text may have been escaped. */
export function holdsCanary(text: string): boolean {
  return text.toLowerCase().includes(CANARY_MARK.toLowerCase());
}

/** A reminder comes so many days before the dossier expires, or half-way where there are not as many [D]. */
const REMINDED_BEFORE_DAYS = 7;

/** After how many days in one status the citizen is reminded [D]. @param expiryDays after how many the dossier expires */
export function reminderDay(expiryDays: number): number {
  return expiryDays - Math.min(REMINDED_BEFORE_DAYS, Math.ceil(expiryDays / 2));
}

/** A username: 3 to 64 of `a-z`, digits, dots, hyphens and underscores, such as `canbo.03102` [D]. */
export const USERNAME = /^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$/;

/** An officer's full name, as NFC with single spaces [D]. */
export const STAFF_NAME = /^\p{L}[\p{L}\p{M} '’-]{0,99}$/u;

/** A draft is kept so many days, and then, empty, as many again: whoever comes back is told why it is gone [D]. */
export const DRAFT_DAYS = 30;

/** What was declared in a dossier that ended without an account is kept so many days after its end, for questions and complaints [D]. */
export const DECLARED_DATA_DAYS = 365;

/** Which messages went out, and whether they arrived, is kept so many days after the dossier's end [D]. */
export const MESSAGE_DAYS = 30;

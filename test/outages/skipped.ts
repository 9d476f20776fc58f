/** A rehearsal that this machine cannot give; why, is said aloud. */
export class Skipped extends Error {}

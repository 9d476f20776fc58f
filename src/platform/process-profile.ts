/**
 * The dated process profiles that this version knows. The real process changed under its clients; a profile decides every
 * dated rule, and stays pinned so that the guide's story is legal whatever the calendar says. `2021-04` [S].
 */
export const PROCESS_PROFILES = ['2021-04'] as const;

export type ProcessProfile = (typeof PROCESS_PROFILES)[number];

/** What a profile decides, as data. */
export interface ProfileRules {
  /** Papers accepted as proof of identity on the form [S]. */
  readonly idTypes: readonly ('cccd' | 'cmnd' | 'passport')[];
}

export const PROFILE_RULES: Record<ProcessProfile, ProfileRules> = {
  '2021-04': { idTypes: ['cccd', 'cmnd', 'passport'] },
};

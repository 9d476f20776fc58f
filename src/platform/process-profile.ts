import { currentWorkspace } from './workspace/workspace.context.ts';

/** The dated process profiles that this version knows, oldest first. The real process changed under its clients; a profile decides every dated rule. */
export const PROCESS_PROFILES = ['2021-04', '2021-10'] as const;

export type ProcessProfile = (typeof PROCESS_PROFILES)[number];

/** A profile pinned, so that the guide's story is legal whatever the calendar says, or the one in force on the domain's day. */
export const PROFILE_CHOICES = [...PROCESS_PROFILES, 'by-date'] as const;

export type ProfileChoice = (typeof PROFILE_CHOICES)[number];

/** What a profile decides, as data. */
export interface ProfileRules {
  /** The first Vietnamese day on which it was in force, `YYYY-MM-DD`. */
  readonly since: string;
  /** Papers accepted as proof of identity on the form [S]. */
  readonly idTypes: readonly ('cccd' | 'cmnd' | 'passport')[];
  /** How a recovery's one-time password travels: by mail since 17 October 2021 [S], where the citizen agreed to mail, else by SMS [D]. */
  readonly recoveryBy: 'sms' | 'email';
}

export const PROFILE_RULES: Readonly<Record<ProcessProfile, ProfileRules>> = {
  '2021-04': { since: '2021-04-01', idTypes: ['cccd', 'cmnd', 'passport'], recoveryBy: 'sms' },
  '2021-10': { since: '2021-10-17', idTypes: ['cccd', 'cmnd', 'passport'], recoveryBy: 'email' },
};

/** The rules in force. Before the first profile's day, the first one's. @param day `YYYY-MM-DD` in Vietnam */
export function rulesOn(choice: ProfileChoice, day: string): ProfileRules {
  const profile = choice === 'by-date' ? PROCESS_PROFILES.findLast((name) => PROFILE_RULES[name].since <= day) : choice;
  return PROFILE_RULES[profile ?? PROCESS_PROFILES[0]];
}

/** The rules in force in the current workspace. @param day `YYYY-MM-DD` in Vietnam */
export function rulesInForce({ processProfile }: { processProfile: ProfileChoice }, day: string): ProfileRules {
  return rulesOn(currentWorkspace().profile ?? processProfile, day);
}

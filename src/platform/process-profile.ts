import { DATED_RULES, type ProfileRules } from './dated-rules.ts';
import { currentWorkspace } from './workspace/workspace.context.ts';

/**
 * The dated process profiles, oldest first: names for days of the real process, which changed under its clients. A pinned profile is the
 * process as it was on its day, whatever the calendar says, so that the guide's story is always legal.
 */
export const PROFILE_DAYS = {
  '2021-04': '2021-04-01',
  '2021-10': '2021-10-17',
  '2023': '2023-01-01',
  '2025-07': '2025-07-01',
} as const;

export type ProcessProfile = keyof typeof PROFILE_DAYS;

/** By day, because JavaScript puts keys that look like numbers first. */
export const PROCESS_PROFILES = (Object.keys(PROFILE_DAYS) as ProcessProfile[]).sort((one, other) =>
  PROFILE_DAYS[one] < PROFILE_DAYS[other] ? -1 : 1,
);

/** A profile pinned, or the rules in force on the domain's day; `by-date` also meets what changed between two profiles. */
export const PROFILE_CHOICES: readonly ProfileChoice[] = [...PROCESS_PROFILES, 'by-date'];

export type ProfileChoice = ProcessProfile | 'by-date';

/** What was in force from one change to the next, oldest first; all rules of a day hold from its midnight in Vietnam. */
const TIMES: readonly ProfileRules[] = [...new Set(DATED_RULES.map(({ since }) => since))].sort().map((since) => rulesSince(since));

function rulesSince(since: string): ProfileRules {
  const changes = DATED_RULES.filter((rule) => rule.since <= since).sort((one, other) => (one.since < other.since ? -1 : 1));
  // Every rule has a first value on the first day, which a test holds.
  return Object.assign({ since }, ...changes.map(({ value }) => value)) as ProfileRules;
}

/** The rules in force. Before the first profile's day, the first one's. @param day `YYYY-MM-DD` in Vietnam */
export function rulesOn(choice: ProfileChoice, day: string): ProfileRules {
  const asked = choice === 'by-date' ? day : PROFILE_DAYS[choice];
  return TIMES.findLast(({ since }) => since <= asked) ?? TIMES[0]!;
}

/** The rules in force in the current workspace. @param day `YYYY-MM-DD` in Vietnam */
export function rulesInForce({ processProfile }: { processProfile: ProfileChoice }, day: string): ProfileRules {
  return rulesOn(profileInForce({ processProfile }), day);
}

/** The current workspace's own profile, else the process's. */
export function profileInForce({ processProfile }: { processProfile: ProfileChoice }): ProfileChoice {
  return currentWorkspace().profile ?? processProfile;
}

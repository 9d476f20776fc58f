/** `three-tier`: province, district, ward. `two-tier`: province and ward. */
export type AddressTiers = 'three-tier' | 'two-tier';

/** What a day decides. The house asks these properties, never for the name of a profile. */
export interface ProfileRules {
  /** The first day, `YYYY-MM-DD` in Vietnam, on which exactly these were in force. */
  readonly since: string;
  /** Papers accepted as proof of identity on the form. */
  readonly idTypes: readonly ('cccd' | 'cmnd' | 'passport')[];
  /** How a recovery's one-time password travels: `email` where the citizen agreed to mail, else by SMS all the same. */
  readonly recoveryBy: 'sms' | 'email';
  /** `unless-population-matches`: a CCCD whose number, name and insurance number are the registry's needs no photo of either side. */
  readonly idPhotos: 'required' | 'unless-population-matches';
  /** Whether an e-mail address that is to get mail must be confirmed by a one-time password before the declaration is sent. */
  readonly emailOtpBeforeSending: boolean;
  readonly addresses: AddressTiers;
}

/** S: a public source states it. I: inferred from one. D: decided for this project. */
type Source = 'S' | 'I' | 'D';

/** One change of the process, by day. */
export interface DatedRule {
  /** `YYYY-MM-DD` in Vietnam. */
  readonly since: string;
  readonly value: Partial<Omit<ProfileRules, 'since'>>;
  /** Who says that it was so, and who says that it was so since this day: a source may name the one and not the other. */
  readonly source: { readonly rule: Source; readonly day: Source };
  readonly why: string;
}

/** Every dated rule, oldest first. What is in force on a day is the newest value of each. */
export const DATED_RULES: readonly DatedRule[] = [
  {
    since: '2021-04-01',
    value: { idTypes: ['cccd', 'cmnd', 'passport'] },
    source: { rule: 'S', day: 'D' },
    why: 'The guide of 2021 asks for the number of a CCCD, a CMND or a passport.',
  },
  {
    since: '2021-04-01',
    value: { recoveryBy: 'sms' },
    source: { rule: 'I', day: 'D' },
    why: 'A forgotten password is recovered by a one-time password by SMS.',
  },
  {
    since: '2021-04-01',
    value: { idPhotos: 'required' },
    source: { rule: 'S', day: 'D' },
    why: 'Portrait and both sides of the paper are taken or uploaded.',
  },
  {
    since: '2021-04-01',
    value: { emailOtpBeforeSending: false },
    source: { rule: 'I', day: 'D' },
    why: 'The guide of 2021 sends the form without confirming the e-mail address.',
  },
  {
    since: '2021-04-01',
    value: { addresses: 'three-tier' },
    source: { rule: 'S', day: 'D' },
    why: 'Province, district and ward are chosen from lists.',
  },
  {
    since: '2021-10-17',
    value: { recoveryBy: 'email' },
    source: { rule: 'S', day: 'S' },
    why: 'Recovery is by e-mail, with a one-time password valid for 5 minutes; by SMS for who did not agree to mail [D].',
  },
  {
    since: '2023-01-01',
    value: { idPhotos: 'unless-population-matches' },
    source: { rule: 'S', day: 'D' },
    why: 'No photos of the CCCD when it matches the population database. The source says “later”; the year is ours.',
  },
  {
    since: '2023-01-01',
    value: { emailOtpBeforeSending: true },
    source: { rule: 'S', day: 'D' },
    why: 'A one-time password by e-mail before sending. The source says “later”; the year is ours, and that it is asked of those who ticked mail: who declares no e-mail has none to confirm.',
  },
  {
    since: '2025-01-01',
    value: { idTypes: ['cccd', 'passport'] },
    source: { rule: 'S', day: 'S' },
    why: 'A CMND is not accepted after 31 December 2024.',
  },
  {
    since: '2025-07-01',
    value: { addresses: 'two-tier' },
    source: { rule: 'S', day: 'S' },
    why: '34 provinces and 3,321 wards; districts are no more. The offices stay the simulated list of 2021: no list of the BHXH cơ sở is public [D].',
  },
];

/** How a message travels. */
export type Channel = 'sms' | 'email';

/**
 * What a message is for. `declaration-copy` the declaration as PDF, for those who ticked "Nhận tờ khai qua email" [S] · `credentials`
 * account and first password [S] · `returned`, `rejected` the office's decision with its reasons [D] · `tracking-code` a new tracking
 * code for one that was lost [D] · `password-reset` the one-time password of a recovery [S].
 */
export type Purpose = 'declaration-copy' | 'credentials' | 'returned' | 'rejected' | 'tracking-code' | 'password-reset';

/**
 * A message's life [D, after GOV.UK Notify]: `created → sending`, and from there `sent` (the provider took it), `delivered` (it is on
 * the phone), `temporary-failure` (will be tried again), or an end without success: `permanent-failure` (the provider refused it for
 * good), `technical-failure` (we could not hand it over while it was worth sending), `expired` (its time ran out before the first try).
 */
export type MessageState =
  'created' | 'sending' | 'sent' | 'delivered' | 'temporary-failure' | 'permanent-failure' | 'technical-failure' | 'expired';

/** What is told in confidence, e.g. `{ password }`: by name, because it travels sealed as JSON. */
export type Secret = Readonly<Record<string, string>>;

/** Names the wording of a message to providers; the version grows whenever the wording changes. */
export interface TemplateRef {
  readonly name: Purpose;
  readonly version: number;
}

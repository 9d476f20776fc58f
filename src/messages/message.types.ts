/** How a message travels. */
export type Channel = 'sms' | 'email';

/**
 * What a message is for. `declaration-copy` the declaration as PDF, for those who ticked "Nhận tờ khai qua email" [S] · `credentials`
 * account and first password [S] · `received` the receipt, which the law owes within two hours [S] · `approved` by mail, beside the SMS
 * with the password [D] · `returned`, `rejected` the office's decision with its reasons [D] · `transferred` to another office [D] ·
 * `withdrawn` as the citizen wished, so that a stranger's wish is noticed [D] · `reminder` before a dossier expires, `expired` when it
 * has [D] · `phone-changed` to the phone that is to be replaced [D] · `tracking-code` a new tracking code for one that was lost [D] · `password-reset` the one-time password of a recovery [S] ·
 * `email-confirmation` the one-time password that confirms a draft's address [S].
 */
export type Purpose =
  Notice | 'declaration-copy' | 'credentials' | 'approved' | 'phone-changed' | 'tracking-code' | 'password-reset' | 'email-confirmation';

/** What is told of the dossier by mail to those who agreed to notices by mail, and to all others by SMS. */
export type Notice = 'received' | 'returned' | 'rejected' | 'transferred' | 'withdrawn' | 'reminder' | 'expired';

/**
 * A message's life [D, after GOV.UK Notify]: `created → sending`, and from there `sent` (the provider took it), `delivered` (it is on
 * the phone), `temporary-failure` (will be tried again), or an end without success: `permanent-failure` (the provider refused it for
 * good), `technical-failure` (we could not hand it over while it was worth sending), `expired` (its time ran out before the first try, or what it would say is no longer so).
 */
export type MessageState =
  'created' | 'sending' | 'sent' | 'delivered' | 'temporary-failure' | 'permanent-failure' | 'technical-failure' | 'expired';

/** What is told in confidence, e.g. `{ password }`: by name, because it travels sealed as JSON. */
export type Secret = Readonly<Record<string, string>>;

/** The wording that a message was told in, on record beside its life. */
export interface Wording {
  readonly templateVersion: number;
  /** Parts that the SMS was sent, and paid, in; null for a mail. */
  readonly segments: number | null;
}

/** Names the wording of a message to providers and on record; the version grows whenever the wording changes. */
export interface TemplateRef {
  readonly name: Purpose;
  readonly version: number;
}

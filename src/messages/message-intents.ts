import { MailConsent, type MailChoice } from './mail-consent.ts';
import type { Notice } from './message.types.ts';

interface IntentBase {
  readonly declarationId: string;
  /** Revision or credential issue: together with declaration and purpose it may exist once. */
  readonly issue: number;
  /** Seconds during which the message is worth sending. */
  readonly expiresIn: number;
}

/** Something that a citizen is to be told, before it has become a row. A mail carries its consent instead of an address. */
export type MessageIntent = IntentBase &
  (
    | { readonly channel: 'email'; readonly purpose: 'declaration-copy'; readonly consent: MailConsent<'email-copy'> }
    | { readonly channel: 'email'; readonly purpose: Notice | 'approved'; readonly consent: MailConsent<'email-for-notices'> }
    | { readonly channel: 'sms'; readonly purpose: Notice | 'phone-changed'; readonly phone: string }
    | { readonly channel: 'sms'; readonly purpose: 'credentials'; readonly phone: string; readonly secret: { readonly password: string } }
    | {
        readonly channel: 'sms';
        readonly purpose: 'tracking-code';
        readonly phone: string;
        readonly secret: { readonly trackingCode: string };
      }
    | {
        readonly channel: 'email';
        readonly purpose: 'email-confirmation';
        readonly consent: MailConsent<'email-confirmation'>;
        readonly secret: { readonly otp: string; readonly until: string };
      }
    | ({ readonly purpose: 'password-reset'; readonly secret: { readonly otp: string; readonly until: string } } & (
        | { readonly channel: 'sms'; readonly phone: string }
        | { readonly channel: 'email'; readonly consent: MailConsent<'email-for-notices'> }
      ))
  );

/** 72 hours: as long as a first password is good for [D]. */
const EXPIRES_IN = 72 * 60 * 60;

/** There is exactly one declaration mail per dossier, so that a later revision does not send another [D]. */
const ONLY_ISSUE = 1;

/** The declaration by mail, if the citizen asked for it: none or one. */
export function declarationCopy(declarationId: string, choice: MailChoice): MessageIntent[] {
  const consent = MailConsent.toCopy(choice);
  if (!consent) return [];
  return [{ channel: 'email', purpose: 'declaration-copy', declarationId, issue: ONLY_ISSUE, expiresIn: EXPIRES_IN, consent }];
}

/** Whom to tell, and how they want it. `phone` is E.164. */
export type Addressee = MailChoice & { readonly phone: string };

/**
 * A step of the dossier: by mail for those who agreed to notices by mail, else by SMS [D].
 * @param issue sets this notice apart from others of its purpose on the same dossier: a revision, say, or a version
 */
export function notice(purpose: Notice, declarationId: string, issue: number, citizen: Addressee): MessageIntent {
  const consent = MailConsent.toNotices(citizen);
  const intent = { purpose, declarationId, issue, expiresIn: EXPIRES_IN } as const;
  return consent ? { ...intent, channel: 'email', consent } : { ...intent, channel: 'sms', phone: citizen.phone };
}

/** The approval by mail, for those who agreed to notices by mail; everybody learns of it from the SMS with the password. None or one. */
export function approvedByMail(declarationId: string, choice: MailChoice): MessageIntent[] {
  const consent = MailConsent.toNotices(choice);
  if (!consent) return [];
  return [{ channel: 'email', purpose: 'approved', declarationId, issue: ONLY_ISSUE, expiresIn: EXPIRES_IN, consent }];
}

/** Account and first password by SMS [S]. `issue` counts the passwords issued for this account; `phone` is E.164. */
export function credentials(declarationId: string, issue: number, phone: string, password: string): MessageIntent {
  return { channel: 'sms', purpose: 'credentials', declarationId, issue, expiresIn: EXPIRES_IN, phone, secret: { password } };
}

/** To the phone that another one is to replace, always by SMS: whoever holds it must be able to object. `issue` counts the changes. */
export function phoneChanged(declarationId: string, issue: number, oldPhone: string): MessageIntent {
  return { channel: 'sms', purpose: 'phone-changed', declarationId, issue, expiresIn: EXPIRES_IN, phone: oldPhone };
}

/** A new tracking code by SMS. `issue` counts the codes sent for this dossier; `phone` is E.164. */
export function trackingCode(declarationId: string, issue: number, phone: string, code: string): MessageIntent {
  return { channel: 'sms', purpose: 'tracking-code', declarationId, issue, expiresIn: EXPIRES_IN, phone, secret: { trackingCode: code } };
}

/** A one-time password, and the time of day at which it ends. */
export interface OneTimePassword {
  readonly otp: string;
  readonly until: string;
  /** Worth sending for as long as it is good, so it never arrives dead [S]. Seconds. */
  readonly expiresIn: number;
}

/** A one-time password by SMS. `issue` counts those sent for this account; `phone` is E.164. */
export function passwordReset(
  declarationId: string,
  issue: number,
  phone: string,
  { otp, until, expiresIn }: OneTimePassword,
): MessageIntent {
  return { channel: 'sms', purpose: 'password-reset', declarationId, issue, expiresIn, phone, secret: { otp, until } };
}

/** A one-time password by mail. */
export function passwordResetByMail(
  declarationId: string,
  issue: number,
  consent: MailConsent<'email-for-notices'>,
  { otp, until, expiresIn }: OneTimePassword,
): MessageIntent {
  return { channel: 'email', purpose: 'password-reset', declarationId, issue, expiresIn, consent, secret: { otp, until } };
}

/** A one-time password to the address that it confirms. `issue` counts those sent for this draft. */
export function emailConfirmation(
  declarationId: string,
  issue: number,
  consent: MailConsent<'email-confirmation'>,
  { otp, until, expiresIn }: OneTimePassword,
): MessageIntent {
  return { channel: 'email', purpose: 'email-confirmation', declarationId, issue, expiresIn, consent, secret: { otp, until } };
}

import { MailConsent, type MailChoice } from './mail-consent.ts';

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
    | { readonly channel: 'email'; readonly purpose: 'returned' | 'rejected'; readonly consent: MailConsent<'email-for-notices'> }
    | { readonly channel: 'sms'; readonly purpose: 'returned' | 'rejected'; readonly phone: string }
    | { readonly channel: 'sms'; readonly purpose: 'credentials'; readonly phone: string; readonly secret: { readonly password: string } }
    | {
        readonly channel: 'sms';
        readonly purpose: 'tracking-code';
        readonly phone: string;
        readonly secret: { readonly trackingCode: string };
      }
    | {
        readonly channel: 'sms';
        readonly purpose: 'password-reset';
        readonly phone: string;
        readonly secret: { readonly otp: string; readonly until: string };
      }
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

/** The office's decision: by mail for those who agreed to notices by mail, else by SMS [D]. `phone` is E.164. */
export function decisionNotice(
  purpose: 'returned' | 'rejected',
  declarationId: string,
  revision: number,
  citizen: MailChoice & { readonly phone: string },
): MessageIntent {
  const consent = MailConsent.toNotices(citizen);
  const intent = { purpose, declarationId, issue: revision, expiresIn: EXPIRES_IN } as const;
  return consent ? { ...intent, channel: 'email', consent } : { ...intent, channel: 'sms', phone: citizen.phone };
}

/** Account and first password by SMS [S]. `issue` counts the passwords issued for this account; `phone` is E.164. */
export function credentials(declarationId: string, issue: number, phone: string, password: string): MessageIntent {
  return { channel: 'sms', purpose: 'credentials', declarationId, issue, expiresIn: EXPIRES_IN, phone, secret: { password } };
}

/** A new tracking code by SMS. `issue` counts the codes sent for this dossier; `phone` is E.164. */
export function trackingCode(declarationId: string, issue: number, phone: string, code: string): MessageIntent {
  return { channel: 'sms', purpose: 'tracking-code', declarationId, issue, expiresIn: EXPIRES_IN, phone, secret: { trackingCode: code } };
}

/** A one-time password by SMS: worth sending for as long as it is good, so it never arrives dead [S]. `until` is the time of day it ends. */
export function passwordReset(
  declarationId: string,
  issue: number,
  phone: string,
  otp: string,
  until: string,
  expiresIn: number,
): MessageIntent {
  return { channel: 'sms', purpose: 'password-reset', declarationId, issue, expiresIn, phone, secret: { otp, until } };
}

import type { Language } from '../../platform/language.ts';
import type { DossierFacts } from '../message-facts.port.ts';
import type { Notice, Secret, TemplateRef } from '../message.types.ts';
import type { MailText } from './mail-text.ts';

/** One wording for phones, in the citizen's language: no diacritics, no link, nothing a person typed, one GSM-7 segment [S]. */
export interface SmsTemplate extends TemplateRef {
  readonly render: Readonly<Record<Language, (facts: DossierFacts, secret: Secret) => string>>;
}

/** One wording for mailboxes, Vietnamese first and English below. */
export interface MailTemplate extends TemplateRef {
  /** Whether the declaration goes with it as PDF. */
  readonly attachesForm: boolean;
  readonly render: (facts: DossierFacts, secret: Secret) => MailText;
}

/** The purposes that have a wording for a channel. */
export type SmsPurpose = Notice | 'credentials' | 'phone-changed' | 'tracking-code' | 'password-reset';
export type MailPurpose = Notice | 'declaration-copy' | 'approved' | 'password-reset' | 'email-confirmation';

export const HOTLINE = '19009068';

/** A value without which the message would be pointless: its absence is a mistake of ours. */
export function required(secret: Secret, name: string): string {
  const value = secret[name];
  if (!value) throw new Error(`a message without its ${name}`);
  return value;
}

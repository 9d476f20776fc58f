import type { DossierFacts } from '../message-facts.port.ts';
import type { Purpose, Secret, TemplateRef } from '../message.types.ts';
import type { MailText } from './mail-text.ts';

/** One wording for phones: no diacritics, no link, nothing a person typed, one GSM-7 segment [S]. */
export interface SmsTemplate extends TemplateRef {
  readonly render: (facts: DossierFacts, secret: Secret) => string;
}

/** One wording for mailboxes, Vietnamese first and English below. */
export interface MailTemplate extends TemplateRef {
  /** Whether the declaration goes with it as PDF. */
  readonly attachesForm: boolean;
  readonly render: (facts: DossierFacts) => MailText;
}

/** The purposes that have a wording for a channel. */
export type SmsPurpose = Exclude<Purpose, 'declaration-copy'>;
export type MailPurpose = 'declaration-copy' | 'returned' | 'rejected';

export const HOTLINE = '19009068';

import { credentialsSms } from './credentials.template.ts';
import { declarationCopyMail } from './declaration-copy.template.ts';
import { passwordResetSms } from './password-reset.template.ts';
import { rejectedMail, rejectedSms } from './rejected.template.ts';
import { returnedMail, returnedSms } from './returned.template.ts';
import { trackingCodeSms } from './tracking-code.template.ts';
import type { MailPurpose, MailTemplate, SmsPurpose, SmsTemplate } from './template.ts';

/** Every wording, by what it is for. */
export const SMS_TEMPLATES: Readonly<Record<SmsPurpose, SmsTemplate>> = {
  credentials: credentialsSms,
  returned: returnedSms,
  rejected: rejectedSms,
  'tracking-code': trackingCodeSms,
  'password-reset': passwordResetSms,
};

export const MAIL_TEMPLATES: Readonly<Record<MailPurpose, MailTemplate>> = {
  'declaration-copy': declarationCopyMail,
  returned: returnedMail,
  rejected: rejectedMail,
};

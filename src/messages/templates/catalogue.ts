import { approvedMail } from './approved.template.ts';
import { credentialsSms } from './credentials.template.ts';
import { declarationCopyMail } from './declaration-copy.template.ts';
import { emailConfirmationMail } from './email-confirmation.template.ts';
import { expiredMail, expiredSms } from './expired.template.ts';
import { passwordResetMail, passwordResetSms } from './password-reset.template.ts';
import { phoneChangedSms } from './phone-changed.template.ts';
import { receivedMail, receivedSms } from './received.template.ts';
import { rejectedMail, rejectedSms } from './rejected.template.ts';
import { reminderMail, reminderSms } from './reminder.template.ts';
import { returnedMail, returnedSms } from './returned.template.ts';
import type { MailPurpose, MailTemplate, SmsPurpose, SmsTemplate } from './template.ts';
import { trackingCodeSms } from './tracking-code.template.ts';
import { transferredMail, transferredSms } from './transferred.template.ts';
import { withdrawnMail, withdrawnSms } from './withdrawn.template.ts';

/** Every wording, by what it is for. */
export const SMS_TEMPLATES: Readonly<Record<SmsPurpose, SmsTemplate>> = {
  received: receivedSms,
  returned: returnedSms,
  rejected: rejectedSms,
  transferred: transferredSms,
  withdrawn: withdrawnSms,
  reminder: reminderSms,
  expired: expiredSms,
  credentials: credentialsSms,
  'phone-changed': phoneChangedSms,
  'tracking-code': trackingCodeSms,
  'password-reset': passwordResetSms,
};

export const MAIL_TEMPLATES: Readonly<Record<MailPurpose, MailTemplate>> = {
  'declaration-copy': declarationCopyMail,
  received: receivedMail,
  returned: returnedMail,
  rejected: rejectedMail,
  transferred: transferredMail,
  withdrawn: withdrawnMail,
  reminder: reminderMail,
  expired: expiredMail,
  approved: approvedMail,
  'password-reset': passwordResetMail,
  'email-confirmation': emailConfirmationMail,
};

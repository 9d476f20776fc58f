import { HOTLINE, required, type SmsTemplate } from './template.ts';

/** A new tracking code for one that was lost [D]. */
export const trackingCodeSms: SmsTemplate = {
  name: 'tracking-code',
  version: 1,
  render: {
    vi: ({ dossierNumber }, secret) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} co ma tra cuu moi ${required(secret, 'trackingCode')}, ma cu het hieu luc. LH ${HOTLINE}`,
    en: ({ dossierNumber }, secret) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} has a new tracking code ${required(secret, 'trackingCode')}, the old one is dead. Tel ${HOTLINE}`,
  },
};
